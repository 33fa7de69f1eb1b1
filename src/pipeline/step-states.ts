import type { Project, Step } from "../config/model.ts";
import type { JsonObject } from "../core/json.ts";
import { stateName } from "../core/state-names.ts";
import { forEachStates } from "./for-each.ts";
import { expression, quote } from "./jsonata.ts";
import { escapePlaceholders } from "./placeholder.ts";
import { stepTask, type CompileTarget } from "./step-task.ts";

/** Where it continues after a state. */
export type Where = { readonly Next: string } | { readonly End: true };

/** The state that comes first for a step. */
export function stepStart(step: Step): string {
  return stateName("guard", step.id);
}

/**
 * All states of one step: the choice whether it runs at all (`only`, `skip`), what runs it, and
 * what stands for it when it doesn't run. They start at `stepStart` and use nothing but the
 * prologue's variables, so that they fit into any definition.
 */
export function stepStates(
  project: Project,
  step: Step,
  target: CompileTarget,
  where: Where,
): JsonObject {
  const task = {
    ...(step.name === step.id ? {} : { Comment: escapePlaceholders(step.name) }),
    ...stepTask(project, step, target),
  };
  const run = step.forEach
    ? forEachStates(step, step.forEach, task, where)
    : {
        start: stateName("run", step.id),
        states: { [stateName("run", step.id)]: { ...task, ...where } },
      };
  return {
    [stepStart(step)]: guard(step, run.start),
    ...run.states,
    [stateName("skip", step.id)]: { Type: "Pass", ...where },
  };
}

/**
 * The choice whether a step runs: for anyone who doesn't ask for it, or asks to leave it out, it is
 * skipped.
 */
export function guard(step: Step, run: string): JsonObject {
  const id = quote(step.id);
  return {
    Type: "Choice",
    Choices: [
      {
        Condition: expression(`($count($only) = 0 or ${id} in $only) and $not(${id} in $skip)`),
        Next: run,
      },
    ],
    Default: stateName("skip", step.id),
  };
}
