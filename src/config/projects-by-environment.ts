import type { Diagnostic } from "../core/diagnostic.ts";
import type { EnvironmentName } from "../core/ids.ts";
import type { Environment, Project, Workspace } from "./model.ts";

export interface CheckedProjects {
  /** For each environment the projects that have no error there, in the order of their folders. */
  readonly byEnvironment: ReadonlyMap<EnvironmentName, readonly Project[]>;
  readonly diagnostics: readonly Diagnostic[];
}

/** The environments that projects are checked in. */
export function environmentsToCheck(
  { environments }: Workspace,
  asked: EnvironmentName,
  onlyAsked: boolean,
): readonly Environment[] {
  const every = [...environments.values()];
  return onlyAsked ? every.filter(({ name }) => name === asked) : every;
}

/** For each environment the projects that have no error there. */
export function inEachEnvironment(
  environments: readonly Environment[],
  checked: readonly { readonly projects: ReadonlyMap<EnvironmentName, Project> }[],
): CheckedProjects["byEnvironment"] {
  return new Map(
    environments.map(({ name }) => [
      name,
      checked.flatMap(({ projects }) => projects.get(name) ?? []),
    ]),
  );
}
