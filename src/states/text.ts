import type { Json } from "../core/json.ts";

/** A value in a message: text as it is, everything else as JSON. */
export function shown(value: Json | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}
