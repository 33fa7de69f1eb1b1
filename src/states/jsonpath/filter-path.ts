import { isJsonObject, type Json } from "../../core/json.ts";
import { isDefinite, leadsToOne, type FilterPath, type PathStep } from "./path.ts";

/** Follows steps from a value. */
export type Collect = (steps: readonly PathStep[], from: Json, document: Json) => Json[];

/**
 * What a path inside a filter leads to; a list where its steps part. Undefined: it leads nowhere.
 */
export function valueOf(
  path: FilterPath,
  item: Json,
  document: Json,
  collect: Collect,
): Json | undefined {
  const from = path.fromItem ? item : document;
  if (leadsToOne(path.steps)) return collect(path.steps, from, document)[0];
  const { before, rest } = parted(path.steps);
  const start = collect(before, from, document)[0];
  return start === undefined ? undefined : collect(rest, start, document);
}

/**
 * Whether a path leads somewhere. One whose steps part does wherever they begin to, even if they
 * find nothing; but each object that they come through must have the names that they ask for.
 */
export function exists(path: FilterPath, item: Json, document: Json, collect: Collect): boolean {
  const from = path.fromItem ? item : document;
  if (leadsToOne(path.steps)) return collect(path.steps, from, document).length > 0;
  const { before, rest } = parted(path.steps);
  let values = collect(before, from, document);
  if (values.length === 0) return false;
  for (const step of rest) {
    if (step.kind === "name" && values.some((value) => lacks(value, step.name))) return false;
    values = values.flatMap((value) => collect([step], value, document));
  }
  return true;
}

function lacks(value: Json, name: string): boolean {
  return isJsonObject(value) && !Object.hasOwn(value, name);
}

/** Steps to one place, and those from where they part. */
function parted(steps: readonly PathStep[]): {
  readonly before: readonly PathStep[];
  readonly rest: readonly PathStep[];
} {
  const at = steps.findIndex((step) => !isDefinite(step));
  return { before: steps.slice(0, at), rest: steps.slice(at) };
}
