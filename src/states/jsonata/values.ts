import type { Json } from "../../core/json.ts";
import { maxNesting } from "../nesting.ts";

/** Marks a result that JSON can't hold: a function, a regular expression. */
export const unsupported: unique symbol = Symbol("unsupported");

/**
 * Arrays that JSONata has made carry its own marks, which must not get into the next expression.
 */
interface Marked {
  readonly sequence?: boolean;
  readonly cons?: boolean;
  readonly keepSingleton?: boolean;
}

/**
 * A JSONata result as a plain JSON value. What is plain already is returned as it is, not copied.
 *
 * @throws RangeError where it nests deeper than `maxNesting`
 */
export function asJson(value: unknown, levels: number = maxNesting): Json | typeof unsupported {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      // AWS hands on what JSON can't say as text.
      return Number.isFinite(value) ? value : String(value);
    case "object":
      break;
    default:
      return unsupported;
  }
  if (value === null) return null;
  if (levels === 0) throw new RangeError(`more than ${maxNesting} levels`);
  return Array.isArray(value) ? arrayAsJson(value, levels - 1) : objectAsJson(value, levels - 1);
}

function arrayAsJson(
  array: readonly unknown[] & Marked,
  levels: number,
): Json | typeof unsupported {
  let copy: Json[] | undefined =
    array.sequence === true || array.cons === true || array.keepSingleton === true ? [] : undefined;
  for (let index = 0; index < array.length; index += 1) {
    const item = array[index];
    const plain = item === undefined ? null : asJson(item, levels);
    if (plain === unsupported) return unsupported;
    if (copy === undefined && plain !== item) copy = array.slice(0, index) as Json[];
    if (copy !== undefined) copy.push(plain);
  }
  return copy ?? (array as readonly Json[]);
}

function objectAsJson(object: object, levels: number): Json | typeof unsupported {
  if ("_jsonata_lambda" in object || "_jsonata_function" in object || object instanceof RegExp) {
    return unsupported;
  }
  const source = object as Readonly<Record<string, unknown>>;
  let copy: Record<string, Json> | undefined;
  for (const key of Object.keys(source)) {
    const item = source[key];
    const plain = item === undefined ? undefined : asJson(item, levels);
    if (plain === unsupported) return unsupported;
    if (copy === undefined && (plain !== item || plain === undefined))
      copy = copyBefore(source, key);
    if (copy !== undefined && plain !== undefined) copy[key] = plain;
  }
  return copy ?? (source as { readonly [key: string]: Json });
}

function copyBefore(source: Readonly<Record<string, unknown>>, end: string): Record<string, Json> {
  // Without a prototype, `__proto__` is a field like any other.
  const copy = Object.create(null) as Record<string, Json>;
  for (const key of Object.keys(source)) {
    if (key === end) break;
    copy[key] = source[key] as Json;
  }
  return copy;
}

/** The type of a JSON value, in the word that AWS's messages use. */
export function typeName(
  value: Json,
): "null" | "array" | "object" | "string" | "number" | "boolean" {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  const type = typeof value;
  return type === "string" || type === "number" || type === "boolean" ? type : "object";
}
