import { concurrencyLimit, mapConcurrently } from "../../core/concurrency.ts";
import { all, ok, type Result } from "../../core/result.ts";
import type { Change } from "../../platform/plan.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { Release } from "../../release/release.ts";
import { globOf } from "../../schedule/globs.ts";
import { s3Source } from "../../schedule/on.ts";
import type { BucketLocation } from "../bucket/location.ts";
import type { BucketStore } from "../bucket/store.ts";
import {
  bucketOf,
  putTrigger,
  readTriggers,
  removeTrigger,
  type TriggerNote,
} from "../bucket/triggers.ts";
import {
  arrivalsRule,
  bucketRule,
  compareRule,
  type DataRule,
  ensureRule,
  isOurRule,
  observeRule,
  type ObservedRule,
  removeRule,
} from "../resources/data-rule.ts";
import type { AwsContext } from "../sdk/context.ts";

/**
 * Rules that hear of objects. Several projects share one, so that no project has it as its own
 * resource: who needs one says so in a note in the environment's bucket, a deploy makes the rules
 * that follow from all notes, and who takes the last note away removes the rule.
 */
export interface DataFacts {
  readonly notes: readonly TriggerNote[];
  /** By name. */
  readonly rules: ReadonlyMap<string, ObservedRule>;
}

interface Parts {
  readonly context: AwsContext;
  readonly store: BucketStore;
}

/** What a release's project is noted with; undefined where objects don't start it. */
export function noteOf(
  release: Pick<Release, "project" | "definition" | "schedule">,
): TriggerNote | undefined {
  const { project, definition, schedule } = release;
  if (definition === undefined || schedule?.on === undefined || !schedule.enabled) return undefined;
  const { source, debounceSeconds } = schedule.on;
  const debounced = debounceSeconds !== undefined;
  return { bucket: bucketOf(source), project, sources: [source], debounced };
}

/**
 * Reads what there is; undefined, without any request, where none of these projects has or had
 * anything to do with it.
 */
export async function readDataFacts(
  { context, store }: Parts,
  releases: readonly Release[],
): Promise<Result<DataFacts | undefined, PlatformError>> {
  const wanted = releases.flatMap((release) => noteOf(release) ?? []);
  if (wanted.length === 0) return ok(undefined);
  const notes = await readTriggers(store);
  return notes.ok ? readRules(context, notes.value, wanted) : notes;
}

/** The same for projects that may have no release any more. */
export async function readDataFactsOf(
  { context, store }: Parts,
  projects: readonly string[],
): Promise<Result<DataFacts, PlatformError>> {
  const notes = await readTriggers(store);
  if (!notes.ok) return notes;
  const own = notes.value.filter(({ project }) => projects.includes(project));
  if (own.length === 0) return ok({ notes: notes.value, rules: new Map() });
  return readRules(context, notes.value, own);
}

async function readRules(
  context: AwsContext,
  notes: readonly TriggerNote[],
  wanted: readonly TriggerNote[],
): Promise<Result<DataFacts, PlatformError>> {
  const projects = new Set(wanted.map(({ project }) => project));
  const concerned = [...wanted, ...notes.filter(({ project }) => projects.has(project))];
  const names = [...new Set(concerned.map(({ bucket }) => bucketRule(context, bucket, []).name))];
  const read = all(
    await mapConcurrently([...names, arrivalsRule(context).name], 8, async (name) => {
      const found = await observeRule(context, name);
      return found.ok ? ok([name, found.value] as const) : found;
    }),
  );
  if (!read.ok) return read;
  const rules = read.value.flatMap(([name, found]) => (found ? [[name, found] as const] : []));
  return ok({ notes, rules: new Map(rules) });
}

/** Names of the rules that a release needs. */
export function rulesOf(context: AwsContext, release: Release): readonly string[] {
  const note = noteOf(release);
  if (note === undefined) return [];
  return [bucketRule(context, note.bucket, []).name, arrivalsRule(context).name];
}

/** Whether the rules that a release needs are there and enabled; what they say isn't compared. */
export function hasDataRules(context: AwsContext, facts: DataFacts, release: Release): boolean {
  const note = noteOf(release);
  if (note === undefined) return true;
  const isNoted = facts.notes.some(
    ({ project, bucket }) => project === note.project && bucket === note.bucket,
  );
  return (
    isNoted &&
    rulesOf(context, release).every((name) => facts.rules.get(name)?.state.enabled === true)
  );
}

/** One rule, and why it can't be made. */
export interface DataChange {
  readonly change: Change;
  readonly blocked: PlatformError | undefined;
}

