import type { Json } from "../../core/json.ts";
import { StateFailure } from "../failure.ts";
import type { State } from "../machine.ts";

/**
 * Bytes of UTF-8 JSON text that a state's input or output has at most.
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export const maxPayloadBytes = 262_144;

/**
 * The failure of a state whose output is larger than AWS hands on; undefined for one that isn't.
 */
export function limitOf(output: Json, state: State): StateFailure | undefined {
  return isLarger(output, maxPayloadBytes) ? tooLarge(state.name) : undefined;
}

/** @param name of the state, or of the service that a task called */
export function tooLarge(name: string): StateFailure {
  return new StateFailure({
    error: "States.DataLimitExceeded",
    cause: `The state/task '${name}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  });
}

/**
 * Whether a value's JSON text takes more than `limit` bytes. Writes the text only where an estimate
 * doesn't settle it.
 */
export function isLarger(value: Json, limit: number): boolean {
  if (spend(value, limit) >= 0) return false;
  return Buffer.byteLength(JSON.stringify(value)) > limit;
}

/**
 * What is surely left of `budget` bytes after the value; negative as soon as that can't be said.
 */
function spend(value: Json, budget: number): number {
  switch (typeof value) {
    case "string":
      return budget - textBytes(value);
    case "number":
      return budget - 24;
    case "boolean":
      return budget - 5;
    default:
  }
  if (value === null) return budget - 4;
  let left = budget - 2;
  if (Array.isArray(value)) {
    for (const item of value as readonly Json[]) {
      left = spend(item, left) - 1;
      if (left < 0) return left;
    }
    return left;
  }
  const object = value as { readonly [key: string]: Json };
  for (const key in object) {
    left = spend(object[key] ?? null, left - textBytes(key) - 2);
    if (left < 0) return left;
  }
  return left;
}

/**
 * At most this many bytes of JSON text: a UTF-16 unit takes six, as the escape of a control
 * character.
 */
function textBytes(text: string): number {
  return text.length * 6 + 2;
}
