import { loadWorkspace, type LoadedWorkspace } from "../config/load.ts";
import { openStamps } from "../config/stamps.ts";
import { hasErrors, type Diagnostic } from "../core/diagnostic.ts";
import { ok, type Result } from "../core/result.ts";
import { unpinnedWorkflows } from "./ci/unpinned-workflows.ts";
import { definitionDiagnostics } from "./deploy/definition-check.ts";
import type { DocumentOf } from "./documents/documents.ts";
import type { Failure } from "./failure.ts";
import type { Host } from "./host.ts";
import { missingProjects, selectOnDisk } from "./missing-projects.ts";
import { outsideImports } from "./outside-imports.ts";
import { sourceDiagnostics } from "./source-diagnostics.ts";
import { unconfiguredFolders } from "./unconfigured-folders.ts";
import { findWorkspace } from "./workspace.ts";

/**
 * Checks a workspace, or the projects that are named: configurations, definitions and sources.
 *
 * @param environment the only one to check for; undefined: each that the workspace has
 * @param names projects; empty: all, and what only the workspace as a whole can lack
 */
export async function validateWorkspace(
  host: Host,
  environment: string | undefined,
  names: readonly string[],
): Promise<Result<DocumentOf<"validate">, Failure>> {
  const root = await findWorkspace(host);
  if (!root.ok) return root;
  const stamps = openStamps();
  const loaded = await loadWorkspace(root.value, environment ?? "local", {
    onlyEnvironment: environment !== undefined,
    stamps,
  });
  const chosen = await selectOnDisk(loaded, names);
  if (!chosen.ok) return chosen;
  const { projectDirectories } = chosen.value;
  const inEnvironments = [...loaded.byEnvironment.values()]
    .flat()
    .filter(({ directory }) => projectDirectories.includes(directory));
  // Together: the first waits for Git.
  const found = await Promise.all([
    names.length === 0 ? ofWholeWorkspace(loaded) : [],
    definitionDiagnostics(inEnvironments),
    outsideImports(loaded.root, inEnvironments, loaded.projectDirectories),
    sourceDiagnostics(loaded.root, inEnvironments, stamps),
  ]);
  const diagnostics = [...chosen.value.diagnostics, ...found.flat()];
  return ok({
    valid: !hasErrors(diagnostics),
    environments: environment === undefined ? [...loaded.byEnvironment.keys()] : [environment],
    projects: projectDirectories,
    diagnostics,
  });
}

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
