import { posix } from "node:path";

import type { ProjectFiles } from "./project-files.ts";

/**
 * How a folder of the workspace is installed: `project` by its own `pyproject.toml` or `setup.py`,
 * `plain` by being copied to where Python looks for packages.
 */
export type PackageKind = "project" | "plain";

/** `./libs//pricing/` is `libs/pricing`. */
export function packageFolder(written: string): string {
  return posix.normalize(written).replace(/(?<=.)\/$/, "");
}

/**
 * What kind of Python package a folder is; undefined: none. A `pyproject.toml` that only configures
 * tools installs nothing.
 *
 * @param folder relative to where `files` are
 */
export function packageKind(files: ProjectFiles, folder: string): PackageKind | undefined {
  const has = (name: string): boolean => files.kind(`${folder}/${name}`) === "file";
  if (has("pyproject.toml") && installs(files.read(`${folder}/pyproject.toml`) ?? "")) {
    return "project";
  }
  if (has("setup.py")) return "project";
  return has("__init__.py") ? "plain" : undefined;
}

/**
 * Whether a `pyproject.toml` says how its folder is installed. Its tables are looked for and
 * nothing is parsed: an installation says best what is wrong with the file.
 */
export function installs(pyproject: string): boolean {
  return /^[ \t]*\[(?:project|build-system|tool\.poetry)[\].]/m.test(pyproject);
}
