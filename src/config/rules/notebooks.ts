import { posix } from "node:path";

import { NOTEBOOK_PACKAGES, notebookIn } from "../notebooks.ts";
import type { Problem } from "../problem.ts";
import type { ProjectFiles } from "../project-files.ts";
import { fileProblem } from "./files.ts";
import type { ProjectContext } from "./rule.ts";
import { stepPath } from "./steps.ts";

/** Notebooks that steps run are files of the project. */
export function notebooksExist({ config, files }: ProjectContext): Problem[] {
  return (config.batch?.pipeline?.steps ?? []).flatMap(({ command }, index) => {
    const notebook = notebookIn(command);
    if (notebook === undefined) return [];
    const bad = fileProblem(
      files,
      notebook.path,
      stepPath(index, "command"),
      "config/missing-script",
    );
    return bad ?? [];
  });
}

/** Papermill runs a notebook, and a kernel its cells: both are packages of the project. */
export function notebooksHaveTheirPackages({ project, config, files }: ProjectContext): Problem[] {
  const steps = config.batch?.pipeline?.steps ?? [];
  const at = steps.findIndex(({ command }) => notebookIn(command) !== undefined);
  if (at === -1) return [];
  const { requirementsFile, dependencyFile } = project.runtime;
  const file = requirementsFile ?? dependencyFile;
  const text = file === undefined ? "" : textOf(files, file, new Set());
  const lacking = NOTEBOOK_PACKAGES.filter((name) => !namesPackage(text, name));
  if (lacking.length === 0) return [];
  const where = file ?? "requirements.txt";
  return [
    {
      code: "config/notebook-packages",
      severity: "warning",
      path: stepPath(at, "command"),
      message: `the step runs a notebook, and ${file === undefined ? "the project has no requirements" : `${file} has no ${lacking.join(" and no ")}`}`,
      help: `add ${lacking.join(" and ")} to ${where}: Papermill runs the notebook, ipykernel its cells`,
    },
  ];
}

/** The file with those that it includes. */
function textOf(files: ProjectFiles, file: string, seen: Set<string>): string {
  const text = seen.has(file) ? undefined : files.read(file);
  if (text === undefined) return "";
  seen.add(file);
  const included = [...text.matchAll(/^[ \t]*(?:-r|--requirement)[ \t=]+(\S+)/gm)].map(
    ([, name = ""]) => textOf(files, posix.join(posix.dirname(file), name), seen),
  );
  return [text, ...included].join("\n");
}

/** A line of requirements, an entry of a list, or a package of a lock. */
function namesPackage(text: string, name: string): boolean {
  return new RegExp(`^[ \\t]*(?:name[ \\t]*=[ \\t]*)?["']?${name}\\b|["']${name}\\b`, "im").test(
    text,
  );
}
