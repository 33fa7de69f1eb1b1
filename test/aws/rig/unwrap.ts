import type { Result } from "../../../src/core/result.ts";

/** The value of a success; a failure fails the test with all that it says. */
export function unwrap<Value>(result: Result<Value, unknown>): Value {
  if (!result.ok) throw new Error(JSON.stringify(result.error, undefined, 2));
  return result.value;
}
