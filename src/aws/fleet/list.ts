import { all, ok, type Result } from "../../core/result.ts";
import type { PlatformError, RunFilter } from "../../platform/port.ts";
import type { RunSummary } from "../../runs/model.ts";
import type { BucketStore } from "../bucket/store.ts";
import type { AwsContext } from "../sdk/context.ts";
import { keptProjects } from "./kept.ts";
import { KEPT_DAYS, placeOf } from "./place.ts";
import type { IndexedRun } from "./packed-run.ts";
import { type Behind, type EndedRuns, readEnded, readOpen } from "./reading.ts";

interface Parts {
  readonly context: AwsContext;
  readonly store: BucketStore;
}

const day = 86_400_000;
/** Marks that are looked through for one page: eight requests. */
const mostMarks = 8000;

const none = ok<EndedRuns>({ runs: [], all: true });

/** The newest runs of all projects, and whether there are older ones. */
export interface IndexedPage {
  readonly items: readonly RunSummary[];
  readonly more: boolean;
}

/**
 * The newest runs of all projects from the fleet's index, in three requests as a rule.
 *
 * @returns undefined where the index isn't kept, or has not as many as are asked for
 */
export async function indexedRuns(
  parts: Parts,
  { status }: Pick<RunFilter, "status">,
  limit: number,
  after: Behind | undefined,
): Promise<Result<IndexedPage | undefined, PlatformError>> {
  const kept = await keptProjects(parts);
  if (!kept.ok || kept.value === undefined) return kept.ok ? ok(undefined) : kept;
  const oldest = parts.context.timing.now() - (KEPT_DAYS - 1) * day;
  const since = Math.max(kept.value.since, oldest);
  const place = placeOf(parts);
  const wanted = ({ run }: IndexedRun): boolean =>
    run.startedAt >= since && (status === undefined || run.status === status);
  const onlyOpen = status === "RUNNING";
  const answers = await Promise.all([
    readOpen(parts.store, place),
    onlyOpen
      ? none
      : readEnded(parts.store, place, {
          after,
          enough: (runs) =>
            runs.length >= mostMarks ||
            (runs.at(-1)?.run.startedAt ?? Infinity) < since ||
            runs.filter(wanted).length > limit,
        }),
  ]);
  const read = all(answers);
  if (!read.ok) return read;
  const [open, ended] = read.value;
  const runs = joined(open, ended.runs)
    .filter((one) => wanted(one) || (onlyOpen && one.run.status === status))
    .map(({ run }) => run)
    .filter((run) => after === undefined || newestFirst(after, run) < 0)
    .toSorted(newestFirst);
  // What is older than the index has to be asked for.
  if (!onlyOpen && runs.length <= limit) return ok(undefined);
  return ok({ items: runs.slice(0, limit), more: runs.length > limit });
}

/**
 * Runs that went at some time since then, in two requests and one a thousand runs; undefined where
 * the index isn't kept, or not for so long.
 */
export async function indexedSince(
  parts: Parts,
  since: number,
): Promise<Result<readonly RunSummary[] | undefined, PlatformError>> {
  const kept = await keptProjects(parts);
  if (!kept.ok || kept.value === undefined) return kept.ok ? ok(undefined) : kept;
  // Marks are sorted by when runs began: a run may have begun the day before it ended.
  const began = since - day;
  if (kept.value.since > began) return ok(undefined);
  const place = placeOf(parts);
  const answers = await Promise.all([
    readOpen(parts.store, place),
    readEnded(parts.store, place, {
      enough: (runs) =>
        runs.length >= mostMarks || (runs.at(-1)?.run.startedAt ?? Infinity) < began,
    }),
  ]);
  const read = all(answers);
  if (!read.ok) return read;
  const [open, ended] = read.value;
  return ok(
    joined(open, ended.runs)
      .map(({ run }) => run)
      .filter(({ endedAt = Infinity }) => endedAt >= since)
      .toSorted(newestFirst),
  );
}

/** Each run once: one that goes again is not over, and one that is over goes no more. */
function joined(
  open: ReadonlyMap<string, IndexedRun>,
  ended: readonly IndexedRun[],
): readonly IndexedRun[] {
  const ends = new Map(ended.map((one) => [one.run.run, one]));
  const going = [...open.values()].filter(
    (one) => (ends.get(one.run.run)?.redriveCount ?? -1) < one.redriveCount,
  );
  const again = new Set(going.map(({ run }) => run.run));
  return [...going, ...ended.filter(({ run }) => !again.has(run.run))];
}

/** The order of lists of runs. */
export function newestFirst(a: Behind, b: Behind): number {
  return b.startedAt - a.startedAt || (a.run < b.run ? -1 : a.run > b.run ? 1 : 0);
}
