import type { Project, Step } from "../config/model.ts";
import type { JsonObject } from "../core/json.ts";
import {
  GIVE_PLACES,
  GIVE_RESOURCE,
  LONGEST_WAIT_SECONDS,
  TAKE_PLACES,
  TAKE_RESOURCE,
} from "../core/pool-calls.ts";
import { stateName } from "../core/state-names.ts";
import { expression } from "./jsonata.ts";
import { placeholder } from "./placeholder.ts";

/** Places of the pools that a step names; undefined for a step without pools. */
export function placesOf(
  step: Pick<Step, "pools">,
  pools: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> | undefined {
  const named = [...new Set(step.pools)].toSorted();
  if (named.length === 0) return undefined;
  return Object.fromEntries(named.map((pool) => [pool, pools[pool] ?? 1]));
}

/**
 * What stands around a step with pools. Before it, a task that waits for a token: the function
 * sends it when the places are the step's, so that a wait of any length is six events. After it, a
 * call that gives them back. Where the step fails, its run ends, and who sees that frees them; so
 * nothing depends on that last call.
 *
 * @param first what the step's own first state gets
 */
export function poolStates(
  project: Pick<Project, "name" | "priority">,
  step: Step,
  places: Readonly<Record<string, number>>,
  around: {
    readonly run: string;
    readonly first: JsonObject | undefined;
    readonly where: JsonObject;
  },
): JsonObject {
  const of = {
    project: project.name,
    run: expression("$run_id"),
    step: step.id,
  };
  return {
    [stateName("take-places", step.id)]: {
      Type: "Task",
      Resource: TAKE_RESOURCE,
      TimeoutSeconds: LONGEST_WAIT_SECONDS,
      Arguments: {
        FunctionName: placeholder("pools_function"),
        Payload: {
          esteira: TAKE_PLACES,
          ...of,
          token: expression("$states.context.Task.Token"),
          pools: places,
          priority: project.priority ?? 0,
        },
      },
      Retry: [CALL_AGAIN],
      Output: around.first ?? expression("$states.input"),
      Next: around.run,
    },
    [stateName("give-places", step.id)]: {
      Type: "Task",
      Resource: GIVE_RESOURCE,
      TimeoutSeconds: 300,
      Arguments: {
        FunctionName: placeholder("pools_function"),
        Payload: { esteira: GIVE_PLACES, ...of },
      },
      Retry: [GIVE_AGAIN],
      // The end of the run frees them as well. Until then a later step of the same run would wait
      // for them, hence so many tries.
      Catch: [{ ErrorEquals: ["States.ALL"], Output: {}, ...afterFailure(around.where, step) }],
      Output: {},
      ...around.where,
    },
    ...("End" in around.where
      ? { [stateName("keep-places", step.id)]: { Type: "Pass", Output: {}, End: true } }
      : {}),
  };
}

/** A Catch needs a state to go to. */
function afterFailure(where: JsonObject, step: Step): JsonObject {
  return "End" in where ? { Next: stateName("keep-places", step.id) } : where;
}

/** Giving back what was given back changes nothing, so also after a call that went unanswered. */
const GIVE_AGAIN = {
  ErrorEquals: ["States.TaskFailed", "States.Timeout"],
  IntervalSeconds: 2,
  MaxAttempts: 200,
  BackoffRate: 2,
  MaxDelaySeconds: 300,
  JitterStrategy: "FULL",
} as const;

/** Errors of Lambda and of the function, which passes on what the bucket refuses. */
const CALL_AGAIN = {
  ErrorEquals: ["States.TaskFailed"],
  IntervalSeconds: 2,
  MaxAttempts: 8,
  BackoffRate: 2,
  MaxDelaySeconds: 60,
  JitterStrategy: "FULL",
} as const;
