import { existsSync } from "node:fs";
import { join, posix, relative, sep } from "node:path";

import { findWorkspaceRoot, loadWorkspace } from "../../../config/load.ts";
import { projectNameFitsAws } from "../../../config/rules/identity.ts";
import type { ProjectContext } from "../../../config/rules/rule.ts";
import { ok } from "../../../core/result.ts";
import type { ActionOf } from "../definition.ts";
import { refused, usage } from "../../../app/failure.ts";
import { newDocument } from "../../../app/project-documents.ts";
import { addHelper } from "./add-helper.ts";
import { helperFile } from "../../templates/helper.ts";
import type { newCommand } from "./new-command.ts";
import { readSchema } from "./schemas.ts";
import { projectFiles } from "../../templates/project.ts";
import { schemaPaths } from "../../templates/workspace.ts";
import { writeMissing } from "./write-files.ts";
import { printJson } from "../../terminal/json-output.ts";

export const create: ActionOf<typeof newCommand> = async (context, flags, name) => {
  // The rule reads nothing but the name.
  const [problem] = projectNameFitsAws({ config: { project_name: name } } as ProjectContext);
  if (problem !== undefined) return usage(problem.message, sentence(problem.help ?? ""));
  // A folder that is not a workspace yet becomes one by having a project.
  const root = (await findWorkspaceRoot(context.cwd)) ?? context.cwd;
  const { workspace } = await loadWorkspace(root, "local", { only: [] });
  const place = projectFolder(workspace.projects, name);
  const folder = join(root, place);
  if (existsSync(folder)) {
    if (flags.helper === true) return addHelper(context, flags, { name, place, folder });
    return refused(`${place} is there already`, "Choose another name, or edit what is there.");
  }
  await writeMissing(root, [{ path: schemaPaths.config, text: readSchema("config") }]);
  const schema = posix.relative(place, schemaPaths.config);
  const written = await writeMissing(folder, [
    ...projectFiles(name, schema, flags.template),
    ...(flags.helper === true
      ? [helperFile(flags.template === "notebook" ? "notebooks" : "steps")]
      : []),
  ]);
  if (flags.json) {
    printJson(context, "new", newDocument(name, place, written));
    return ok("ok");
  }
  const { style } = context.out;
  const shown = relative(context.cwd, folder).split(sep).join("/");
  const width = `esteira deploy ${name}`.length;
  const next = (command: string, remark: string): string =>
    `  ${style.dim("$")} ${command.padEnd(width)}   ${style.dim(remark)}`;
  context.out.lines([
    `${style.green("✓")} ${style.bold(name)} is in ${shown}`,
    ...written.map((path) => `  ${style.green("+")} ${path}`),
    "",
    next(`esteira deploy ${name}`, "to this machine"),
    next(`esteira run ${name}`, "run it and watch"),
  ]);
  return ok("ok");
};

/** `src/projects/*` and `recsys` make `src/projects/recsys`. */
function projectFolder(glob: string, name: string): string {
  return glob
    .split("/")
    .map((part) => (/[*?{[]/.test(part) ? name : part))
    .join("/");
}

function sentence(text: string): string {
  return text === "" ? text : `${text[0]?.toUpperCase()}${text.slice(1)}.`;
}
