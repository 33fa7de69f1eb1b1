import type { Json } from "../../core/json.ts";
import { diffFields } from "../../platform/diff.ts";
import type { FieldChange } from "../../platform/plan.ts";
import { tagChanges, type Tags } from "../sdk/ownership.ts";
import type { Comparison } from "./kind.ts";

/**
 * What differs between two values, field by field with dotted paths.
 *
 * @param path what is in front of the fields' own paths, and is the path where the values are
 *   not objects
 */
export function fieldChanges(before: unknown, after: unknown, path?: string): FieldChange[] {
  return path === undefined
    ? diffFields(before, after)
    : diffFields({ [path]: before }, { [path]: after });
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

/**
 * The value without what says nothing: absent, empty lists and objects, `false`; lists and objects
 * are looked into.
 */
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
  return JSON.parse(JSON.stringify(value)) as Json;
}
