import type { Environment, Project } from "../config/model.ts";
import type { ResourceNames } from "./release.ts";

/**
 * What a project's resources are called: the fixed names of `docs/reference/names.md`. They carry
 * no environment; a suffix of the environment keeps two environments of one account and region
 * apart.
 */
export function resourceNames(
  project: Pick<Project, "name" | "version">,
  environment: Environment,
): ResourceNames {
  const suffix = environment.platform === "aws" ? environment.suffix : "";
  const base = `${project.name}${suffix}`;
  return {
    base,
    imageTag: `${base}-${project.version}`,
    cluster: `ml-cluster-${base}`,
    launchTemplate: `lt-${base}`,
    autoScalingGroup: `asg-${base}`,
    capacityProvider: `cp-${base}`,
    taskFamily: base,
    stateMachine: `${base}-workflow`,
    schedule: `sched-${base}`,
    logGroup: `/ecs/${base}`,
  };
}
