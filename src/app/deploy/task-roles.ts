import { loadWorkspace } from "../../config/load.ts";
import type { Project } from "../../config/model.ts";
import { usesCache } from "../../config/outputs.ts";

/**
 * Projects' own roles for their data in an environment: pipelines must be allowed to hand them to
 * steps.
 */
export async function taskRolesOf(root: string, environment: string): Promise<readonly string[]> {
  const { projects } = await loadWorkspace(root, environment);
  return rolesOf(projects);
}

/** What the policies of an environment depend on of its projects. */
export async function policyNeeds(
  root: string,
  environment: string,
): Promise<{ readonly taskRoles: readonly string[]; readonly usesCache: boolean }> {
  const { projects } = await loadWorkspace(root, environment);
  return {
    taskRoles: rolesOf(projects),
    usesCache: projects.some(({ steps }) => usesCache(steps)),
  };
}

function rolesOf(projects: readonly Pick<Project, "taskRoleArn">[]): readonly string[] {
  return [
    ...new Set(
      projects.flatMap(({ taskRoleArn }) => (taskRoleArn === undefined ? [] : [taskRoleArn])),
    ),
  ].toSorted();
}
