import type { Json, JsonObject } from "../core/json.ts";
import { escapePlaceholders } from "./placeholder.ts";

/** That a state is written in. */
export type QueryLanguage = "JSONata" | "JSONPath";

/** An expression, as a definition writes it. Texts of people go in through `quote`, and only so. */
export function expression(source: string): string {
  return `{% ${source} %}`;
}

/** A value as a literal of an expression: JSON is a subset of JSONata's literals. */
export function quote(value: Json): string {
  return escapePlaceholders(JSON.stringify(value));
}

/**
 * A text as a plain value of a definition. What would be read as an expression, or as one badly
 * delimited, is said as an expression that gives the text.
 */
export function plain(text: string): string {
  return /^\s*\{%|%\}\s*$/.test(text) ? expression(quote(text)) : escapePlaceholders(text);
}

/**
 * Any value of somebody's as a plain value of a definition: its texts are never read as
 * expressions.
 */
export function plainValue(value: Json): Json {
  if (typeof value === "string") return plain(value);
  if (Array.isArray(value)) return (value as readonly Json[]).map(plainValue);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value as JsonObject);
  // Keys aren't read as expressions, but places are filled in values only, so they need no escape.
  return Object.fromEntries(entries.map(([key, item]) => [key, plainValue(item)]));
}
