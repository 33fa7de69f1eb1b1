import { itemsPlaces } from "../config/events.ts";
import type { Project, Step } from "../config/model.ts";
import type { JsonObject } from "../core/json.ts";
import { stateName } from "../core/state-names.ts";
import { TAKEN_ITEM } from "./distributed.ts";
import { forEachStates } from "./for-each.ts";
import { expression, quote } from "./jsonata.ts";
import { escapePlaceholders } from "./placeholder.ts";
import { placesOf, poolStates } from "./pools.ts";
import { retriersOf } from "./retries.ts";
import { stepTask, type CompileTarget } from "./step-task.ts";
import {
  failing,
  failureStates,
  INPUT_RECORD,
  isJudged,
  judgedErrors,
  noTries,
  type Tries,
} from "./tries.ts";

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
  const name = stateName(step.forEach ? "item" : "run", step.id);
  const tries = triesOf(step, name);
  const place = itemsPlaces(project.steps).get(step);
  const task = {
    ...(step.name === step.id ? {} : { Comment: escapePlaceholders(step.name) }),
    ...stepTask(project, step, target, place?.distributed === true ? { item: TAKEN_ITEM } : {}),
    ...tries.task,
    // The record of the tries ends with the step.
    Output: {},
  };
  const parameters = project.parameters.length > 0;
  const places = placesOf(step, target.pools ?? {});
  const after = places === undefined ? where : { Next: stateName("give-places", step.id) };
  const run =
    step.forEach && place
      ? forEachStates(step, step.forEach, { task, tries, place, parameters }, after)
      : { start: name, states: { [name]: { ...task, ...after }, ...tries.states } };
  const first = step.forEach ? undefined : tries.first;
  const begin = first === undefined || places !== undefined ? {} : { Output: first };
  const start = places === undefined ? run.start : stateName("take-places", step.id);
  return {
    [stepStart(step)]: guard(step, start, begin),
    ...(places === undefined
      ? {}
      : poolStates(project, step, places, { run: run.start, first, where })),
    ...run.states,
    [stateName("skip", step.id)]: { Type: "Pass", ...where },
  };
}

function triesOf(step: Step, run: string): Tries {
  const retriers = retriersOf(step);
  if (!isJudged(step, retriers)) return { first: {}, task: { Retry: retriers.kept }, states: {} };
  const caught = expression("$merge([$states.input, $states.errorOutput])");
  return {
    first: noTries(retriers.judged),
    task: {
      Retry: retriers.kept,
      Catch: [
        { ErrorEquals: judgedErrors(retriers), Output: caught, Next: stateName("judge", step.id) },
      ],
    },
    states: failureStates(step, run, INPUT_RECORD, retriers, failing(INPUT_RECORD)),
  };
}

/**
 * The choice whether a step runs: for anyone who doesn't ask for it, or asks to leave it out, it is
 * skipped.
 *
 * @param begin what the rule for a step that runs does besides: begins the record of its tries
 */
export function guard(step: Step, run: string, begin: JsonObject): JsonObject {
  const id = quote(step.id);
  return {
    Type: "Choice",
    Choices: [
      {
        Condition: expression(`($count($only) = 0 or ${id} in $only) and $not(${id} in $skip)`),
        ...begin,
        Next: run,
      },
    ],
    Default: stateName("skip", step.id),
  };
}
