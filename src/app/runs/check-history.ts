import { mapConcurrently } from "../../core/concurrency.ts";
import { isJsonObject, type Json } from "../../core/json.ts";
import { ok, type Result } from "../../core/result.ts";
import type { ArtifactsOf, ArtifactStore } from "../../platform/roles/artifacts.ts";
import { CHECKS_FOLDER, type CheckResult, readChecks } from "../../runs/checks.ts";
import { failed, fromPlatform, type Failure } from "../failure.ts";

/** What the checks of one step, or of one item of it, said in one run. */
export interface CheckedRun {
  readonly run: string;
  readonly step: string;
  readonly item: string | undefined;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Whether the step was kept: values of others count in no median. */
  readonly kept: boolean;
  readonly checks: readonly CheckResult[];
}

/** Documents that are read: one a step, or an item of it. */
const MOST_DOCUMENTS = 500;

/** What the checks of a project said in its last runs, the oldest first. */
export async function checkHistory(
  store: ArtifactStore,
  project: string,
): Promise<Result<readonly CheckedRun[], Failure>> {
  const of = { project, origin: CHECKS_FOLDER };
  const listed = await store.list(of, MOST_DOCUMENTS);
  if (!listed.ok) return failed(fromPlatform(listed.error));
  const keys = listed.value.map(({ key }) => key).filter((key) => key.endsWith(".json"));
  const texts = await mapConcurrently(keys, 8, (key) => documentText(store, of, key));
  const found: CheckedRun[] = [];
  for (const text of texts) {
    if (!text.ok) return text;
    found.push(...readCheckHistory(text.value));
  }
  return ok(found.toSorted((a, b) => a.at - b.at));
}

/** Reads one document of a history; what isn't one says nothing. */
export function readCheckHistory(text: string): readonly CheckedRun[] {
  let document: Json;
  try {
    document = JSON.parse(text) as Json;
  } catch {
    return [];
  }
  if (!isJsonObject(document) || document["schema"] !== 1) return [];
  const { step, item, results } = document;
  if (typeof step !== "string" || !Array.isArray(results)) return [];
  return (results as readonly Json[]).flatMap((one): CheckedRun[] => {
    if (!isJsonObject(one)) return [];
    const { run, at, kept } = one;
    const checks = readChecks(one["checks"]);
    if (typeof run !== "string" || typeof at !== "number" || checks === undefined) return [];
    const ofItem = typeof item === "string" ? item : undefined;
    return [{ run, step, item: ofItem, at, kept: kept === true, checks }];
  });
}

/** The text of a small document; empty where it is gone. */
export async function documentText(
  store: ArtifactStore,
  of: ArtifactsOf,
  key: string,
): Promise<Result<string, Failure>> {
  const content = await store.read(of, key);
  if (!content.ok) return failed(fromPlatform(content.error));
  const pieces: Uint8Array[] = [];
  for await (const piece of content.value ?? []) pieces.push(piece);
  return ok(Buffer.concat(pieces).toString("utf8"));
}

/** One check over the runs of a project. */
export interface CheckedMetric {
  readonly step: string;
  readonly item: string | undefined;
  readonly metric: string;
  readonly rule: string;
  readonly last: CheckResult;
  /** The oldest first. */
  readonly runs: readonly {
    readonly run: string;
    readonly at: number;
    readonly check: CheckResult;
  }[];
}

/** A history by its checks as they are asked now, in the order in which their steps first ended. */
export function byMetric(history: readonly CheckedRun[]): readonly CheckedMetric[] {
  const found = new Map<string, CheckedMetric>();
  for (const { run, step, item, at, checks } of history) {
    for (const check of checks) {
      const key = JSON.stringify([step, item, check.metric, check.rule]);
      const before = found.get(key)?.runs ?? [];
      const { metric, rule } = check;
      const runs = [...before, { run, at, check }];
      found.set(key, { step, item, metric, rule, last: check, runs });
    }
  }
  const newest = new Map<string, number>();
  for (const { step, item, at } of history) newest.set(JSON.stringify([step, item]), at);
  // A check that the last run wasn't asked is of a config of before.
  return [...found.values()].filter(
    ({ step, item, runs }) => runs.at(-1)?.at === newest.get(JSON.stringify([step, item])),
  );
}
