import { isJsonObject, type Json } from "../../core/json.ts";
import type { Scope } from "../machine.ts";
import { own } from "../own.ts";
import { lookUp } from "../variables.ts";
import type { ExpressionCost } from "./cost.ts";
import { unitOfText } from "./weight.ts";

/** What is handled on the spot at most, in units of `Weight`: a tenth of a second's work. */
const mostUnits = 400_000;

/** Adding one to a list that is copied for it takes this part of handling one, for each in it. */
const copiesForUnit = 1000;

/**
 * Whether an expression's evaluation takes a moment only, with what it reads now.
 *
 * @param length of the expression, in characters: what it says itself is handled too
 */
export function isAffordable(
  { factor, copies, reads }: ExpressionCost,
  length: number,
  scope: Scope,
): boolean {
  const most = mostUnits / factor;
  let size = 1 + length / unitOfText;
  for (const way of reads) {
    for (const value of valuesAt(scope, way)) {
      if (size > most) return false;
      size += sizeOf(value, most - size);
    }
  }
  return size * (copies ? 1 + size / copiesForUnit : 1) <= most;
}

/** The values that a variable and names lead to, as far as there are objects on the way. */
function valuesAt(scope: Scope, way: readonly string[]): readonly Json[] {
  const [variable = "", ...names] = way;
  if (variable !== "states") return at(lookUp(scope.variables, variable), names);
  const [field, ...rest] = names;
  const fields: readonly [string, () => Json | undefined][] = [
    ["input", () => scope.input],
    ["result", () => scope.result],
    ["errorOutput", () => scope.errorOutput],
    ["context", () => scope.context()],
  ];
  return fields.flatMap(([name, value]) =>
    field === undefined || field === name ? at(value(), rest) : [],
  );
}

function at(from: Json | undefined, names: readonly string[]): readonly Json[] {
  let value = from;
  for (const name of names) {
    if (!isJsonObject(value)) break;
    value = own(value, name);
  }
  return value === undefined ? [] : [value];
}

/**
 * In units of `Weight`.
 *
 * @param most what is more than this needn't be counted
 */
function sizeOf(value: Json, most: number): number {
  let size = 0;
  const left: Json[] = [value];
  for (let next = left.pop(); next !== undefined && size <= most; next = left.pop()) {
    size += 1;
    if (typeof next === "string") size += next.length / unitOfText;
    else if (Array.isArray(next)) {
      // What is longer than that needn't be listed either.
      if (size + next.length > most) return size + next.length;
      for (const item of next as readonly Json[]) left.push(item);
    } else if (isJsonObject(next)) {
      for (const [name, item] of Object.entries(next)) {
        size += name.length / unitOfText;
        left.push(item);
      }
    }
  }
  return size;
}
