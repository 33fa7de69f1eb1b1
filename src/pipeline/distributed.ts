import type { Step } from "../config/model.ts";
import { fingerprintOf, type JsonObject } from "../core/json.ts";
import { stateName } from "../core/state-names.ts";
import { expression } from "./jsonata.ts";
import { SAMPLE_VALUES } from "./sample.ts";
import { OVERRIDES } from "./step-limits.ts";

/**
 * Variables of the prologue that a Task reads. An item's execution can't read the run's, and its
 * name is one that AWS chooses, so it is given them.
 */
const HANDED_IN = ["run_id", "origin", "scheduled_time", "scheduled_date", "artifacts", OVERRIDES];

/** What an item's task gets, as JSONata: the variable that its execution began with. */
export const TAKEN_ITEM = "$item";

/** What an item's execution is given. */
export interface Given {
  /** Text of the item, as JSONata. */
  readonly item: string;
  /** Input of its first try. */
  readonly first: JsonObject;
  /** Whether the run has parameters. */
  readonly parameters: boolean;
}

/**
 * The fields of a Map whose items are executions by themselves, each with its own history:
 * https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html. Only `STANDARD`
 * ones can wait for ECS tasks. The Map has no Retry, which would begin all items again: each item
 * has its own tries.
 *
 * @param task name of the state that runs for an item
 * @param states of one item
 */
export function distributed(
  step: Step,
  task: string,
  states: JsonObject,
  { item, first, parameters }: Given,
): JsonObject {
  const variables = [
    ...HANDED_IN,
    ...(parameters ? ["params"] : []),
    ...(step.cache ? ["cache"] : []),
    ...(step.sampleEnv ? [SAMPLE_VALUES] : []),
  ];
  const take = stateName("take", step.id);
  return {
    Label: mapLabel(step.id),
    ItemSelector: {
      item: expression(item),
      index: expression("$states.context.Map.Item.Index"),
      ...Object.fromEntries(variables.map((name) => [name, expression(`$${name}`)])),
    },
    ItemProcessor: {
      ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
      StartAt: take,
      States: {
        [take]: {
          Type: "Pass",
          Assign: Object.fromEntries(
            ["item", ...variables].map((name) => [name, expression(`$states.input.${name}`)]),
          ),
          Output: first,
          Next: task,
        },
        ...states,
      },
    },
  };
}

/** The label of a step's Map: it is in the ARNs of its items, and has at most 40 characters. */
export function mapLabel(step: string): string {
  return step.length <= 40 ? step : `${step.slice(0, 31)}-${fingerprintOf(step).slice(0, 8)}`;
}
