import type { z } from "zod";
import { err, ok, type Result } from "../core/result.ts";
import { schemaProblems, valueAt } from "./schema/issues.ts";
import { plainText } from "./yaml/positions.ts";
import type { Path, Problem } from "./problem.ts";
import type { YamlSource } from "./yaml/yaml-source.ts";

/**
 * Checks a file against its schema. Where the schema wants text and the author wrote a bare number,
 * `true` or `false`, the text is what is in the file: `3.10` stays `3.10`, although YAML reads
 * it as the number 3.1.
 */
export function typed<Schema extends z.ZodType>(
  schema: Schema,
  source: YamlSource,
): Result<z.infer<Schema>, Problem[]> {
  const first = schema.safeParse(source.value);
  if (first.success) return ok(first.data);
  let restored = false;
  for (const issue of first.error.issues) {
    if (issue.code === "invalid_type" && issue.expected === "string") {
      restored = restoreText(source, issue.path as Path) || restored;
    }
  }
  const second = restored ? schema.safeParse(source.value) : first;
  if (second.success) return ok(second.data);
  return err(schemaProblems(schema, source.value, second.error.issues));
}

function restoreText(source: YamlSource, path: Path): boolean {
  const value = valueAt(source.value, path);
  if (typeof value !== "number" && typeof value !== "boolean") return false;
  const text = plainText(source, path);
  const holder = valueAt(source.value, path.slice(0, -1));
  const key = path.at(-1);
  if (text === undefined || key === undefined || typeof holder !== "object" || holder === null) {
    return false;
  }
  (holder as Record<string | number, unknown>)[key] = text;
  return true;
}
