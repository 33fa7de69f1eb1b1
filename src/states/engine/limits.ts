import type { Json } from "../../core/json.ts";
import { StateFailure } from "../failure.ts";
import type { State } from "../machine.ts";
import { maxNesting } from "../nesting.ts";

/**
 * Bytes of UTF-8 JSON text that a state's input or output has at most.
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export const maxPayloadBytes = 262_144;

/** What is left of a budget where a value nests too deep to be handed on at all. */
const TOO_DEEP = -Infinity;

/**
 * The failure of a state whose output is larger than AWS hands on, or nests deeper than it can be
 * written; undefined for one that isn't.
 */
export function limitOf(output: Json, state: State): StateFailure | undefined {
  const left = leftOf(output, maxPayloadBytes);
  if (left >= 0) return undefined;
  if (left !== TOO_DEEP) return tooLarge(state.name);
  return new StateFailure({
    error: "States.DataLimitExceeded",
    cause: `The state/task '${state.name}' returned a result that nests deeper than ${maxNesting} levels.`,
  });
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
  return leftOf(value, limit) < 0;
}

function leftOf(value: Json, limit: number): number {
  const most = spend(value, limit, mostBytes, maxNesting);
  return most < 0 ? spend(value, limit, exactBytes, maxNesting) : most;
}

/**
 * What is left of `budget` bytes after the value; negative as soon as it is used up.
 *
 * @param levels that may be in each other
 */
function spend(
  value: Json,
  budget: number,
  textBytes: (text: string) => number,
  levels: number,
): number {
  switch (typeof value) {
    case "string":
      return budget - textBytes(value);
    case "number":
    case "boolean":
      return budget - String(value).length;
    default:
  }
  if (value === null) return budget - 4;
  if (levels === 0) return TOO_DEEP;
  // Brackets; each item brings a comma but the first.
  let left = budget - 2;
  let comma = 0;
  if (Array.isArray(value)) {
    for (const item of value as readonly Json[]) {
      left = spend(item, left - comma, textBytes, levels - 1);
      comma = 1;
      if (left < 0) return left;
    }
    return left;
  }
  const object = value as { readonly [key: string]: Json };
  for (const key of Object.keys(object)) {
    left = spend(object[key] ?? null, left - textBytes(key) - 1 - comma, textBytes, levels - 1);
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
