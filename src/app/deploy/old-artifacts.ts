import type { ProjectName } from "../../core/ids.ts";
import { mapConcurrently } from "../../core/concurrency.ts";
import type { EdgeError } from "../../core/edge-error.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { type ArtifactFolder, expiredArtifacts } from "../../platform/artifact-retention.ts";
import type { Platform } from "../../platform/port.ts";
import type { ArtifactStore } from "../../platform/roles/artifacts.ts";
import type { Garbage } from "../../platform/roles/garbage.ts";
import type { RunSummary } from "../../runs/model.ts";
import { CHECKS_FOLDER } from "../../runs/checks.ts";
import { readCacheEntry } from "../../runs/step-cache.ts";
import { artifactText } from "../runs/artifact-text.ts";

/** Beside the folders of runs. */
const CACHE = "_cache";
const PAGE = 1000;
const AT_ONCE = 8;
/** Entries of one project: one a step or item. */
const MOST_ENTRIES = 100_000;
const LONGEST_ENTRY = 16 * 1024 * 1024;
/** Of a folder that no run is known of, files that are looked at. */
const MOST_FILES = 10_000;

type Port = Pick<Platform, "runs" | "artifacts">;

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
    const known = new Set(runs.value.map(({ origin }) => origin));
    const dated = await mapConcurrently(origins, AT_ONCE, async (origin) =>
      known.has(origin) ? { origin } : unknownFolder(artifacts, project, origin),
    );
    const names = expiredArtifacts(dated, runs.value, cached.value, days, now);
    found.push(...names.map((name): Garbage => ({ project, kind: "artifacts", name })));
  }
  return ok(found);
}

/** Removes what `oldArtifacts` found; what was removed until it failed is said by a second look. */
export async function removeOldArtifacts(
  { artifacts }: Pick<Port, "artifacts">,
  old: readonly Garbage[],
  signal?: AbortSignal,
): Promise<Result<void, EdgeError>> {
  for (const { project, name } of old) {
    if (signal?.aborted === true) {
      return err({
        reason: "interrupted",
        message: `interrupted before the artifacts of ${name}`,
        help: "run it again: it continues from what is there",
      });
    }
    const removed = await artifacts?.remove({ project, origin: name });
    if (removed?.ok === false) return removed;
  }
  return ok(undefined);
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
  const newest = listed.value.filter(({ key }) => key.endsWith("/last.json"));
  const named = await mapConcurrently(newest, AT_ONCE, async ({ key }) => {
    const entry = readCacheEntry(await artifactText(artifacts, of, key, LONGEST_ENTRY));
    return entry === undefined ? [] : [entry.run, ...entry.files.map(({ origin }) => origin)];
  });
  return ok(new Set(named.flat()));
}

/** What can't be read has no date, and stays. */
async function unknownFolder(
  artifacts: ArtifactStore,
  project: string,
  origin: string,
): Promise<ArtifactFolder> {
  const files = await artifacts.list({ project, origin }, MOST_FILES);
  if (!files.ok || files.value.length === 0 || files.value.length > MOST_FILES) return { origin };
  return { origin, changedAt: Math.max(...files.value.map(({ modifiedAt }) => modifiedAt)) };
}
