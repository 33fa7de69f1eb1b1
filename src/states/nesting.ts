import type { Json } from "../core/json.ts";

/**
 * Levels of arrays and objects in each other that a value has at most. It is what Jackson reads,
 * the library that AWS's messages name (`StreamReadConstraints.DEFAULT_MAX_DEPTH`); from four times
 * as many on, Node can't write a value as text.
 *
 * @see https://github.com/FasterXML/jackson-core (StreamReadConstraints)
 */
export const maxNesting = 1000;

/** @param value nothing in it is in it twice: as it is read from a text */
export function nestsTooDeep(value: Json, left: number = maxNesting): boolean {
  if (typeof value !== "object" || value === null) return false;
  return left === 0 || Object.values(value).some((item: Json) => nestsTooDeep(item, left - 1));
}
