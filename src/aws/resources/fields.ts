import { canonicalJson, isJsonObject, type Json } from "../../core/json.ts";
import type { FieldChange } from "../../platform/plan.ts";
import { tagChanges, type Tags } from "../ownership.ts";
import type { Comparison } from "./kind.ts";

/**
 * What differs between two values, field by field with dotted paths; objects and lists of one length are looked into. Fields whose value is
 * undefined are absent.
 */
export function fieldChanges(before: unknown, after: unknown, path = ""): FieldChange[] {
  return differences(plain(before), plain(after), path);
}

function differences(
  before: Json | undefined,
  after: Json | undefined,
  path: string,
): FieldChange[] {
  if (canonicalJson(before ?? null) === canonicalJson(after ?? null)) return [];
  if (isJsonObject(before) && isJsonObject(after)) {
    const keys = [...new Set([...Object.keys(after), ...Object.keys(before)])];
    return keys.flatMap((key) => differences(before[key], after[key], joined(path, key)));
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    const pairs = before.map((item: Json, index): [Json, Json] => [item, after[index] as Json]);
    if (pairs.every(([a, b]) => isJsonObject(a) && isJsonObject(b))) {
      return pairs.flatMap(([a, b], index) => differences(a, b, joined(path, String(index))));
    }
  }
  return [{ path, before, after }];
}

function joined(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

function plain(value: unknown): Json | undefined {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as Json);
}

/** What differs in the tags that Esteira sets; those of others are left alone. */
export function tagFieldChanges(wanted: Tags, observed: Tags): FieldChange[] {
  const { set, remove } = tagChanges(wanted, observed);
  return [
    ...Object.entries(set).map(([key, value]) => ({
      path: `tags.${key}`,
      before: observed[key],
      after: value,
    })),
    ...remove.map((key) => ({ path: `tags.${key}`, before: observed[key], after: undefined })),
  ];
}

/** An update where something differs. */
export function comparison(fields: readonly FieldChange[]): Comparison {
  return fields.length === 0 ? { kind: "same" } : { kind: "update", fields };
}

/** The value without what says nothing: absent, empty lists and objects, `false`; lists and objects are looked into. */
export function meaningful(value: unknown): Json | undefined {
  if (value === null || value === undefined || value === false) return undefined;
  if (Array.isArray(value)) {
    const items = value.map(meaningful).filter((item) => item !== undefined);
    return items.length === 0 ? undefined : items;
  }
  if (typeof value === "object" && !(value instanceof Date)) {
    const entries = Object.entries(value)
      .map(([key, item]): [string, Json | undefined] => [key, meaningful(item)])
      .filter((entry): entry is [string, Json] => entry[1] !== undefined);
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
  }
  return plain(value);
}
