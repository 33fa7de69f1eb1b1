import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { expandGlob } from "../../config/glob.ts";

/** A project of the workspace, which is named as its folder is. */
export interface KnownProject {
  readonly name: string;
  /** Absolute. */
  readonly config: string;
}

/**
 * The folder up from `cwd` that holds `esteira.yaml`, else the one that holds `src/projects`;
 * undefined where there is neither.
 */
export function workspaceAround(cwd: string): string | undefined {
  for (const mark of ["esteira.yaml", join("src", "projects")]) {
    for (let folder = cwd; ; folder = dirname(folder)) {
      if (existsSync(join(folder, mark))) return folder;
      if (dirname(folder) === folder) break;
    }
  }
  return undefined;
}

/** The projects of the workspace around `cwd`: folders with a config, which isn't read. */
export async function knownProjects(cwd: string): Promise<readonly KnownProject[]> {
  const root = workspaceAround(cwd);
  if (root === undefined) return [];
  const folders = await expandGlob(root, globOf(root), () => undefined);
  return folders
    .map((folder) => ({ name: basename(folder), config: join(root, folder, "config.yaml") }))
    .filter(({ config }) => existsSync(config));
}

/**
 * The projects that a line names.
 *
 * @param words of the line: a project by its name, or by the id of one of its runs
 */
export async function projectsOn(
  cwd: string,
  words: readonly string[],
): Promise<readonly KnownProject[]> {
  // Of a run's id what is before the time: recsys-20260131T030000Z-4f9a1c.
  const named = new Set(words.map((word) => word.replace(/-\d{8}T\d{6}Z-[0-9a-z]+$/, "")));
  return (await knownProjects(cwd)).filter(({ name }) => named.has(name));
}

/** `projects` of `esteira.yaml`, by its line: loading a reader of YAML takes too long here. */
function globOf(root: string): string {
  let text = "";
  try {
    text = readFileSync(join(root, "esteira.yaml"), "utf8");
  } catch {
    // There is none, or `validate` says what is wrong with it.
  }
  return (
    /^projects:[ \t]*(["']?)([^"'#\s]+)\1[ \t\r]*(?:#.*)?$/m.exec(text)?.[2] ?? "src/projects/*"
  );
}
