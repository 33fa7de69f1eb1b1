import { createHash } from "node:crypto";

/**
 * What YAML files hold, by the hash of their bytes: a file that didn't change isn't parsed again.
 * Only files without any problem are kept.
 */
export interface ParsedValues {
  /** Undefined where the file wasn't seen. */
  get(hash: string): unknown;
  set(hash: string, value: unknown): void;
}

/** Keeps nothing. */
export const noParsedValues: ParsedValues = { get: () => undefined, set: () => undefined };

/** The SHA-256 of a file's bytes, as hexadecimal digits. */
export function contentHash(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * The value as text; undefined where JSON has no text for a part of it that means the same, such
 * as `.inf` or `-0`.
 */
export function valueToText(value: unknown): string | undefined {
  return isPlain(value) ? JSON.stringify(value) : undefined;
}

/** The value of such a text; undefined where it is damaged. Maps have no prototype. */
export function valueFromText(text: string): unknown {
  try {
    return withoutPrototypes(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function isPlain(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0);
  if (Array.isArray(value)) return value.every(isPlain);
  if (typeof value === "object" && value !== null) return Object.values(value).every(isPlain);
  return value === null || typeof value === "string" || typeof value === "boolean";
}

function withoutPrototypes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPrototypes);
  if (typeof value !== "object" || value === null) return value;
  const map = Object.create(null) as Record<string, unknown>;
  for (const [key, inside] of Object.entries(value)) map[key] = withoutPrototypes(inside);
  return map;
}
