import type { Json, JsonObject } from "../core/json.ts";
import { placeholder, PLACEHOLDERS, type Placeholder } from "../pipeline/placeholder.ts";
import { scheduledZone } from "../pipeline/scheduled-date.ts";
import { zoneOffsets } from "../schedule/zone-offsets.ts";
import type { Release } from "./release.ts";

type Optional = "model_uri" | "zone_offsets";

/**
 * The values of `pipeline/placeholder.ts`. `model_uri` is empty while no model is known, and a
 * definition without a zone has no place for its offsets.
 */
export type PlaceholderValues = Readonly<
  Record<Exclude<Placeholder, Optional>, string> & Partial<Record<Optional, string>>
>;

/**
 * A release's definition as a deploy fills it in; the zone's offsets are those of the time zone
 * database that this program runs with.
 */
export function filledDefinition(
  { project, definition, schedule }: Pick<Release, "project" | "definition" | "schedule">,
  values: Omit<PlaceholderValues, "zone_offsets">,
): JsonObject {
  if (definition === undefined) throw new Error(`${project} has no definition`);
  // A release of before has no place for them, and a zone that this program may not know.
  if (!JSON.stringify(definition).includes(placeholder("zone_offsets"))) {
    return fillPlaceholders(definition, values);
  }
  const zone_offsets = JSON.stringify(zoneOffsets(scheduledZone(schedule?.timezone)));
  return fillPlaceholders(definition, { ...values, zone_offsets });
}

/**
 * Puts values in the places that a compiled definition leaves open, and gives back what its author
 * wrote with `${`. The values are in plain texts only, never in the source of an expression.
 *
 * @throws Error for a placeholder that isn't known and for a value that would be read as an
 *   expression: bugs, both
 */
export function fillPlaceholders(definition: JsonObject, values: PlaceholderValues): JsonObject {
  const all: Readonly<Record<Placeholder, string>> = {
    model_uri: "",
    zone_offsets: "",
    ...values,
  };
  for (const name of PLACEHOLDERS) {
    if (/^\s*\{%|%\}\s*$/.test(all[name])) {
      throw new Error(`the value of ${name} would be read as an expression: ${all[name]}`);
    }
  }
  const fill = (value: Json): Json => {
    if (typeof value === "string") return fillText(value, all);
    if (Array.isArray(value)) return (value as readonly Json[]).map(fill);
    return typeof value === "object" && value !== null ? fillObject(value as JsonObject) : value;
  };
  const fillObject = (object: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(object).map(([key, value]) => [key, fill(value)]));
  return fillObject(definition);
}

function fillText(text: string, values: Readonly<Record<Placeholder, string>>): string {
  if (!text.includes("${")) return text;
  return text.replaceAll(
    /\$\$\{|\$\{([^}]*)\}?/g,
    (found: string, name: string | undefined): string => {
      if (name === undefined) return "${";
      if (!found.endsWith("}")) throw new Error(`${found} is not closed in: ${text}`);
      const value = Object.hasOwn(values, name) ? values[name as Placeholder] : undefined;
      if (value === undefined) throw new Error(`nothing is known for ${found} in: ${text}`);
      if (text.startsWith("{%")) throw new Error(`${found} is in an expression: ${text}`);
      return value;
    },
  );
}
