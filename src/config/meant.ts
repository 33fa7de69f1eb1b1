import type { z } from "zod";
import { nearestKey, valueAt } from "./schema/issues.ts";
import type { Path } from "./problem.ts";
import type { YamlSource } from "./yaml/yaml-source.ts";

/**
 * What the author of a file most likely meant whose only mistakes against the schema are keys that
 * don't exist: each counts as the one that it is near, or else not at all. So that one typo doesn't
 * hide what else is wrong.
 *
 * @returns undefined where something else doesn't fit the schema
 */
export function meant<Schema extends z.ZodType>(
  schema: Schema,
  source: YamlSource,
): z.infer<Schema> | undefined {
  return corrected(schema, source, true) ?? corrected(schema, source, false);
}

function corrected<Schema extends z.ZodType>(
  schema: Schema,
  source: YamlSource,
  rename: boolean,
): z.infer<Schema> | undefined {
  const value: unknown = structuredClone(source.value);
  const first = schema.safeParse(value);
  if (first.success) return first.data;
  for (const issue of first.error.issues) {
    // What else doesn't fit may come of a name: `comand` makes `command` missing.
    if (issue.code !== "unrecognized_keys") continue;
    const path = issue.path as Path;
    const holder = valueAt(value, path) as Record<string, unknown>;
    for (const key of issue.keys) {
      const near = rename ? nearestKey(schema, path, key) : undefined;
      if (near !== undefined && !Object.hasOwn(holder, near)) holder[near] = holder[key];
      delete holder[key];
    }
  }
  const second = schema.safeParse(value);
  return second.success ? second.data : undefined;
}
