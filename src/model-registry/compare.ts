import { ownValue } from "../core/own.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { PlatformError } from "../platform/port.ts";
import {
  isIn,
  type ModelRegistry,
  type ModelVersion,
  type Place,
  type RunFacts,
} from "./registry.ts";

/** One metric or parameter of two versions. */
export interface ComparedRow<Value> {
  readonly name: string;
  readonly before: Value | undefined;
  readonly after: Value | undefined;
}

export interface ModelComparison {
  readonly before: ModelVersion;
  readonly after: ModelVersion;
  readonly metrics: readonly ComparedRow<number>[];
  readonly parameters: readonly ComparedRow<string>[];
}

/** Puts what two runs logged side by side, by name. */
export function compareVersions(
  [before, beforeFacts]: readonly [ModelVersion, RunFacts | undefined],
  [after, afterFacts]: readonly [ModelVersion, RunFacts | undefined],
): ModelComparison {
  return {
    before,
    after,
    metrics: rowsOf(beforeFacts?.metrics ?? {}, afterFacts?.metrics ?? {}),
    parameters: rowsOf(beforeFacts?.parameters ?? {}, afterFacts?.parameters ?? {}),
  };
}

function rowsOf<Value>(
  before: Readonly<Record<string, Value>>,
  after: Readonly<Record<string, Value>>,
): ComparedRow<Value>[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return names.map((name) => ({
    name,
    before: ownValue(before, name),
    after: ownValue(after, name),
  }));
}

/**
 * Parses where a version is to go or is: `Production`, in any case, or `@champion`.
 * MLflow: an alias is letters, digits, `_` and `-`; `latest` and `v3` are its own.
 */
export function parsePlace(text: string): Place | undefined {
  if (text.startsWith("@")) {
    const alias = text.slice(1);
    return /^[\w-]{1,255}$/.test(alias) && !/^(latest|v\d+)$/i.test(alias)
      ? { kind: "alias", alias }
      : undefined;
  }
  const stage = ["None", "Staging", "Production", "Archived"].find(
    (one) => one.toLowerCase() === text.toLowerCase(),
  );
  return stage === undefined ? undefined : { kind: "stage", stage };
}

/** The version that somebody names: by its number, or by where it is. */
export function namedVersion(
  versions: readonly ModelVersion[],
  name: string,
): Result<ModelVersion, PlatformError> {
  const place = parsePlace(name);
  const found = versions.find((version) =>
    place === undefined ? version.version === name : isIn(version, place),
  );
  if (found !== undefined) return ok(found);
  const model = versions[0]?.model;
  return err({
    reason: "not-found",
    message:
      model === undefined
        ? "the model has no version"
        : place === undefined
          ? `the model ${model} has no version ${name}`
          : `no version of the model ${model} is in ${name}`,
    help: "`esteira model list` shows all of them; name one by its number, its stage or its @alias",
  });
}

/** What was logged of the run that made a version. */
export async function factsOf(
  registry: ModelRegistry,
  { run }: ModelVersion,
): Promise<Result<RunFacts | undefined, PlatformError>> {
  if (run === undefined) return ok(undefined);
  const found = await registry.runs([run]);
  return found.ok ? ok(found.value.get(run)) : found;
}
