import { readdir } from "node:fs/promises";
import { join } from "node:path";

import type { LoadedWorkspace } from "../config/load.ts";
import type { Diagnostic } from "../core/diagnostic.ts";
import { openGit } from "../governance/git.ts";

/**
 * Folders that stand among the projects and have no `config.yaml`: a warning for each that holds
 * something of its author's. What Git ignores, and what a branch that was left leaves behind (an
 * empty folder, caches), is nothing of theirs.
 */
export async function unconfiguredFolders({
  root,
  unconfigured,
}: Pick<LoadedWorkspace, "root" | "unconfigured">): Promise<readonly Diagnostic[]> {
  // Git is started only where there is something to ask it.
  if (unconfigured.length === 0) return [];
  const listed = await openGit(root).run([
    "ls-files",
    "-z",
    "--cached",
    "--others",
    "--exclude-standard",
    "--directory",
    "--no-empty-directory",
    "--",
    ...unconfigured,
  ]);
  const own: string[] = [];
  for (const directory of unconfigured) {
    const holds = listed.ok
      ? listed.value.split("\0").some((path) => isWithin(path, directory))
      : (await readdir(join(root, directory))).some((name) => !ofTools.test(name));
    if (holds) own.push(directory);
  }
  return own.map((directory) => ({
    code: "workspace/no-config",
    severity: "warning",
    message: `${directory} has no config.yaml, so it is no project`,
    help: `\`esteira adopt ${directory}\` writes one; what is no project is named under ignore: in esteira.yaml`,
    location: { file: `${directory}/config.yaml` },
  }));
}

/** What Python and editors leave in a folder. */
const ofTools = /^(\.|__pycache__$)/;

/** Git names an untracked folder itself, and a submodule too, with or without a `/` at the end. */
function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`);
}
