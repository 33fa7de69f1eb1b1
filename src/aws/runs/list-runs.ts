import { ListExecutionsCommand } from "@aws-sdk/client-sfn";

import { projectName, type RunId, runId } from "../../core/ids.ts";
import { all, ok, type Result } from "../../core/result.ts";
import type { PlatformError, RunFilter } from "../../platform/port.ts";
import type { RunSummary } from "../../runs/model.ts";
import { mapConcurrently } from "../../core/concurrency.ts";
import { listLedgerRuns } from "../bucket/ledger.ts";
import { type IndexedPage, indexedRuns, newestFirst } from "../fleet/list.ts";
import { isError } from "../sdk/error-names.ts";
import { stateMachineArn } from "../resources/names.ts";
import { callForRun } from "./call-for-run.ts";
import { listedExecution, namesOf } from "./execution.ts";
import type { Place, Row, RunsSession, Source } from "./runs-session.ts";
import { summaryOfListed, withoutLedgerFields } from "./summary.ts";
import type { Page, PageRequest } from "../../platform/page.ts";

const openLists = 8;

/**
 * AWS keeps executions for 90 days after their end: what began since then can't be missing there.
 */
const keptByAwsMs = 90 * 86_400_000;

/**
 * Newest first, of one project or of all that are deployed: those from the fleet's index, as far as
 * that has them.
 */
export async function listRuns(
  session: RunsSession,
  filter: RunFilter,
  page: PageRequest,
): Promise<Result<Page<RunSummary>, PlatformError>> {
  const limit = Math.max(1, page.limit);
  const place = page.cursor === undefined ? undefined : (JSON.parse(page.cursor) as Place);
  const key = (cursor: string): string => JSON.stringify([filter, cursor]);
  const opened = page.cursor === undefined ? undefined : session.lists.get(key(page.cursor));
  if (page.cursor !== undefined) session.lists.delete(key(page.cursor));
  if (filter.project === undefined && opened === undefined) {
    const indexed = await indexedRuns(session, filter, limit, place);
    // Whatever is wrong with the index: the projects can be asked.
    if (indexed.ok && indexed.value !== undefined) return pageOf(session, indexed.value);
  }
  const begun = opened === undefined ? await begin(session, filter) : ok(opened);
  if (!begun.ok) return begun;
  const sources = begun.value;
  // One more than asked for says whether there is a next page.
  const taken = await take(session, sources, filter, { count: limit + 1, place, kept: "all" });
  if (!taken.ok) return taken;
  const chosen = taken.value;
  const shown = chosen.slice(0, limit);
  const behind = chosen[limit];
  const items = all(await mapConcurrently(shown, 8, (row) => summaryOf(session, row)));
  if (!items.ok) return items;
  const last = shown.at(-1);
  if (behind === undefined || last === undefined) return ok({ items: items.value });
  const { startedAt, run } = last;
  const next = JSON.stringify({ startedAt, run } satisfies Place);
  sources.find(({ project }) => project === projectOf(behind))?.rows.unshift(behind);
  session.lists.set(key(next), sources);
  const [oldest] = session.lists.keys();
  if (session.lists.size > openLists && oldest !== undefined) session.lists.delete(oldest);
  return ok({ items: items.value, next });
}

/** A page of what the fleet's index has. */
function pageOf(
  session: RunsSession,
  { items, more }: IndexedPage,
): Result<Page<RunSummary>, PlatformError> {
  for (const { run, project } of items) session.projects.set(run, projectName(project));
  const last = items.at(-1);
  if (!more || last === undefined) return ok({ items });
  const { startedAt, run } = last;
  return ok({ items, next: JSON.stringify({ startedAt, run } satisfies Place) });
}

/** The newest rows of all sources, of those behind `place`. */
async function take(
  session: RunsSession,
  sources: readonly Source[],
  filter: RunFilter,
  {
    count,
    place,
    kept,
  }: {
    readonly count: number;
    readonly place?: Place | undefined;
    readonly kept: "all" | "by AWS";
  },
): Promise<Result<readonly Row[], PlatformError>> {
  const chosen: Row[] = [];
  const hasMore = ({ from }: Source): boolean =>
    from === "aws" || (from === "ledger" && kept === "all");
  while (chosen.length < count) {
    const waiting = sources.filter((source) => source.rows.length === 0 && hasMore(source));
    const read = all(
      await mapConcurrently(waiting, 16, (source) => readOn(session, source, filter, count)),
    );
    if (!read.ok) return read;
    const best = sources
      .filter(({ rows }) => rows.length > 0)
      .toSorted((a, b) => newestFirst(a.rows[0] as Row, b.rows[0] as Row))[0];
    const row = best?.rows.shift();
    if (row === undefined) {
      if (!sources.some(hasMore)) break;
      continue;
    }
    if (place === undefined || newestFirst(place, row) < 0) chosen.push(row);
  }
  return ok(chosen);
}

