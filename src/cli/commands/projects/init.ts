import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { loadWorkspace, type LoadedWorkspace } from "../../../config/load.ts";
import { ok } from "../../../core/result.ts";
import { branchChain } from "../../../governance/branch-rules.ts";
import { openGit } from "../../../governance/git.ts";
import type { ActionOf } from "../definition.ts";
import type { CliContext } from "../../terminal/context.ts";
import type { initCommand } from "./init-command.ts";
import { noCi, type CiFiles } from "./ci-files.ts";
import { applyChanges, ciFiles, installerOf } from "./init-ci.ts";
import { readSchema } from "./schemas.ts";
import { githubFiles } from "../../templates/github.ts";
import {
  ignoredPaths,
  schemaPaths,
  workspaceFile,
  workspaceReadme,
} from "../../templates/workspace.ts";
import { initDocument } from "../../../app/project-documents.ts";
import { unconfiguredFolders } from "../../../app/unconfigured-folders.ts";
import type { Style } from "../../render/style.ts";
import { replaceFile, writeMissing } from "./write-files.ts";
import { printJson } from "../../terminal/json-output.ts";

export const init: ActionOf<typeof initCommand> = async (context, flags) => {
  const root = context.cwd;
  const name = workspaceName(basename(root));
  const isNew = !existsSync(join(root, "esteira.yaml"));
  const base = await writeMissing(root, [
    workspaceFile(name),
    workspaceReadme(name),
    { path: schemaPaths.workspace, text: readSchema("workspace") },
    { path: schemaPaths.config, text: readSchema("config") },
  ]);
  const loaded = await loadWorkspace(root, "local", { only: [] });
  const branches = branchChain(loaded.workspace.branches);
  // Without a branch that deploys, there is nothing that a workflow could do.
  const wanted = flags.github !== false && branches.length > 0;
  const installer = await installerOf(root, flags.python === true);
  const ci = wanted ? await ciFiles(root, installer, githubFiles({ installer, branches })) : noCi;
  const ignored = installer === "python" ? [...ignoredPaths, ".esteira-ci/"] : ignoredPaths;
  const written = [
    ...base,
    ...(await writeMissing(root, ci.files)),
    ...(await ignore(root, ignored)),
  ];
  const kept = isNew ? await othersOf(root, ci) : [];
  const changed = await applyChanges(context, root, ci.changes, flags);
  const remarks = [...ci.remarks, ...(await remarkOf(context, written))];
  if (flags.json) {
    const changes = { paths: ci.changes.map(({ path }) => path), applied: changed };
    printJson(context, "init", initDocument(name, root, written, changes, remarks));
    return ok("ok");
  }
  const { style } = context.out;
  const lines =
    written.length === 0
      ? [`${name} is a workspace already; nothing to write.`]
      : [
          `${style.green("✓")} ${style.bold(name)} is a workspace now.`,
          ...written.map((path) => `  ${style.green("+")} ${path}`),
          ...kept.map((path) => `  = ${path}  ${style.dim("is yours, and stays as it is")}`),
        ];
  context.out.lines([
    ...lines,
    ...(changed ? ci.changes.map(({ path }) => `  ${style.green("~")} ${path}`) : []),
    ...remarks.map((line) => style.yellow(line === "" ? line : `! ${line}`)),
    "",
    `  ${style.dim("$")} ${await nextStep(loaded, style)}`,
  ]);
  return ok("ok");
};

/** What to type next. */
async function nextStep(loaded: LoadedWorkspace, style: Style): Promise<string> {
  const adoptable = (await unconfiguredFolders(loaded)).map(({ location }) =>
    basename(dirname(location?.file ?? "")),
  );
  if (adoptable.length > 0) {
    const folders = `make projects of the folders without a config.yaml: ${adoptable.join(", ")}`;
    return `esteira adopt    ${style.dim(folders)}`;
  }
  const projects = loaded.projectDirectories.length;
  if (projects === 0)
    return `esteira new my-project    ${style.dim("a project that runs at once")}`;
  const they = projects === 1 ? "project that is" : `${projects} projects that are`;
  return `esteira validate    ${style.dim(`check the ${they} here`)}`;
}

/** Files that somebody else wrote where these would be. */
async function othersOf(root: string, { files, changes }: CiFiles): Promise<readonly string[]> {
  const others: string[] = [];
  for (const { path, text } of files) {
    if (typeof text !== "string" || changes.some((change) => change.path === path)) continue;
    if ((await readFile(join(root, path), "utf8")) !== text) others.push(path);
  }
  return others;
}

/** GitHub reads workflows at a repository's top and nowhere else. */
async function remarkOf(
  context: CliContext,
  written: readonly string[],
): Promise<readonly string[]> {
  if (!written.some((path) => path.startsWith(".github/"))) return [];
  const prefix = await openGit(context.cwd).run(["rev-parse", "--show-prefix"]);
  if (!prefix.ok || prefix.value === "") return [];
  const folder = prefix.value.replace(/\/$/, "");
  return [
    `GitHub reads workflows at the repository's top only. Move .github/ there and put this into both:\n    defaults: { run: { working-directory: ${folder} } }`,
  ];
}

/** A name by the rules of names, from the folder's. */
function workspaceName(folder: string): string {
  const name = folder
    .normalize("NFD")
    .replaceAll(/\p{Mark}/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^[^a-z]+|(?<!-)-+$/g, "")
    .slice(0, 32);
  return name === "" ? "workspace" : name;
}

/** Adds the lines that `.gitignore` lacks; creates it where there is none. */
async function ignore(root: string, paths: readonly string[]): Promise<readonly string[]> {
  const path = join(root, ".gitignore");
  let text = "";
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const present = new Set(text.split(/\r?\n/).map((line) => line.trim()));
  const missing = paths.filter(
    (line) => !present.has(line) && !present.has(line.replace(/\/$/, "")),
  );
  if (missing.length === 0) return [];
  const separator = text === "" || text.endsWith("\n") ? "" : "\n";
  await replaceFile(path, `${text}${separator}${missing.join("\n")}\n`);
  return [".gitignore"];
}
