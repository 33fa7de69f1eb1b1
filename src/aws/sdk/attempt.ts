import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { awsError } from "./errors.ts";

/** Does what talks to AWS; whatever it throws becomes one sentence, "could not ACTION: …". */
export async function attempt<Value>(
  environment: string,
  action: string,
  work: () => Promise<Value>,
): Promise<Result<Value, PlatformError>> {
  try {
    return ok(await work());
  } catch (thrown) {
    return err(awsError(thrown, { action, environment }));
  }
}

/** All of the values, or the first error. */
export function allOf<Value>(
  results: readonly Result<Value, PlatformError>[],
): Result<Value[], PlatformError> {
  const values: Value[] = [];
  for (const result of results) {
    if (!result.ok) return result;
    values.push(result.value);
  }
  return ok(values);
}

/** The values of all of these, each of its own type, or the first error. */
export function together<const Results extends readonly Result<unknown, PlatformError>[]>(
  results: Results,
): Result<{ -readonly [Index in keyof Results]: ValueOf<Results[Index]> }, PlatformError> {
  const all = allOf(results);
  return all.ok ? ok(all.value as { [Index in keyof Results]: ValueOf<Results[Index]> }) : all;
}

type ValueOf<Outcome> =
  Extract<Outcome, { readonly ok: true }> extends {
    readonly value: infer Value;
  }
    ? Value
    : never;
