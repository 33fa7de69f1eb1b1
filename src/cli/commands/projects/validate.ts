import { loadWorkspace, type LoadedWorkspace } from "../../../config/load.ts";
import type { Diagnostic } from "../../../core/diagnostic.ts";
import { ok } from "../../../core/result.ts";
import type { ActionOf } from "../definition.ts";
import { definitionDiagnostics } from "../../../app/deploy/definition-check.ts";
import type { validateCommand } from "./validate-command.ts";
import { renderVerdict } from "../../render/verdict.ts";
import { sourceDiagnostics } from "../../../app/source-diagnostics.ts";
import { unpinnedWorkflows } from "../../../app/ci/unpinned-workflows.ts";
import { unconfiguredFolders } from "../../../app/unconfigured-folders.ts";
import { missingProjects, selectOnDisk } from "../../../app/missing-projects.ts";
import { findWorkspace } from "../../../app/workspace.ts";
import { printJson } from "../../terminal/json-output.ts";

export const validate: ActionOf<typeof validateCommand> = async (context, flags, ...names) => {
  const root = await findWorkspace(context);
  if (!root.ok) return root;
  const loaded = await loadWorkspace(root.value, flags.env ?? "local", {
    onlyEnvironment: flags.env !== undefined,
  });
  const chosen = await selectOnDisk(loaded, names);
  if (!chosen.ok) return chosen;
  const { projectDirectories } = chosen.value;
  const inEnvironments = [...loaded.byEnvironment.values()]
    .flat()
    .filter(({ directory }) => projectDirectories.includes(directory));
  const diagnostics = [
    ...chosen.value.diagnostics,
    ...(names.length === 0 ? await ofWholeWorkspace(loaded) : []),
    ...(await definitionDiagnostics(inEnvironments)),
    ...(await sourceDiagnostics(loaded.root, inEnvironments)),
  ];
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  const environments = flags.env === undefined ? [...loaded.byEnvironment.keys()] : [flags.env];
  if (flags.json) {
    printJson(context, "validate", {
      valid: errors === 0,
      environments,
      projects: projectDirectories,
      diagnostics,
    });
  } else {
    if (diagnostics.length > 0) {
      const { showDiagnostics } = await import("../../terminal/diagnostics.ts");
      showDiagnostics(context, diagnostics, context.out);
    }
    context.out.line(
      renderVerdict(
        {
          projects: projectDirectories.length,
          environments,
          errors,
        },
        context.out.style,
      ),
    );
  }
  return ok(errors === 0 ? "ok" : "invalid");
};

/** What only the workspace as a whole can lack. */
async function ofWholeWorkspace(loaded: LoadedWorkspace): Promise<readonly Diagnostic[]> {
  const unconfigured = [
    ...(await missingProjects(loaded)).diagnostics,
    ...(await unconfiguredFolders(loaded)),
    ...(await unpinnedWorkflows(loaded.root)),
  ];
  return loaded.projectDirectories.length === 0
    ? [...unconfigured, noProjects(loaded.workspace.projects)]
    : unconfigured;
}

function noProjects(glob: string): Diagnostic {
  return {
    code: "workspace/no-projects",
    severity: "error",
    message: `there is no project here: no folder of ${glob} has a config.yaml`,
    help: "`esteira new NAME` makes one that runs at once, `esteira adopt FOLDER` makes one of a folder that is there",
  };
}
