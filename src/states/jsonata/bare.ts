import { isJsonObject, type Json } from "../../core/json.ts";

/**
 * Whether an expression may ask for what every object of JavaScript has (`constructor`): the
 * library looks names up on prototypes too.
 */
export function mayNamePrototype(source: string): boolean {
  return /\$lookup\b|__|constructor|prototype|OwnProperty|Enumerable|toString|toLocaleString|valueOf/i.test(
    source,
  );
}

/** A copy in which objects have nothing but their own fields. */
export function bare(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(bare);
  if (!isJsonObject(value)) return value;
  const copy = Object.create(null) as Record<string, Json>;
  for (const [key, item] of Object.entries(value)) copy[key] = bare(item);
  return copy;
}
