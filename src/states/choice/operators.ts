import type { Json } from "../../core/json.ts";
import { instantOf } from "../timestamps.ts";
import { wildcardMatcher } from "./wildcard.ts";

type Compare = (value: Json, wanted: Json) => boolean;

/**
 * Values of another type than the operator's are unequal to everything, and in no order with
 * anything.
 */
function numbers(compare: (a: number, b: number) => boolean): Compare {
  return (value, wanted) =>
    typeof value === "number" && typeof wanted === "number" && compare(value, wanted);
}

function strings(compare: (a: string, b: string) => boolean): Compare {
  return (value, wanted) =>
    typeof value === "string" && typeof wanted === "string" && compare(value, wanted);
}

function timestamps(compare: (a: number, b: number) => boolean): Compare {
  return strings((value, wanted) => {
    const a = instantOf(value);
    const b = instantOf(wanted);
    return a !== undefined && b !== undefined && compare(a, b);
  });
}

function is(test: (value: Json) => boolean): Compare {
  return (value, wanted) => test(value) === wanted;
}

/**
 * The operators of Choice rules; each but the `Is…` ones and `StringMatches` has a form that ends
 * in `Path`.
 */
export const comparisons: Readonly<Record<string, Compare | undefined>> = {
  BooleanEquals: (value, wanted) => typeof value === "boolean" && value === wanted,
  NumericEquals: numbers((a, b) => a === b),
  NumericGreaterThan: numbers((a, b) => a > b),
  NumericGreaterThanEquals: numbers((a, b) => a >= b),
  NumericLessThan: numbers((a, b) => a < b),
  NumericLessThanEquals: numbers((a, b) => a <= b),
  StringEquals: strings((a, b) => a === b),
  StringGreaterThan: strings((a, b) => a > b),
  StringGreaterThanEquals: strings((a, b) => a >= b),
  StringLessThan: strings((a, b) => a < b),
  StringLessThanEquals: strings((a, b) => a <= b),
  StringMatches: strings((value, pattern) => matcherOf(pattern)(value)),
  TimestampEquals: timestamps((a, b) => a === b),
  TimestampGreaterThan: timestamps((a, b) => a > b),
  TimestampGreaterThanEquals: timestamps((a, b) => a >= b),
  TimestampLessThan: timestamps((a, b) => a < b),
  TimestampLessThanEquals: timestamps((a, b) => a <= b),
  IsBoolean: is((value) => typeof value === "boolean"),
  IsNull: is((value) => value === null),
  IsNumeric: is((value) => typeof value === "number"),
  IsPresent: is(() => true),
  IsString: is((value) => typeof value === "string"),
  IsTimestamp: is((value) => typeof value === "string" && instantOf(value) !== undefined),
};

/** Whether an operator looks at the variable alone. */
export function isTest(operator: string): boolean {
  return operator.startsWith("Is");
}

const matchers = new Map<string, (text: string) => boolean>();

/** Definitions hold few patterns, which are compiled once. */
function matcherOf(pattern: string): (text: string) => boolean {
  const known = matchers.get(pattern);
  if (known !== undefined) return known;
  const compiled = wildcardMatcher(pattern);
  if (matchers.size > 1000) matchers.clear();
  matchers.set(pattern, compiled);
  return compiled;
}
