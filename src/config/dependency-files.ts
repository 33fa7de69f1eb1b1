import { posix } from "node:path";

import type { ProjectFiles } from "./project-files.ts";
import { installs } from "./shared-packages.ts";

/** Ways in which a project's dependencies are written down, by the file's name. */
export type DependencyForm = "requirements" | "uv" | "pylock" | "poetry" | "pyproject" | "conda";

/**
 * Where dependencies are looked for that no `requirements_file` names, the first that is there:
 * what is locked goes before what isn't.
 */
export const DEPENDENCY_FILES = [
  "requirements.txt",
  "uv.lock",
  "pylock.toml",
  "poetry.lock",
  "pyproject.toml",
  "environment.yml",
  "environment.yaml",
] as const;

/** @see https://packaging.python.org/en/latest/specifications/pylock-toml/ for the names */
export function dependencyForm(file: string): DependencyForm {
  const name = posix.basename(file);
  if (name === "uv.lock") return "uv";
  if (/^pylock(?:\.[^.]+)?\.toml$/.test(name)) return "pylock";
  if (name === "poetry.lock") return "poetry";
  if (name === "pyproject.toml") return "pyproject";
  return /^(?:environment|conda).*\.ya?ml$/.test(name) ? "conda" : "requirements";
}

/** Those that a project has, in their order; a `pyproject.toml` of tools alone has none. */
export function dependencyFiles(files: ProjectFiles): readonly string[] {
  return DEPENDENCY_FILES.filter(
    (name) =>
      files.kind(name) === "file" &&
      (name !== "pyproject.toml" || installs(files.read(name) ?? "")),
  );
}
