import type { ForEach, Step } from "../config/model.ts";
import type { ItemsPlace } from "../config/events.ts";
import type { JsonObject } from "../core/json.ts";
import { INVALID_ITEMS, stateName } from "../core/state-names.ts";
import { distributed } from "./distributed.ts";
import { expression, plain, quote } from "./jsonata.ts";
import { listItemText, readList, refusedNumber } from "./list-numbers.ts";
import { placeholder } from "./placeholder.ts";
import type { Tries } from "./tries.ts";

/**
 * Characters of an item as JSON: it travels in an override, and all of a task's overrides have
 * 8,192.
 */
export const MAX_ITEM_LENGTH = 4096;

/** What runs for each item of a step. */
export interface EachItem {
  readonly task: JsonObject;
  readonly tries: Tries;
  readonly place: ItemsPlace;
  /** Whether the run has parameters. */
  readonly parameters: boolean;
}

/**
 * The states of a step that runs once an item: a Map around its Task, and before it what reads and
 * checks a list that is not known until then.
 *
 * @param where `{ Next: … }` or `{ End: true }`
 * @returns the states, and the one that comes first
 */
export function forEachStates(
  step: Step,
  forEach: ForEach,
  { task, tries, place, parameters }: EachItem,
  where: JsonObject,
): { readonly start: string; readonly states: JsonObject } {
  const name = stateName("run", step.id);
  const item = stateName("item", step.id);
  // An item's result would only add to what the Map collects.
  const states = { [item]: { ...task, Output: {}, End: true }, ...tries.states };
  const given = { item: itemOf(forEach), first: tries.first, parameters };
  const map = {
    Type: "Map",
    Items: forEach.kind === "items" ? forEach.items.map(plain) : expression("$states.input"),
    MaxConcurrency: forEach.maxConcurrency,
    ...(place.distributed
      ? distributed(step, item, states, given)
      : {
          // The item itself is in the context of each of its states.
          ItemSelector: tries.first,
          ItemProcessor: {
            ProcessorConfig: { Mode: "INLINE" },
            StartAt: item,
            States: states,
          },
        }),
    Output: {},
    ...where,
  };
  if (forEach.kind === "items") return { start: name, states: { [name]: map } };
  const reading = readItems(step, forEach, place);
  return { start: stateName("read-items", step.id), states: { ...reading, [name]: map } };
}

function readItems(
  step: Step,
  from: Extract<ForEach, { kind: "artifact" }>,
  { most }: ItemsPlace,
): JsonObject {
  const file = `${from.step}/${from.file}`;
  const refuse = stateName("refuse-items", step.id);
  const check = stateName("check-items", step.id);
  return {
    ...judgeReading(step, file),
    [stateName("read-items", step.id)]: {
      Type: "Task",
      Resource: "arn:aws:states:::aws-sdk:s3:getObject",
      Arguments: {
        Bucket: placeholder("artifacts_bucket"),
        Key: expression(`$artifacts_key & $origin & ${quote(`/${file}`)}`),
      },
      TimeoutSeconds: 60,
      Output: readList("$states.result.Body"),
      Retry: [
        {
          ErrorEquals: ["S3.SdkClientException", "States.Timeout"],
          IntervalSeconds: READ_AGAIN_SECONDS,
          MaxAttempts: READS - 1,
          BackoffRate: 2,
          JitterStrategy: "FULL",
        },
      ],
      Catch: [
        {
          ErrorEquals: ["S3.NoSuchKeyException"],
          Output: plain(`step ${from.step} left no file ${from.file}`),
          Next: refuse,
        },
        {
          ErrorEquals: ["States.QueryEvaluationError"],
          Output: plain(`${file} is no JSON`),
          Next: refuse,
        },
        {
          ErrorEquals: ["S3.S3Exception"],
          Output: expression(
            '$merge([$states.errorOutput, {"reads": $sum([$states.input.reads, 1])}])',
          ),
          Next: stateName("judge-items", step.id),
        },
      ],
      Next: check,
    },
    [check]: {
      Type: "Choice",
      Choices: [
        {
          Condition: expression(`$exists(${refusedNumber("$states.input")})`),
          Output: expression(
            `${quote(`${file} has the number `)} & ${refusedNumber("$states.input")} & ", which doesn't pass through JSON exactly: write such values as strings"`,
          ),
          Next: refuse,
        },
        {
          Condition: expression('$type($states.input) != "array"'),
          Output: plain(`${file} is no JSON list`),
          Next: refuse,
        },
        {
          Condition: expression(`$count($states.input) > ${most}`),
          Output: expression(
            `${quote(`${file} has `)} & $string($count($states.input)) & " items; the step runs for at most ${most}: set for_each.max_items to as many as the list may have"`,
          ),
          Next: refuse,
        },
        {
          Condition: expression(
            `$count($states.input[$length(${listItemText("$")}) > ${MAX_ITEM_LENGTH}]) > 0`,
          ),
          Output: plain(`${file} has an item of more than ${MAX_ITEM_LENGTH} characters`),
          Next: refuse,
        },
      ],
      Default: stateName("run", step.id),
    },
    [refuse]: { Type: "Fail", Error: INVALID_ITEMS, Cause: expression("$states.input") },
  };
}

/** How often a list is read in which S3 fails, and the pause after the first time. */
const READS = 5;
const READ_AGAIN_SECONDS = 2;

/**
 * What is done when S3 doesn't give the list: `S3.S3Exception` is a refusal, which stays, as well
 * as a failure that passes; its cause has the HTTP status. A Retry would take both for the same.
 */
function judgeReading(step: Step, file: string): JsonObject {
  const wait = stateName("wait-items", step.id);
  const giveUp = stateName("give-up-items", step.id);
  return {
    [stateName("judge-items", step.id)]: {
      Type: "Choice",
      Choices: [
        {
          Condition: expression(
            `$contains($states.input.Cause, /Status Code: [34]/) and $not($contains($states.input.Cause, /Status Code: (408|429)/))`,
          ),
          Next: giveUp,
        },
        { Condition: expression(`$states.input.reads < ${READS}`), Next: wait },
      ],
      Default: giveUp,
    },
    [wait]: {
      Type: "Wait",
      Seconds: expression(`${READ_AGAIN_SECONDS} * $power(2, $states.input.reads - 1)`),
      Next: stateName("read-items", step.id),
    },
    [giveUp]: {
      Type: "Fail",
      Error: expression("$states.input.Error"),
      Cause: expression(`${quote(`${file} can't be read: `)} & $states.input.Cause`),
    },
  };
}

/** The text of the item that a Map's state is at, as JSONata. */
export function itemOf(forEach: ForEach): string {
  const item = "$states.context.Map.Item.Value";
  return forEach.kind === "items" ? item : listItemText(item);
}
