import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";

import type { Diagnostic } from "../../core/diagnostic.ts";
import { unpinnedLines } from "./workflow-move.ts";

/**
 * Workflows that install Esteira by a name, with no hash of its content: the owner of the name in a
 * registry, now or later, runs code with the deploy role. Looks in the workspace and in the folders
 * above it up to the repository's top, where GitHub reads them.
 */
export async function unpinnedWorkflows(root: string): Promise<readonly Diagnostic[]> {
  const found: Diagnostic[] = [];
  for (let folder = root; ; folder = dirname(folder)) {
    for (const file of await workflowsIn(folder)) {
      const text = await readFile(file, "utf8").catch(() => "");
      found.push(...unpinnedLines(text).map((line) => unpinned(relative(root, file), line)));
    }
    const top = await readdir(folder).then(
      (entries) => entries.includes(".git"),
      () => true,
    );
    if (top || dirname(folder) === folder) return found;
  }
}

/** Paths of the files that GitHub would read as workflows, were this folder a repository's top. */
export async function workflowsIn(folder: string): Promise<readonly string[]> {
  const workflows = join(folder, ".github", "workflows");
  const names = await readdir(workflows).catch((): string[] => []);
  return names
    .filter((name) => /\.ya?ml$/.test(name))
    .toSorted()
    .map((name) => join(workflows, name));
}

function unpinned(
  path: string,
  { line, text }: { readonly line: number; readonly text: string },
): Diagnostic {
  const column = text.search(/\b(?:npm|pip3?|uvx?|pipx)\b/) + 1;
  return {
    code: "workspace/unpinned-workflow",
    severity: "warning",
    message: "this workflow installs Esteira by a name that anybody may have published, unpinned",
    help: /\bnpm\b/.test(text)
      ? "`esteira init` shows how it is pinned by package-lock.json, and changes it; `esteira init --python` pins the wheel by requirements-esteira.txt"
      : "`esteira init --python` pins the wheel by requirements-esteira.txt, and says what to write here",
    location: {
      file: path.split(sep).join("/"),
      range: { line, column, length: text.trimEnd().length - column + 1, text },
    },
  };
}
