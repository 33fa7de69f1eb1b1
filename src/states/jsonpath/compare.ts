import type { Json } from "../../core/json.ts";
import { isJsonObject } from "../../core/json.ts";
import { sameJson } from "../engine/tape.ts";

/**
 * Thrown where an operator can't do with its operands: the item doesn't pass, whatever is around
 * the comparison.
 */
export class Unfit extends Error {}

/**
 * Compares two values inside a filter as Jayway JsonPath does, which AWS uses. A number and a text
 * are equal where one reads as the other; nothing is equal to what isn't there, and there is an
 * order only among numbers and among texts.
 *
 * @param operator in lower case
 * @param a undefined for a path that leads nowhere
 */
export function compareValues(operator: string, a: Json | undefined, b: Json | undefined): boolean {
  switch (operator) {
    case "==":
      return equal(a, b);
    case "!=":
      return !equal(a, b);
    case "===":
      return typeof a === typeof b && equal(a, b);
    case "!==":
      return typeof a !== typeof b || !equal(a, b);
    case "<":
      return ordered(a, b, (x, y) => x < y);
    case "<=":
      return ordered(a, b, (x, y) => x <= y);
    case ">":
      return ordered(a, b, (x, y) => x > y);
    case ">=":
      return ordered(a, b, (x, y) => x >= y);
    default:
      return compareLists(operator, a, b);
  }
}

function equal(a: Json | undefined, b: Json | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  if (typeof a === "string" && typeof b === "number") return a === String(b);
  if (typeof a === "number" && typeof b === "string") return readsAs(b, a);
  return sameJson(a, b);
}

function readsAs(text: string, number: number): boolean {
  return /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) && Number(text) === number;
}

function ordered(
  a: Json | undefined,
  b: Json | undefined,
  compare: (a: number | string, b: number | string) => boolean,
): boolean {
  if (typeof a === "number" && typeof b === "number") return compare(a, b);
  return typeof a === "string" && typeof b === "string" && compare(a, b);
}

function compareLists(operator: string, a: Json | undefined, b: Json | undefined): boolean {
  switch (operator) {
    case "in":
      return within(a, listOf(b));
    case "nin":
      return !within(a, listOf(b));
    case "contains":
      if (typeof a === "string" && typeof b === "string") return a.includes(b);
      return Array.isArray(a) && within(b, a as readonly Json[]);
    case "size":
      return typeof b === "number" && sizeOf(a) === Math.trunc(b);
    case "empty": {
      const size = isJsonObject(a) ? Object.keys(a).length : sizeOf(a);
      if (size === undefined) return false;
      if (typeof b !== "boolean") throw new Unfit();
      return (size === 0) === b;
    }
    default:
      return compareSets(operator, listOf(a), listOf(b));
  }
}

/** `subsetof`, `anyof`, `noneof`. */
function compareSets(
  operator: string,
  a: readonly Json[] | undefined,
  b: readonly Json[] | undefined,
): boolean {
  if (a === undefined || b === undefined) return false;
  if (operator === "subsetof") return a.every((one) => within(one, b));
  const common = a.some((one) => within(one, b));
  return operator === "anyof" ? common : operator === "noneof" && !common;
}

/** A list's items; undefined for an object, which has none. @throws Unfit for what is neither */
function listOf(value: Json | undefined): readonly Json[] | undefined {
  if (Array.isArray(value)) return value as readonly Json[];
  if (!isJsonObject(value)) throw new Unfit();
  return undefined;
}

function within(value: Json | undefined, list: readonly Json[] | undefined): boolean {
  return list !== undefined && list.some((one) => equal(value, one));
}

function sizeOf(value: Json | undefined): number | undefined {
  return typeof value === "string" || Array.isArray(value) ? value.length : undefined;
}
