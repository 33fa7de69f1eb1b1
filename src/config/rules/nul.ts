import type { Path, Problem } from "../problem.ts";
import type { ProjectContext } from "./rule.ts";

/**
 * YAML can say a NUL character (`"\0"`), but it ends a text for Linux: no command line and no
 * variable can hold one. https://pubs.opengroup.org/onlinepubs/9799919799/functions/execve.html
 */
export function textsHaveNoNul({ config }: ProjectContext): Problem[] {
  return textsWithNul(config, []).map((path) => ({
    code: "config/nul-character",
    path,
    message: "the text has a NUL character, which no command line and no variable can hold",
    help: 'remove it; in double quotes YAML reads "\\0" and "\\x00" as one, in single quotes as they are',
  }));
}

function textsWithNul(value: unknown, path: Path): Path[] {
  if (typeof value === "string") return value.includes("\0") ? [path] : [];
  if (typeof value !== "object" || value === null) return [];
  const isList = Array.isArray(value);
  return Object.entries(value).flatMap(([key, one]) =>
    textsWithNul(one, [...path, isList ? Number(key) : key]),
  );
}
