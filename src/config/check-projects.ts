import type { EnvironmentName } from "../core/ids.ts";
import { type CheckedProject, checkProject, type ProjectInput } from "./check-project.ts";
import { arrowProblems, projectsThere } from "./arrows.ts";
import { clashesOf } from "./clashes.ts";
import type { KeptProjects } from "./kept-projects.ts";
import type { Environment } from "./model.ts";
import {
  type CheckedProjects,
  environmentsToCheck,
  inEachEnvironment,
} from "./projects-by-environment.ts";
import { recordedFiles } from "./recorded-files.ts";
import { arrowDiagnostics } from "./rules/arrows.ts";
import { clashProblem } from "./rules/cross-project-rules.ts";
import { toDiagnostic } from "./to-diagnostic.ts";
import { type CheckedWorkspace, unknownEnvironment } from "./workspace-file.ts";
import { readYaml, type YamlSource } from "./yaml/yaml-source.ts";

/**
 * Checks all projects, each in every environment, and against each other.
 *
 * @param asked an environment that must exist
 * @param onlyAsked check them in this environment alone
 * @param kept where the outcome of earlier checks is found
 * @param folders of all projects of the workspace, by name, where only some are checked
 */
export function checkProjects(
  checked: CheckedWorkspace,
  inputs: readonly ProjectInput[],
  asked: EnvironmentName,
  onlyAsked = false,
  kept?: KeptProjects,
  folders: readonly string[] = [],
): CheckedProjects {
  const { workspace } = checked;
  const environments = environmentsToCheck(workspace, asked, onlyAsked);
  const known = checked.usable ? [...workspace.environments.keys()] : undefined;
  const all = inputs.map((input) => checkOrRecall(input, environments, known, kept));
  const clashes = clashesOf(all, workspace, ({ identity }) => identity);
  const refused = new Set(clashes.flatMap((clash) => [clash.earlier, clash.later]));
  const byEnvironment = inEachEnvironment(
    environments,
    all.filter((project) => !refused.has(project)),
  );
  const arrows = arrowProblems(workspace.environments, byEnvironment, projectsThere(all, folders));
  const wrong = new Set(arrows.map(({ project, environment }) => `${environment} ${project}`));
  return {
    byEnvironment: new Map(
      [...byEnvironment].map(([name, projects]) => [
        name,
        projects.filter((project) => !wrong.has(`${name} ${project.name}`)),
      ]),
    ),
    diagnostics: [
      ...unknownEnvironment(checked, asked),
      ...all.flatMap((each) => each.diagnostics),
      ...clashes.flatMap((clash) => {
        const source = clash.later.source();
        return source ? [toDiagnostic(source, clashProblem(clash))] : [];
      }),
      ...arrowDiagnostics(arrows, environments, (name) =>
        all.find(({ identity }) => identity?.name === name)?.source(),
      ),
    ],
  };
}

/** A project's checks, or what they gave before for the same files. */
function checkOrRecall(
  input: ProjectInput,
  environments: readonly Environment[],
  known: readonly string[] | undefined,
  kept: KeptProjects | undefined,
): CheckedProject {
  if (kept === undefined) return checkProject(input, environments, known);
  const names = environments.map(({ name }) => name);
  const before = kept.recall(input, names);
  if (before !== undefined) return { ...before, input, source: () => sourceOf(input) };
  const recorded = recordedFiles(input.files);
  const seen = { ...input, files: recorded.files };
  const checked = checkProject(seen, environments, known);
  kept.keep(input, names, recorded.answers(), checked);
  return checked;
}

function sourceOf({ file, content }: ProjectInput): YamlSource | undefined {
  const read = content instanceof Uint8Array ? readYaml(file, content) : undefined;
  return read?.ok === true ? read.value : undefined;
}
