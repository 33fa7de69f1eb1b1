import type { Json } from "../core/json.ts";
import { isJsonObject } from "../core/json.ts";

/**
 * The text of a `for_each` item whose author's spelling is not known, or is the usual one: text as
 * it is, everything else as JSON.
 */
export function itemText(item: Json): string {
  return typeof item === "string" ? item : JSON.stringify(item);
}

/**
 * Whether a value may be spelled in another way than JSON does: only a file can say how it was.
 */
export function hasSpellings(value: Json): boolean {
  if (Array.isArray(value)) return (value as readonly Json[]).some(hasSpellings);
  if (isJsonObject(value)) return Object.values(value).some(hasSpellings) || hasNumericName(value);
  return typeof value === "number" || typeof value === "boolean";
}

/** JavaScript puts such names first, whatever the file's order. */
function hasNumericName(value: object): boolean {
  return Object.keys(value).some((name) => /^\d+$/.test(name));
}
