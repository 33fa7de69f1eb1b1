import { type ProjectName, projectName, runId } from "../../core/ids.ts";
import { mapConcurrently } from "../../core/concurrency.ts";
import type { EdgeError } from "../../core/edge-error.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { expiredArtifacts } from "../../platform/artifact-retention.ts";
import type { Platform } from "../../platform/port.ts";
import type { ArtifactsOf, ArtifactStore } from "../../platform/roles/artifacts.ts";
import type { Garbage } from "../../platform/roles/garbage.ts";
import { readRunInput } from "../../runs/input.ts";
import { isOfWorkingCopy } from "../../release/working-copy.ts";
import type { RunSummary } from "../../runs/model.ts";
import { CHECKS_FOLDER } from "../../runs/checks.ts";
import { readCacheEntry } from "../../runs/step-cache.ts";
import { artifactText } from "../../platform/artifact-text.ts";

/** Beside the folders of runs. */
const CACHE = "_cache";
const PAGE = 1000;
const AT_ONCE = 8;
/** Entries of one project: one a step or item. */
const MOST_ENTRIES = 100_000;
const LONGEST_ENTRY = 16 * 1024 * 1024;

type Port = Pick<Platform, "runs" | "events" | "artifacts">;

/**
 * The artifacts of projects that are older than `keep_artifacts_days`, a folder of a run each. S3's
 * own lifecycle rules know prefixes, tags and ages, and not which run was the last good one: so
 * Esteira removes them itself, and leaves a bucket's rules as they are.
 */
export async function oldArtifacts(
  port: Port,
  projects: readonly ProjectName[],
  days: number,
  now: number,
): Promise<Result<readonly Garbage[], EdgeError>> {
  const found: Garbage[] = [];
  const { artifacts } = port;
  if (artifacts === undefined) return ok(found);
  for (const project of projects) {
    const folders = await artifacts.origins(project);
    if (!folders.ok) return folders;
    const origins = folders.value.filter((origin) => origin !== CACHE && origin !== CHECKS_FOLDER);
    if (origins.length === 0) continue;
    const runs = await allRuns(port, project);
    if (!runs.ok) return runs;
    const cached = folders.value.includes(CACHE)
      ? await cachedOrigins(artifacts, project)
      : ok(new Set<string>());
    if (!cached.ok) return cached;
    const needed = new Set([...cached.value, ...(await lastGood(port, runs.value))]);
    const names = expiredArtifacts(origins, runs.value, needed, days, now);
    found.push(...names.map((name): Garbage => ({ project, kind: "artifacts", name })));
  }
  return ok(found);
}

/**
 * Removes what `oldArtifacts` found, but what a run that began meanwhile continues with. What can't
 * be removed doesn't keep the others: the first failure is given at the end.
 */
export async function removeOldArtifacts(
  port: Pick<Port, "artifacts" | "runs">,
  old: readonly Garbage[],
  signal?: AbortSignal,
): Promise<Result<void, EdgeError>> {
  let failed: Result<void, EdgeError> = ok(undefined);
  for (const { project, name } of old) {
    if (signal?.aborted === true) {
      return err({
        reason: "interrupted",
        message: `interrupted before the artifacts of ${name}`,
        help: "run it again: it continues from what is there",
      });
    }
    const filter = { project: projectName(project), status: "RUNNING" } as const;
    const open = await port.runs(filter, { limit: PAGE });
    if (!open.ok) return open;
    if (open.value.items.some(({ origin }) => origin === name)) continue;
    const removed = await port.artifacts?.remove({ project, origin: name });
    if (removed?.ok === false && failed.ok) failed = removed;
  }
  return failed;
}

async function allRuns(
  port: Pick<Port, "runs">,
  project: ProjectName,
): Promise<Result<readonly RunSummary[], EdgeError>> {
  const all: RunSummary[] = [];
  let cursor: string | undefined;
  do {
    const page = await port.runs(
      { project },
      { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) },
    );
    if (!page.ok) return page;
    all.push(...page.value.items);
    cursor = page.value.next;
  } while (cursor !== undefined);
  return ok(all);
}

/** The runs whose files the newest entry of each step, or of each item, names. */
async function cachedOrigins(
  artifacts: ArtifactStore,
  project: string,
): Promise<Result<ReadonlySet<string>, EdgeError>> {
  const of = { project, origin: CACHE };
  const listed = await artifacts.list(of, MOST_ENTRIES);
  if (!listed.ok) return listed;
  if (listed.value.length > MOST_ENTRIES) {
    return err(unreadableCache(artifacts, of, `it has more than ${MOST_ENTRIES} files`));
  }
  const newest = listed.value.filter(({ key }) => key.endsWith("/last.json"));
  const named = await mapConcurrently(newest, AT_ONCE, async ({ key }) => {
    const entry = readCacheEntry(await artifactText(artifacts, of, key, LONGEST_ENTRY));
    return entry && [entry.run, ...entry.files.map(({ origin }) => origin)];
  });
  const unread = newest.find((_, index) => named[index] === undefined);
  if (unread !== undefined)
    return err(unreadableCache(artifacts, of, `${unread.key} can't be read`));
  return ok(new Set(named.flatMap((origins) => origins ?? [])));
}

/** Nothing is removed where nobody can say what is needed. */
function unreadableCache(artifacts: ArtifactStore, of: ArtifactsOf, why: string): EdgeError {
  return {
    reason: "failed",
    message: `what the cache of ${of.project} needs isn't known: ${why}; no artifacts are removed`,
    help: `remove ${artifacts.placeOf(of, "")}: the cached steps run once more then`,
  };
}

/**
 * Origins of the newest successes, down to one that did all that its project does: single steps and
 * a sample leave less than that.
 */
async function lastGood(
  port: Pick<Port, "events">,
  runs: readonly RunSummary[],
): Promise<readonly string[]> {
  const good = runs
    .filter((run) => run.status === "SUCCEEDED" && !run.skipped && !isOfWorkingCopy(run))
    .toSorted((a, b) => (b.endedAt ?? b.startedAt) - (a.endedAt ?? a.startedAt));
  const origins: string[] = [];
  for (const run of good) {
    origins.push(run.origin);
    if (await isWhole(port, run)) break;
  }
  return origins;
}

async function isWhole(port: Pick<Port, "events">, { run, trigger }: RunSummary): Promise<boolean> {
  // A schedule, a backfill and what follows others start whole runs only.
  if (trigger !== "manual" && trigger !== "resume") return true;
  const first = await port.events(runId(run), { limit: 1 });
  const input = first.ok ? first.value.items[0]?.details["input"] : undefined;
  if (input === undefined) return false;
  const { only, sample } = readRunInput(input);
  return only.length === 0 && !sample;
}