/**
 * The names of the newest runs that AWS keeps of all projects and that begin or end with a text,
 * newest first: one request a project and a thousand of its runs, since nothing is read of the runs
 * themselves.
 *
 * @param searched how many runs are looked at
 */
export async function matchingRuns(
  session: RunsSession,
  part: string,
  searched: number,
): Promise<Result<readonly RunId[], PlatformError>> {
  const sources = await begin(session, {});
  if (!sources.ok) return sources;
  const rows = await take(session, sources.value, {}, { count: searched, kept: "by AWS" });
  if (!rows.ok) return rows;
  const matching = rows.value.filter(({ run }) => run.startsWith(part) || run.endsWith(part));
  for (const row of matching) session.projects.set(row.run, projectName(projectOf(row)));
  return ok(matching.map(({ run }) => runId(run)));
}

async function begin(
  session: RunsSession,
  filter: RunFilter,
): Promise<Result<readonly Source[], PlatformError>> {
  const projects = await projectsOf(session, filter);
  if (!projects.ok) return projects;
  return ok(
    projects.value.map((project): Source => ({
      project,
      rows: [],
      from: "aws",
      token: undefined,
      known: new Set(),
      oldest: undefined,
      before: undefined,
    })),
  );
}

function projectOf(row: Row): string {
  return "listed" in row ? row.listed.project : row.summary.project;
}

async function projectsOf(
  { releases }: RunsSession,
  { project }: RunFilter,
): Promise<Result<readonly string[], PlatformError>> {
  if (project !== undefined) return ok([project]);
  const marks = await releases.marks();
  return marks.ok ? ok([...marks.value.keys()]) : marks;
}

async function summaryOf(
  session: RunsSession,
  row: Row,
): Promise<Result<RunSummary, PlatformError>> {
  if ("summary" in row) return ok(row.summary);
  session.projects.set(row.run, projectName(row.listed.project));
  return summaryOfListed(session, row.listed);
}

/** Reads the next rows of a source. */
async function readOn(
  session: RunsSession,
  source: Source,
  filter: RunFilter,
  count: number,
): Promise<Result<void, PlatformError>> {
  return source.from === "aws"
    ? readExecutions(session, source, filter, count)
    : readLedger(session, source, filter, count);
}

async function readExecutions(
  { context }: RunsSession,
  source: Source,
  { status }: RunFilter,
  count: number,
): Promise<Result<void, PlatformError>> {
  const { project, token } = source;
  const read = await callForRun(context, `list the runs of ${project}`, async () => {
    try {
      return await context.clients.sfn.send(
        new ListExecutionsCommand({
          stateMachineArn: stateMachineArn(context, namesOf(context, project).stateMachine),
          maxResults: Math.min(count, 1000),
          ...(status === undefined ? {} : { statusFilter: status }),
          ...(token === undefined ? {} : { nextToken: token }),
        }),
      );
    } catch (thrown) {
      if (isError(thrown, "StateMachineDoesNotExist", "InvalidArn")) return undefined;
      throw thrown;
    }
  });
  if (!read.ok) return read;
  for (const item of read.value?.executions ?? []) {
    const listed = listedExecution(project, item);
    source.known.add(listed.run);
    source.rows.push({ startedAt: listed.startedAt, run: listed.run, listed });
    source.oldest = Math.min(source.oldest ?? Infinity, listed.startedAt);
  }
  source.token = read.value?.nextToken;
  if (source.token !== undefined) return ok(undefined);
  source.from = "ledger";
  if (source.oldest !== undefined) {
    // A long run may be kept while a shorter one that began after it isn't any more.
    source.before = Math.max(source.oldest, context.timing.now() - keptByAwsMs);
  }
  return ok(undefined);
}

async function readLedger(
  { store }: RunsSession,
  source: Source,
  { status }: RunFilter,
  count: number,
): Promise<Result<void, PlatformError>> {
  const { project, token, before, known } = source;
  const page = { limit: Math.min(count, 1000), ...(token === undefined ? {} : { cursor: token }) };
  const read = await listLedgerRuns(store, project, page, before);
  if (!read.ok) return read;
  for (const row of read.value.items) {
    if (known.has(row.run) || (status !== undefined && row.status !== status)) continue;
    const { startedAt, run } = row;
    source.rows.push({ startedAt, run, summary: withoutLedgerFields(row) });
  }
  source.token = read.value.next;
  if (source.token === undefined) source.from = "nowhere";
  return ok(undefined);
}
