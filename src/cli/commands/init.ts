import { readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";

import { ok } from "../../core/result.ts";
import type { Action } from "../action.ts";
import type { CommonFlags } from "../flags.ts";
import { readSchema } from "../schemas.ts";
import {
  ignoredPaths,
  schemaPaths,
  workspaceFile,
  workspaceReadme,
} from "../templates/workspace.ts";
import { writeMissing } from "../write-files.ts";
import { printJson } from "../json-output.ts";

export const init: Action<CommonFlags, []> = async (context, flags) => {
  const root = context.cwd;
  const name = workspaceName(basename(root));
  const written = [
    ...(await writeMissing(root, [
      workspaceFile(name),
      workspaceReadme(name),
      { path: schemaPaths.workspace, text: readSchema("workspace") },
      { path: schemaPaths.config, text: readSchema("config") },
    ])),
    ...(await ignore(root)),
  ];
  if (flags.json) {
    printJson(context, { workspace: name, root, written });
    return ok("ok");
  }
  const { style } = context.out;
  const lines =
    written.length === 0
      ? [`${name} is a workspace already; nothing to write.`]
      : [
          `${style.green("✓")} ${style.bold(name)} is a workspace now.`,
          ...written.map((path) => `  ${style.green("+")} ${path}`),
        ];
  context.out.lines([
    ...lines,
    "",
    `  ${style.dim("$")} esteira new my-project    ${style.dim("a project that runs at once")}`,
  ]);
  return ok("ok");
};

/** A name by the rules of names, from the folder's. */
function workspaceName(folder: string): string {
  const name = folder
    .normalize("NFD")
    .replaceAll(/\p{Mark}/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^[^a-z]+|-+$/g, "")
    .slice(0, 32);
  return name === "" ? "workspace" : name;
}

/** Adds the lines that `.gitignore` lacks; creates it where there is none. */
async function ignore(root: string): Promise<readonly string[]> {
  const path = join(root, ".gitignore");
  let text = "";
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const present = new Set(text.split(/\r?\n/).map((line) => line.trim()));
  const missing = ignoredPaths.filter(
    (line) => !present.has(line) && !present.has(line.replace(/\/$/, "")),
  );
  if (missing.length === 0) return [];
  const separator = text === "" || text.endsWith("\n") ? "" : "\n";
  await writeFile(path, `${text}${separator}${missing.join("\n")}\n`);
  return [".gitignore"];
}
