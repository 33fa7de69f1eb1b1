import { readdir } from "node:fs/promises";
import { join } from "node:path";

import type { LoadedWorkspace } from "../config/load.ts";
import type { Diagnostic } from "../core/diagnostic.ts";
import { openGit } from "../governance/git.ts";

/**
 * What a folder without a `config.yaml` holds: something of its author's; only what Git ignores, or
 * where there is no Git what tools leave; nothing.
 */
export type FolderContent = "own" | "ignored" | "empty";

/** What the folders without a `config.yaml` hold. */
export async function contentOf({
  root,
  unconfigured,
}: Pick<LoadedWorkspace, "root" | "unconfigured">): Promise<ReadonlyMap<string, FolderContent>> {
  // Git is started only where there is something to ask it.
  if (unconfigured.length === 0) return new Map();
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
  const paths = listed.ok ? listed.value.split("\0") : undefined;
  const content = new Map<string, FolderContent>();
  for (const directory of unconfigured) {
    const names = await readdir(join(root, directory)).catch(() => []);
    const own =
      paths === undefined
        ? names.some((name) => !ofTools.test(name))
        : paths.some((path) => isWithin(path, directory));
    content.set(directory, names.length === 0 ? "empty" : own ? "own" : "ignored");
  }
  return content;
}

/**
 * Folders that stand among the projects and have no `config.yaml`: a warning for each that holds
 * something of its author's. What Git ignores, and what a branch that was left leaves behind (an
 * empty folder, caches), is nothing of theirs; a `config.yml` has its own warning.
 */
export async function unconfiguredFolders(
  loaded: Pick<LoadedWorkspace, "root" | "unconfigured" | "diagnostics">,
): Promise<readonly Diagnostic[]> {
  const misnamed = new Set(
    loaded.diagnostics.flatMap(({ code, location }) =>
      code === "file/wrong-name" ? (location?.file ?? []) : [],
    ),
  );
  const content = await contentOf(loaded);
  return [...content].flatMap(([directory, holds]): Diagnostic[] => {
    if (holds !== "own" || misnamed.has(`${directory}/config.yml`)) return [];
    return [
      {
        code: "workspace/no-config",
        severity: "warning",
        message: `${directory} has no config.yaml, so it is no project`,
        help: `\`esteira adopt ${directory}\` writes one; what is no project is named under ignore: in esteira.yaml`,
        location: { file: `${directory}/config.yaml` },
      },
    ];
  });
}

/** What Python and editors leave in a folder. */
const ofTools = /^(\.|__pycache__$)/;

/** Git names an untracked folder itself, and a submodule too, with or without a `/` at the end. */
function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`);
}
