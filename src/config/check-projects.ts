import type { Diagnostic } from "../core/diagnostic.ts";
import type { EnvironmentName } from "../core/ids.ts";
import { checkProject, type ProjectInput } from "./check-project.ts";
import { type CheckedWorkspace, unknownEnvironment } from "./check.ts";
import type { Project } from "./model.ts";
import { CROSS_PROJECT_RULES } from "./rules/cross-project-rules.ts";
import { toDiagnostic } from "./to-diagnostic.ts";
import type { ParsedValues } from "./yaml/parsed-values.ts";

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
