import { loadWorkspace } from "../../config/load.ts";

/**
 * Projects' own roles for their data in an environment: pipelines must be allowed to hand them to
 * steps.
 */
export async function taskRolesOf(root: string, environment: string): Promise<readonly string[]> {
  const { projects } = await loadWorkspace(root, environment);
  return [
    ...new Set(
      projects.flatMap(({ taskRoleArn }) => (taskRoleArn === undefined ? [] : [taskRoleArn])),
    ),
  ].toSorted();
}
