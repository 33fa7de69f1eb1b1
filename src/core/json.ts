import { hash } from "node:crypto";

/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Serializes so that equal values give equal bytes: keys sorted by code unit, no white space.
 * Fields whose value is `undefined` are left out, as `JSON.stringify` does.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const fields = value as Readonly<Record<string, unknown>>;
  const ordered: Record<string, unknown> = {};
  for (const key of Object.keys(fields).toSorted()) {
    const item = sorted(fields[key]);
    if (key === "__proto__") Object.defineProperty(ordered, key, { value: item, enumerable: true });
    else ordered[key] = item;
  }
  return ordered;
}

/** SHA-256 of the canonical JSON of `value`, as 64 lower-case hexadecimal digits. */
export function fingerprintOf(value: unknown): string {
  return hash("sha256", canonicalJson(value));
}
