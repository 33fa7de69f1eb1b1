import { isJsonObject, type Json, type JsonObject } from "../core/json.ts";
import type { FieldChange } from "./plan.ts";

/**
 * The fields that differ between two documents, in the order of `after`, then those that are gone.
 * Paths are dotted; an element of a list whose elements all have an `id` or a `name`
 * is called by it (`steps.score_model.command`), so that an inserted one doesn't make all that
 * follow look changed. Other lists are compared as one value. Keys that hold `undefined` are
 * absent.
 */
export function diffFields(before: unknown, after: unknown): FieldChange[] {
  return differences(plain(before), plain(after), "");
}

/** What JSON makes of a value: without `undefined`. */
function plain(value: unknown): Json | undefined {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as Json);
}

function differences(
  before: Json | undefined,
  after: Json | undefined,
  path: string,
): FieldChange[] {
  const [left, right] = [fieldsOf(before), fieldsOf(after)];
  if (left !== undefined && right !== undefined) {
    const keys = new Set([...right.keys(), ...left.keys()]);
    const inside = [...keys].flatMap((key) =>
      differences(left.get(key), right.get(key), path === "" ? key : `${path}.${key}`),
    );
    // Elements that only changed places are not a change of theirs, but one of the list.
    const moved =
      inside.length === 0 && Array.isArray(after) && !same([...left.keys()], [...right.keys()]);
    return moved ? [{ path, before: [...left.keys()], after: [...right.keys()] }] : inside;
  }
  return same(before, after) ? [] : [{ path, before, after }];
}

/**
 * The parts of an object, or of a list whose elements are named; `undefined` for what is compared
 * as a whole.
 */
function fieldsOf(value: Json | undefined): ReadonlyMap<string, Json> | undefined {
  if (isJsonObject(value)) return new Map(Object.entries(value));
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const elements = value as readonly Json[];
  const named = new Map(
    elements.flatMap((element) => {
      const name = isJsonObject(element) ? nameOf(element) : undefined;
      return name === undefined ? [] : [[name, element] as const];
    }),
  );
  return named.size === elements.length ? named : undefined;
}

function nameOf(element: JsonObject): string | undefined {
  const name = element["id"] ?? element["name"];
  return typeof name === "string" ? name : undefined;
}

function same(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item: Json, index) => same(item, b[index] as Json));
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]))
  );
}