/** What a deploy of a project does to the rules; those that stay as they are among them. */
export function dataChanges(
  context: AwsContext,
  facts: DataFacts,
  project: string,
  wanted: TriggerNote | undefined,
): readonly DataChange[] {
  const others = facts.notes.filter((note) => note.project !== project);
  const before = facts.notes.filter((note) => note.project === project);
  const after = wanted === undefined ? others : [...others, wanted];
  const buckets = new Set([...(wanted ? [wanted] : []), ...before].map(({ bucket }) => bucket));
  const needed = (rule: DataRule, isNeeded: boolean): DataChange[] => {
    const observed = facts.rules.get(rule.name);
    const base = { kind: "rule", name: rule.name, drift: false, note: rule.description };
    if (!isNeeded) {
      const change = { ...base, action: "remove", fields: [] } as const;
      return observed === undefined ? [] : [{ change, blocked: undefined }];
    }
    const compared = compareRule(context, rule, observed);
    const foreign = observed && !isOurRule(context, observed) ? foreignRule(rule.name) : undefined;
    const action = compared.kind === "same" ? "unchanged" : compared.kind;
    const fields = "fields" in compared ? compared.fields : [];
    return [{ change: { ...base, action, fields }, blocked: foreign }];
  };
  return [
    ...[...buckets].flatMap((bucket) => {
      const sources = sourcesOf(after, bucket);
      return needed(bucketRule(context, bucket, sources), sources.length > 0);
    }),
    ...(buckets.size === 0 ? [] : needed(arrivalsRule(context), after.length > 0)),
  ];
}

function sourcesOf(notes: readonly TriggerNote[], bucket: string): string[] {
  return notes.filter((note) => note.bucket === bucket).flatMap(({ sources }) => sources);
}

function foreignRule(name: string): PlatformError {
  return {
    reason: "conflict",
    message: `the rule ${name} exists and isn't this environment's`,
    help: "rename the workspace or the environment in esteira.yaml, or remove the rule",
    resource: `rule ${name}`,
  };
}

/**
 * Why a project can't wait for this: it writes there itself. `validate` says so of a bucket that
 * `artifacts_uri` names.
 */
export function loopOf(
  { project, schedule }: Pick<Release, "project" | "schedule">,
  { bucket, artifacts, documents }: BucketLocation,
): PlatformError | undefined {
  const source = schedule?.on && s3Source(schedule.on.source);
  if (source?.bucket !== bucket) return undefined;
  const glob = globOf(source.pattern);
  const own = [`${artifacts}${project}/`, documents].find((prefix) => glob.mayMatchBelow(prefix));
  if (own === undefined) return undefined;
  return {
    reason: "invalid",
    message: `${project} waits for ${schedule?.on?.source ?? ""}, which may match s3://${bucket}/${own}: a run would start the next one, for ever`,
    help: "name a place in `schedule.on` that the project doesn't write to",
    resource: project,
  };
}

/** Projects are deployed side by side, and their notes are read and written as one. */
const oneAtATime = concurrencyLimit(1);

/** Before the commit mark: whatever arrives from then on is heard of. */
export function openData(parts: Parts, wanted: TriggerNote): Promise<Result<void, PlatformError>> {
  return oneAtATime(async () => {
    const notes = await readTriggers(parts.store, wanted.bucket);
    if (!notes.ok) return notes;
    const before = notes.value.find(({ project }) => project === wanted.project);
    // Until the mark is written, what is deployed still waits for what it did before.
    const sources = [...new Set([...(before?.sources ?? []), ...wanted.sources])];
    const debounced = wanted.debounced && (before?.debounced ?? true);
    const put = await putTrigger(parts.store, { ...wanted, sources, debounced });
    if (!put.ok) return put;
    return makeRules(parts, [wanted.bucket]);
  });
}

/** After the commit mark, or for a project that goes: only what is needed stays. */
export function settleData(
  parts: Parts,
  project: string,
  wanted: TriggerNote | undefined,
): Promise<Result<void, PlatformError>> {
  return oneAtATime(async () => {
    const notes = await readTriggers(parts.store);
    if (!notes.ok) return notes;
    const before = notes.value.filter((note) => note.project === project);
    const stale = before.filter(({ bucket }) => bucket !== wanted?.bucket);
    for (const note of stale) {
      const removed = await removeTrigger(parts.store, note);
      if (!removed.ok) return removed;
    }
    if (wanted !== undefined) {
      const put = await putTrigger(parts.store, wanted);
      if (!put.ok) return put;
    }
    const buckets = [...stale, ...(wanted === undefined ? [] : [wanted])].map(
      ({ bucket }) => bucket,
    );
    return makeRules(parts, buckets);
  });
}

/** Makes the rules of these buckets, and the look of each minute, what the notes ask for. */
async function makeRules(
  { context, store }: Parts,
  buckets: readonly string[],
): Promise<Result<void, PlatformError>> {
  if (buckets.length === 0) return ok(undefined);
  const notes = await readTriggers(store);
  if (!notes.ok) return notes;
  const wanted = [
    ...[...new Set(buckets)].map((bucket) => {
      const sources = sourcesOf(notes.value, bucket);
      return { rule: bucketRule(context, bucket, sources), isNeeded: sources.length > 0 };
    }),
    { rule: arrivalsRule(context), isNeeded: notes.value.length > 0 },
  ];
  for (const { rule, isNeeded } of wanted) {
    const observed = await observeRule(context, rule.name);
    if (!observed.ok) return observed;
    const there = observed.value;
    if (there !== undefined && !isOurRule(context, there)) continue;
    const done = isNeeded
      ? compareRule(context, rule, there).kind === "same"
        ? ok(undefined)
        : await ensureRule(context, rule, there)
      : there === undefined
        ? ok(undefined)
        : await removeRule(context, rule.name);
    if (!done.ok) return done;
  }
  return ok(undefined);
}
