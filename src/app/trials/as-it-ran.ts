import type { Project } from "../../config/model.ts";
import type { Json } from "../../core/json.ts";
import { OUTPUTS_VARIABLE } from "../../core/step-helper.ts";
import type { RunSummary } from "../../runs/model.ts";
import { runParameters } from "../../runs/parameters.ts";
import type { TrialRuntime } from "../../platform/roles/trials.ts";
import type { Release } from "../../release/release.ts";
import { sampledSteps } from "./as-started.ts";
import type { Tried } from "./tried.ts";

/** What a run was, of any environment. */
export interface Ran {
  readonly run: Pick<RunSummary, "run" | "startedAt" | "scheduledTime">;
  readonly release: Release;
  /** As it was started with it. */
  readonly input: Json;
  readonly runtime: TrialRuntime;
}

/**
 * A run's steps, commands, parameters and time among the variables of this machine. `ENV`, the
 * addresses of services and whatever else an environment sets are those of the working copy's
 * config for this one: nothing that runs here is to reach what production writes to.
 *
 * @param release of the working copy, for this environment
 */
export function asItRan(project: Project, release: Release, ran: Ran): Tried {
  const own = new Map<string, Project["steps"][number]>(
    sampledSteps(project.steps, ran.input).map((step) => [step.id, step]),
  );
  const steps = ran.release.steps.map((step) => ({
    ...step,
    environmentVariables: own.get(step.id)?.environmentVariables ?? {},
  }));
  const { [OUTPUTS_VARIABLE]: _sheet, ...variables } = release.task.environment;
  const { [OUTPUTS_VARIABLE]: sheet, ESTEIRA_VERSION: version } = ran.release.task.environment;
  const { parameters } = ran.release;
  return {
    project: { ...project, steps, parameters },
    release: {
      ...ran.release,
      environment: release.environment,
      platform: release.platform,
      task: {
        ...ran.release.task,
        environment: {
          ...variables,
          ...(version === undefined ? {} : { ESTEIRA_VERSION: version }),
          ...(sheet === undefined ? {} : { [OUTPUTS_VARIABLE]: sheet }),
        },
      },
    },
    params: runParameters(parameters, ran.input),
    at: ran.run.scheduledTime ?? ran.run.startedAt,
  };
}
