import { stat } from "node:fs/promises";
import { basename, join, posix, relative, resolve, sep } from "node:path";

import { filesOnDisk } from "../../../config/disk.ts";
import { matchesGlob } from "../../../config/glob.ts";
import { loadWorkspace, type LoadedWorkspace } from "../../../config/load.ts";
import { projectNameFitsAws } from "../../../config/rules/identity.ts";
import type { ProjectContext } from "../../../config/rules/rule.ts";
import { hasErrors, type Diagnostic } from "../../../core/diagnostic.ts";
import { ok, type Result } from "../../../core/result.ts";
import { adoptionOf, type Adoption } from "../../../app/adopt/adoption.ts";
import { notFound, refused, type Failure } from "../../../app/failure.ts";
import { adoptDocument, type Adopted, type RefusedFolder } from "../../../app/project-documents.ts";
import { unconfiguredFolders } from "../../../app/unconfigured-folders.ts";
import { findWorkspace } from "../../../app/workspace.ts";
import { readDependencies } from "../../../local/executors/dependencies.ts";
import { renderAdopted, renderRefusedFolders } from "../../render/adopted.ts";
import { hanging } from "../../render/text.ts";
import { adoptedFiles } from "../../templates/adopted.ts";
import { schemaPaths } from "../../templates/workspace.ts";
import type { CliContext } from "../../terminal/context.ts";
import { printJson } from "../../terminal/json-output.ts";
import type { ActionOf } from "../definition.ts";
import type { adoptCommand } from "./adopt-command.ts";
import { readSchema } from "./schemas.ts";
import { writeMissing } from "./write-files.ts";

export const adopt: ActionOf<typeof adoptCommand> = async (context, flags, folder) => {
  const root = await findWorkspace(context);
  if (!root.ok) return root;
  const loaded = await loadWorkspace(root.value, "local", { only: [] });
  const folders =
    folder === undefined ? await allOf(loaded) : await oneOf(context.cwd, loaded, folder);
  if (!folders.ok) return folders;
  const adoptions = folders.value.map((directory) => adoptable(loaded.root, directory));
  const [only] = adoptions;
  if (adoptions.length === 1 && only?.ok === false) return only;
  const adopted: Adopted[] = [];
  const refusals: RefusedFolder[] = [];
  await writeMissing(loaded.root, [{ path: schemaPaths.config, text: readSchema("config") }]);
  for (const [index, one] of adoptions.entries()) {
    const directory = folders.value[index] ?? "";
    if (!one.ok) {
      const { message, help = "" } = one.error;
      refusals.push({ folder: directory, message, help });
      continue;
    }
    const schema = posix.relative(directory, schemaPaths.config);
    const project = join(loaded.root, directory);
    const requirements = await readDependencies(project, one.value.requirementsFile);
    const files = adoptedFiles(one.value, schema, requirements?.refusedByUv);
    const written = await writeMissing(project, files);
    adopted.push({ ...one.value, folder: directory, written });
  }
  const { diagnostics } = await loadWorkspace(loaded.root, "local", { only: folders.value });
  await report(context, flags.json === true, { adopted, refusals }, diagnostics);
  return ok(refusals.length > 0 ? "refused" : hasErrors(diagnostics) ? "invalid" : "ok");
};

async function report(
  context: CliContext,
  json: boolean,
  { adopted, refusals }: Outcome,
  diagnostics: readonly Diagnostic[],
): Promise<void> {
  if (json) {
    printJson(context, "adopt", adoptDocument(adopted, refusals, diagnostics));
    return;
  }
  const { out, errors } = context;
  out.lines(renderAdopted(adopted, out.style).flatMap((line) => hanging(line, out.wrapAt())));
  if (diagnostics.length > 0) {
    const { showDiagnostics } = await import("../../terminal/diagnostics.ts");
    showDiagnostics(context, diagnostics, out);
  }
  const left = renderRefusedFolders(refusals, errors.style);
  errors.lines(left.flatMap((line) => hanging(line, errors.wrapAt())));
}

interface Outcome {
  readonly adopted: readonly Adopted[];
  /** The others, which stay as they are. */
  readonly refusals: readonly RefusedFolder[];
}

async function allOf(loaded: LoadedWorkspace): Promise<Result<readonly string[], Failure>> {
  const found = await unconfiguredFolders(loaded);
  if (found.length > 0) {
    return ok(found.map(({ location }) => posix.dirname(location?.file ?? "")));
  }
  return notFound(
    `there is no folder to adopt: each one of ${loaded.workspace.projects} has its config.yaml`,
    "Name one: `esteira adopt FOLDER`; `esteira new NAME` makes a project from nothing.",
  );
}

/** The folder that is named, relative to the root, where projects are looked for. */
async function oneOf(
  cwd: string,
  { root, workspace, projectDirectories }: LoadedWorkspace,
  named: string,
): Promise<Result<readonly string[], Failure>> {
  const path = resolve(cwd, named);
  const info = await stat(path).catch(() => undefined);
  if (info?.isDirectory() !== true) {
    return notFound(`there is no folder ${named}`, "Name a folder with code in it.");
  }
  const directory = relative(root, path).split(sep).join("/");
  if (projectDirectories.includes(directory)) {
    return refused(
      `${directory} is a project already`,
      `Edit its config.yaml; \`esteira validate ${basename(path)}\` checks it.`,
    );
  }
  const { projects, ignore } = workspace;
  const ignored = ignore.some((pattern) => matchesGlob(directory, pattern));
  if (matchesGlob(directory, projects) && !ignored) return ok([directory]);
  return refused(
    ignored
      ? `${directory} is under ignore: in esteira.yaml`
      : `${named} isn't where this workspace has its projects, ${projects}`,
    ignored
      ? "Take it away there first."
      : "Move it there first (`git mv`), or change projects: in esteira.yaml.",
  );
}

function adoptable(root: string, directory: string): Result<Adoption, Failure> {
  const name = posix.basename(directory);
  // The rule reads nothing but the name.
  const [problem] = projectNameFitsAws({ config: { project_name: name } } as ProjectContext);
  if (problem !== undefined) {
    return refused(
      `${directory} can't be a project under this name: ${problem.message.replace("project_name", "the name")}`,
      `Rename the folder (\`git mv\`): ${problem.help ?? ""}.`,
    );
  }
  const adoption = adoptionOf(name, filesOnDisk(root, directory));
  if (adoption !== undefined) return ok(adoption);
  return refused(
    `nothing in ${directory} says what is to be run`,
    "Name the script main.py, and adopt it again; or write config.yaml yourself: `esteira new` shows how one looks; or name the folder under ignore: in esteira.yaml.",
  );
}
