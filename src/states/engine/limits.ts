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
 * Whether a value's JSON text takes more than `limit` bytes. The text isn't written: a small value
 * that holds itself many times over may have a text that no memory holds.
 */
export function isLarger(value: Json, limit: number): boolean {
  return spend(value, limit, mostBytes) < 0 && spend(value, limit, exactBytes) < 0;
}

/** What is left of `budget` bytes after the value; negative as soon as it is used up. */
function spend(value: Json, budget: number, textBytes: (text: string) => number): number {
  switch (typeof value) {
    case "string":
      return budget - textBytes(value);
    case "number":
    case "boolean":
      return budget - String(value).length;
    default:
  }
  if (value === null) return budget - 4;
  // Brackets; each item brings a comma but the first.
  let left = budget - 2;
  let comma = 0;
  if (Array.isArray(value)) {
    for (const item of value as readonly Json[]) {
      left = spend(item, left - comma, textBytes);
      comma = 1;
      if (left < 0) return left;
    }
    return left;
  }
  const object = value as { readonly [key: string]: Json };
  for (const key of Object.keys(object)) {
    left = spend(object[key] ?? null, left - textBytes(key) - 1 - comma, textBytes);
    comma = 1;
    if (left < 0) return left;
  }
  return left;
}

/**
 * At most this many bytes of JSON text: a UTF-16 unit takes six, as the escape of a control
 * character.
 */
function mostBytes(text: string): number {
  return text.length * 6 + 2;
}

function exactBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
}
