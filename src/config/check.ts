import type { Diagnostic } from "../core/diagnostic.ts";
import type { EnvironmentName } from "../core/ids.ts";
import { checkProject, toDiagnostic, type ProjectInput } from "./check-project.ts";
import type { Project, Workspace } from "./model.ts";
import { normalizeWorkspace } from "./normalize-workspace.ts";
import { WORKSPACE_RULES } from "./rules/workspace-rules.ts";
import { CROSS_PROJECT_RULES } from "./rules/cross-project-rules.ts";
import { workspaceSchema } from "./schema/schema-workspace.ts";
import { didYouMean } from "./suggest.ts";
import { typed } from "./typed.ts";
import type { ParsedValues } from "./yaml/parsed-values.ts";
import { readYaml } from "./yaml/yaml-source.ts";

export const WORKSPACE_FILE = "esteira.yaml";

export interface CheckedWorkspace {
  readonly workspace: Workspace;
  /** False when `esteira.yaml` couldn't be used and `workspace` holds defaults. */
  readonly usable: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads `esteira.yaml`.
 *
 * @param content its bytes, why they can't be had, or undefined when there is no such file
 * @param folder name of the workspace's folder, the default of its name
 */
export function checkWorkspace(
  content: Uint8Array | Diagnostic | undefined,
  folder: string,
): CheckedWorkspace {
  const defaults = normalizeWorkspace({}, folder);
  const broken = (diagnostics: readonly Diagnostic[]): CheckedWorkspace => ({
    workspace: defaults,
    usable: false,
    diagnostics,
  });
  if (content === undefined) return { workspace: defaults, usable: true, diagnostics: [] };
  if (!(content instanceof Uint8Array)) return broken([content]);
  const read = readYaml(WORKSPACE_FILE, content);
  if (!read.ok) return broken(read.error);
  const source = read.value;
  const checked = typed(workspaceSchema, source);
  if (!checked.ok) return broken(checked.error.map((problem) => toDiagnostic(source, problem)));
  const workspace = normalizeWorkspace(checked.value, folder);
  const problems = WORKSPACE_RULES.flatMap((rule) => rule({ workspace, raw: checked.value }));
  return {
    workspace,
    usable: true,
    diagnostics: problems.map((problem) => toDiagnostic(source, problem)),
  };
}

export interface CheckedProjects {
  /** For each environment the projects that have no error there, in the order of their folders. */
  readonly byEnvironment: ReadonlyMap<EnvironmentName, readonly Project[]>;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Checks all projects, each in every environment, and against each other.
 *
 * @param asked an environment that must exist
 * @param onlyAsked check them in this environment alone
 * @param values where the values of files that were parsed before are found
 */
export function checkProjects(
  checked: CheckedWorkspace,
  inputs: readonly ProjectInput[],
  asked: EnvironmentName,
  onlyAsked = false,
  values?: ParsedValues,
): CheckedProjects {
  const { workspace } = checked;
  const every = [...workspace.environments.values()];
  const environments = onlyAsked ? every.filter(({ name }) => name === asked) : every;
  const known = checked.usable ? every.map(({ name }) => name as string) : undefined;
  const all = inputs.map((input) => checkProject(input, environments, known, values));
  const shared = CROSS_PROJECT_RULES.flatMap((rule) => rule(all, workspace));
  const refused = new Set(shared.flatMap(({ projects }) => projects));
  return {
    byEnvironment: new Map(
      environments.map(({ name }) => [
        name,
        all.flatMap((each) => {
          const project = refused.has(each) ? undefined : each.projects.get(name);
          return project ? [project] : [];
        }),
      ]),
    ),
    diagnostics: [
      ...unknownEnvironment(checked, asked),
      ...all.flatMap((each) => each.diagnostics),
      ...shared.flatMap(({ projects: [{ written }], problem }) =>
        written ? [toDiagnostic(written.source, problem)] : [],
      ),
    ],
  };
}

function unknownEnvironment(checked: CheckedWorkspace, environment: EnvironmentName): Diagnostic[] {
  const { environments } = checked.workspace;
  if (!checked.usable || environments.has(environment)) return [];
  return [
    {
      code: "workspace/unknown-environment",
      severity: "error",
      message: `there is no environment "${environment}"`,
      help: didYouMean(environment, environments.keys()),
    },
  ];
}
