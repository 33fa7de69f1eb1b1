import type { Project, Step } from "../../config/model.ts";
import { scheduledZone } from "../../pipeline/scheduled-date.ts";
import { isReserved, parameterVariable } from "../../pipeline/step-task.ts";
import type { TrialPlace } from "../../platform/roles/trials.ts";
import { localDate } from "../../schedule/after.ts";

export interface VariablesOf {
  readonly place: Pick<TrialPlace, "run" | "artifactsUri">;
  readonly params: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly item: string | undefined;
  /** `models:/recsys/3`; empty where none is known. */
  readonly model: string | undefined;
}

/**
 * The variables that a step gets over those of its project, as a run would give them: what
 * `pipeline/step-task.ts` writes into a task.
 */
export function stepVariables(
  project: Project,
  step: Step,
  { place, params, at, item, model }: VariablesOf,
): Readonly<Record<string, string>> {
  const own = Object.entries(step.environmentVariables).filter(([name]) => !isReserved(name));
  return {
    ...Object.fromEntries(own),
    ESTEIRA_STEP: step.id,
    ESTEIRA_RUN_ID: place.run,
    ESTEIRA_SCHEDULED_TIME: new Date(at).toISOString(),
    ESTEIRA_SCHEDULED_DATE: localDate(at, scheduledZone(project.schedule?.timezone)),
    ESTEIRA_ARTIFACTS_URI: place.artifactsUri,
    ...(model === undefined ? {} : { ESTEIRA_MODEL_URI: model }),
    ...Object.fromEntries(
      project.parameters.map(({ name, default: value }) => [
        parameterVariable(name),
        params[name] ?? value,
      ]),
    ),
    ...(item === undefined ? {} : { ESTEIRA_ITEM: item }),
  };
}
