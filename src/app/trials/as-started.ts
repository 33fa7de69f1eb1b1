import type { Project } from "../../config/model.ts";
import type { Json } from "../../core/json.ts";
import type { Release } from "../../release/release.ts";
import { readRunInput } from "../../runs/input.ts";
import { runParameters } from "../../runs/parameters.ts";
import type { RunSummary } from "../../runs/model.ts";
import type { Tried } from "./tried.ts";

/** What a run was started with, for a working copy that may have changed since. */
export interface Started {
  readonly run: Pick<RunSummary, "startedAt" | "scheduledTime">;
  readonly input: Json;
}

/**
 * The working copy with a run's parameters, its values for samples where the run was one, and its
 * time. What the run gave and the working copy doesn't declare any more is left out.
 */
export function asStarted(
  { project, release }: { readonly project: Project; readonly release: Release },
  { run, input }: Started,
): Tried {
  const declared = new Set<string>(release.parameters.map(({ name }) => name));
  const params = Object.entries(runParameters(release.parameters, input));
  return {
    project: { ...project, steps: sampledSteps(project.steps, input) },
    release,
    params: Object.fromEntries(params.filter(([name]) => declared.has(name))),
    at: run.scheduledTime ?? run.startedAt,
  };
}

/** Steps with their variables for samples, where a run was one. */
export function sampledSteps(steps: Project["steps"], input: Json): Project["steps"] {
  if (readRunInput(input).sample !== true) return steps;
  return steps.map((step) => ({
    ...step,
    environmentVariables: { ...step.environmentVariables, ...step.sampleEnv },
  }));
}
