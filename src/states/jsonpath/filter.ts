import type { Json } from "../../core/json.ts";
import { compareValues, Unfit } from "./compare.ts";
import { exists, valueOf, type Collect } from "./filter-path.ts";
import type { Filter, Operand } from "./path.ts";

/** Whether an item passes a `[?( … )]` step. */
export function passes(filter: Filter, item: Json, document: Json, collect: Collect): boolean {
  try {
    return matches(filter, item, document, collect);
  } catch (error) {
    if (error instanceof Unfit) return false;
    throw error;
  }
}

function matches(filter: Filter, item: Json, document: Json, collect: Collect): boolean {
  switch (filter.kind) {
    case "and":
      return filter.parts.every((part) => matches(part, item, document, collect));
    case "or":
      return filter.parts.some((part) => matches(part, item, document, collect));
    case "not":
      return !matches(filter.part, item, document, collect);
    case "exists":
      return exists(filter.path, item, document, collect);
    case "compare": {
      const { operator, left, right } = filter;
      if (operator === "=~") return matchesPattern(left, right, item, document, collect);
      const a = resolved(left, item, document, collect);
      return compareValues(operator, a, resolved(right, item, document, collect));
    }
  }
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

/** One side is a pattern, on whichever; of a list on the other, any item may match. */
function matchesPattern(
  left: Operand,
  right: Operand,
  item: Json,
  document: Json,
  collect: Collect,
): boolean {
  const [pattern, operand] = left.kind === "pattern" ? [left, right] : [right, left];
  if (pattern.kind !== "pattern" || operand.kind === "pattern") return false;
  const value = resolved(operand, item, document, collect);
  return Array.isArray(value)
    ? (value as readonly Json[]).some((one) => pattern.pattern.test(textOf(one)))
    : pattern.pattern.test(textOf(value));
}

/**
 * What a pattern is held against: nothing but texts, numbers, and truth values has its own text.
 */
function textOf(value: Json | undefined): string {
  const scalar = typeof value === "string" || typeof value === "number";
  return scalar || typeof value === "boolean" ? String(value) : "";
}
