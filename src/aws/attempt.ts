import { err, ok, type Result } from "../core/result.ts";
import type { PlatformError } from "../platform/port.ts";
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
