import { createHash } from "node:crypto";

import type { Project, Step } from "../../config/model.ts";
import { mapConcurrently } from "../../core/concurrency.ts";
import { isJsonObject, type Json } from "../../core/json.ts";
import type { Plan, StepCacheForecast } from "../../platform/plan.ts";
import type { Platform } from "../../platform/port.ts";
import type { FingerprintedRelease } from "../../release/release.ts";
import { commandHash, SCHEDULED_VARIABLES } from "../../release/step-sheet.ts";
import { type CacheEntry, type CacheMiss, readCacheEntry } from "../../runs/step-cache.ts";
import type { PlannedDeploy } from "./planned-deploy.ts";
import { artifactText } from "../../platform/artifact-text.ts";
import { parameterVariable } from "../../pipeline/step-task.ts";

/** Where entries are: a folder beside those of the runs. */
const CACHE = "_cache";
/** Entries name each file; few are larger. */
const LONGEST_ENTRY = 16 * 1024 * 1024;
/** Files of an entry that are looked for; each is a request. */
const MOST_FILES = 50;
const AT_ONCE = 8;

/** A plan with what the next runs find in the caches of their steps. */
export async function withCaches(
  { platform, projects, releases, plan }: PlannedDeploy,
  now: number,
): Promise<Plan> {
  const planned = await mapConcurrently(plan.projects, 1, async (one) => {
    const project = projects.find(({ name }) => name === one.project);
    const release = releases.find(({ release: { project: name } }) => name === one.project);
    if (project === undefined || release === undefined) return one;
    const caches = await forecastCaches(platform, project, release, now);
    return caches.length === 0 ? one : { ...one, caches };
  });
  return { ...plan, projects: planned };
}

/**
 * What the next run with default parameters finds in the cache of each step, as far as it can be
 * known before it runs: the step's inputs can't. Steps with `for_each` have an entry an item, and
 * aren't looked at.
 */
export async function forecastCaches(
  { artifacts }: Pick<Platform, "artifacts">,
  project: Project,
  { release }: FingerprintedRelease,
  now: number,
): Promise<readonly StepCacheForecast[]> {
  if (artifacts === undefined) return [];
  const cached = project.steps.filter(({ cache, forEach }) => cache && forEach === undefined);
  const forecasts = mapConcurrently(cached, AT_ONCE, async (step): Promise<Forecast> => {
    const of = { project: project.name, origin: CACHE };
    const key = `${step.id}/last.json`;
    const there = await artifacts.find(of, key);
    // Who may not look at it can't say that there is none.
    if (!there.ok) return undefined;
    const entry = readCacheEntry(await artifactText(artifacts, of, key, LONGEST_ENTRY));
    if (entry === undefined) return { step: step.id, outcome: "missed", reason: "first" };
    const missed =
      differing(entry, project, step, release) ??
      expired(entry, step, now) ??
      (await gone(artifacts, project.name, entry));
    return missed === undefined
      ? { step: step.id, outcome: "taken", run: entry.run, madeAt: entry.madeAt }
      : { step: step.id, outcome: "missed", run: entry.run, ...missed };
  });
  return (await forecasts).filter((one) => one !== undefined);
}

type Forecast = StepCacheForecast | undefined;

function differing(
  { fields }: CacheEntry,
  project: Project,
  step: Step,
  { image, task }: FingerprintedRelease["release"],
): CacheMiss | undefined {
  if (fields["code"] !== image.sourceHash) return { reason: "code" };
  const command = commandHash(step, Object.keys(project.runtime.secrets));
  if (fields["command"] !== command) return { reason: "command" };
  const { ESTEIRA_OUTPUTS: _sheet, ...common } = task.environment;
  const environment = differingNames(fields["environment"], {
    ...common,
    ...step.environmentVariables,
  });
  if (environment.length > 0) return { reason: "environment", names: environment };
  const parameters = differingNames(
    fields["parameters"],
    Object.fromEntries(project.parameters.map((one) => [parameterVariable(one.name), one.default])),
  );
  return parameters.length > 0 ? { reason: "parameters", names: parameters } : undefined;
}

/** Names whose value isn't the one that an entry has the digest of; at most five, sorted. */
function differingNames(
  digests: Json | undefined,
  values: Readonly<Record<string, string>>,
): readonly string[] {
  const known = digests !== undefined && isJsonObject(digests) ? digests : {};
  const digestsNow = new Map(Object.entries(values).map(([name, text]) => [name, digest(text)]));
  const names = Object.keys(known).filter((name) => !UNKNOWN_BEFORE.has(name));
  return [...new Set([...names, ...digestsNow.keys()])]
    .filter((name) => known[name] !== digestsNow.get(name))
    .toSorted()
    .slice(0, 5);
}

/** What only the step's own start says: of its machine, its time, and which model was deployed. */
const UNKNOWN_BEFORE = new Set<string>([
  "machine",
  "python",
  "ESTEIRA_MODEL_URI",
  ...SCHEDULED_VARIABLES,
]);

/** As the helper shortens it. */
function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

function expired({ madeAt }: CacheEntry, { cache }: Step, now: number): CacheMiss | undefined {
  const seconds = cache?.ttlSeconds;
  return seconds !== undefined && madeAt + seconds * 1000 < now ? { reason: "expired" } : undefined;
}

async function gone(
  artifacts: NonNullable<Platform["artifacts"]>,
  project: string,
  { files }: CacheEntry,
): Promise<CacheMiss | undefined> {
  const found = await mapConcurrently(files.slice(0, MOST_FILES), AT_ONCE, async (file) => {
    const there = await artifacts.find({ project, origin: file.origin }, file.key);
    // What can't be read isn't known to be gone.
    return !there.ok || there.value?.size === file.size;
  });
  return found.every(Boolean) ? undefined : { reason: "gone" };
}
