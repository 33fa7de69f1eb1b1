import type { Json } from "../../core/json.ts";
import { sameJson } from "../engine/tape.ts";
import { leadsToOne, type Filter, type FilterPath, type Operand } from "./path.ts";

/** Follows the steps of a path inside a filter. */
type Collect = (steps: FilterPath["steps"], from: Json, document: Json) => Json[];

/** Whether an item passes a `[?( … )]` step. */
export function matches(filter: Filter, item: Json, document: Json, collect: Collect): boolean {
  switch (filter.kind) {
    case "and":
      return filter.parts.every((part) => matches(part, item, document, collect));
    case "or":
      return filter.parts.some((part) => matches(part, item, document, collect));
    case "not":
      return !matches(filter.part, item, document, collect);
    case "exists":
      return valueOf(filter.path, item, document, collect) !== undefined;
    case "compare":
      return compares(filter, item, document, collect);
  }
}

function valueOf(path: FilterPath, item: Json, document: Json, collect: Collect): Json | undefined {
  const values = collect(path.steps, path.fromItem ? item : document, document);
  if (leadsToOne(path.steps)) return values[0];
  return values.length === 0 ? undefined : values;
}

function compares(
  filter: Extract<Filter, { kind: "compare" }>,
  item: Json,
  document: Json,
  collect: Collect,
): boolean {
  const { operator, left, right } = filter;
  if (operator === "=~") {
    const [pattern, operand] = left.kind === "pattern" ? [left, right] : [right, left];
    const text = resolved(operand, item, document, collect);
    return pattern.kind === "pattern" && typeof text === "string" && pattern.pattern.test(text);
  }
  const a = resolved(left, item, document, collect);
  const b = resolved(right, item, document, collect);
  switch (operator) {
    case "==":
    case "===":
      return a === undefined || b === undefined ? a === b : sameJson(a, b);
    case "!=":
      return a === undefined || b === undefined ? a !== b : !sameJson(a, b);
    case "<":
      return ordered(a, b, (x, y) => x < y);
    case "<=":
      return ordered(a, b, (x, y) => x <= y);
    case ">":
      return ordered(a, b, (x, y) => x > y);
    case ">=":
      return ordered(a, b, (x, y) => x >= y);
    default:
      return comparesLists(operator, a, b);
  }
}

function comparesLists(operator: string, a: Json | undefined, b: Json | undefined): boolean {
  const within = (value: Json | undefined, list: Json | undefined): boolean =>
    Array.isArray(list) && (list as readonly Json[]).some((one) => sameJson(one, value));
  const all = Array.isArray(a) ? (a as readonly Json[]) : [];
  switch (operator) {
    case "in":
      return within(a, b);
    case "nin":
      return !within(a, b);
    case "subsetof":
      return Array.isArray(a) && all.every((one) => within(one, b));
    case "anyof":
      return all.some((one) => within(one, b));
    case "noneof":
      return Array.isArray(a) && !all.some((one) => within(one, b));
    case "contains":
      return typeof a === "string" && typeof b === "string" ? a.includes(b) : within(b, a);
    case "size":
      return (typeof a === "string" || Array.isArray(a)) && a.length === b;
    case "empty":
      return (typeof a === "string" || Array.isArray(a)) && (a.length === 0) === b;
    default:
      return false;
  }
}

function ordered(
  a: Json | undefined,
  b: Json | undefined,
  compare: (a: number | string, b: number | string) => boolean,
): boolean {
  if (typeof a === "number" && typeof b === "number") return compare(a, b);
  return typeof a === "string" && typeof b === "string" && compare(a, b);
}

function resolved(
  operand: Operand,
  item: Json,
  document: Json,
  collect: Collect,
): Json | undefined {
  switch (operand.kind) {
    case "value":
      return operand.value;
    case "path":
      return valueOf(operand.path, item, document, collect);
    case "pattern":
      return undefined;
  }
}
