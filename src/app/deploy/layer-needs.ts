import { loadWorkspace } from "../../config/load.ts";
import type { Project } from "../../config/model.ts";
import { usesCache } from "../../config/outputs.ts";
import { s3Source } from "../../schedule/on.ts";

/** What the base layer of an environment depends on of its projects. */
export interface LayerNeeds {
  /** Their own roles for their data: pipelines must be allowed to hand them to steps. */
  readonly taskRoles: readonly string[];
  /** What they publish: the hourly look must be allowed to list it. */
  readonly published: readonly string[];
}

/** What the base layer must be for the projects of an environment. */
export async function layerNeeds(root: string, environment: string): Promise<LayerNeeds> {
  const { projects } = await loadWorkspace(root, environment);
  return needsOf(projects);
}

/** What the policies of an environment depend on of its projects. */
export async function policyNeeds(
  root: string,
  environment: string,
): Promise<LayerNeeds & { readonly usesCache: boolean; readonly dataBuckets: readonly string[] }> {
  const { projects } = await loadWorkspace(root, environment);
  return {
    ...needsOf(projects),
    usesCache: projects.some(({ steps }) => usesCache(steps)),
    dataBuckets: projects.flatMap(({ schedule }) => {
      const source = schedule?.on && s3Source(schedule.on.source);
      return source === undefined ? [] : [source.bucket];
    }),
  };
}

/** Of projects that have been read. */
export function needsOf(
  projects: readonly Pick<Project, "taskRoleArn" | "publishes">[],
): LayerNeeds {
  const published = projects.flatMap(({ publishes = [] }) => publishes.map(({ uri }) => uri));
  return { taskRoles: rolesOf(projects), published: [...new Set(published)].toSorted() };
}

function rolesOf(projects: readonly Pick<Project, "taskRoleArn">[]): readonly string[] {
  return [
    ...new Set(
      projects.flatMap(({ taskRoleArn }) => (taskRoleArn === undefined ? [] : [taskRoleArn])),
    ),
  ].toSorted();
}
