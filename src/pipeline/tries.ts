import type { Step } from "../config/model.ts";
import type { JsonObject } from "../core/json.ts";
import {
  CAPACITY_PAUSE_SECONDS,
  CAPACITY_WAIT_HOURS,
  LOST_CODES,
  LOST_INSTANCE_RETRIES,
  LOST_REASON,
  NEVER_STARTED,
  NO_REASON,
  NO_ROOM,
  NOT_PLACED_ERROR,
} from "../core/task-loss.ts";
import { stateName } from "../core/state-names.ts";
import { expression, quote } from "./jsonata.ts";
import { errorsOf, matches, secondsBefore, type Retrier, type Retriers } from "./retries.ts";

/**
 * Where a step's record of its tries is kept: `{lost, waited, failed_1, …}`, how often each budget
 * was used, and the last failure's `Error` and `Cause`. In a compiled pipeline it is the state's
 * input, which is empty otherwise; in a definition of somebody's own the input is the author's, so
 * there it is a variable.
 */
export interface TryRecord {
  /** JSONata. */
  readonly read: string;
  /** What a state or a rule has to say so that the record becomes this. */
  readonly write: (jsonata: string) => JsonObject;
}

/** A record that is a variable of this name. */
export interface VariableRecord extends TryRecord {
  readonly name: string;
}

export const INPUT_RECORD: TryRecord = {
  read: "$states.input",
  write: (jsonata) => ({ Output: expression(jsonata) }),
};

/** @param number of the step: variables can't have every character that an id may have */
export function variableRecord(number: number): VariableRecord {
  const name = `tries_${number}`;
  return {
    name,
    read: `$${name}`,
    write: (jsonata) => ({ Assign: { [name]: expression(jsonata) } }),
  };
}

/** Budgets beside the author's retries. */
export function lostRetries(step: Step): number {
  return step.lostInstanceRetries ?? LOST_INSTANCE_RETRIES;
}

/** Seconds that one try after the other may wait for an instance with room, together. */
export function capacityWaitSeconds(step: Step): number {
  return (step.capacityWaitHours ?? CAPACITY_WAIT_HOURS) * 3600;
}

/** The record before the first try. */
export function noTries(retriers: readonly Retrier[]): { readonly [name: string]: number } {
  return {
    lost: 0,
    waited: 0,
    ...Object.fromEntries(retriers.map((_, index) => [counter(index), 0])),
  };
}

/** What a compiled step does about failures. */
export interface Tries {
  /** Input of the first try: the record of none. */
  readonly first: JsonObject;
  /** Fields of the Task. */
  readonly task: JsonObject;
  readonly states: JsonObject;
}

/** Whether anything is decided when the step's task fails; else the Task's failure is the end. */
export function isJudged(step: Step, { judged }: Retriers): boolean {
  return judged.length > 0 || lostRetries(step) > 0 || capacityWaitSeconds(step) > 0;
}

/** What the Task catches, to have it judged: what a retrier is meant for has to be among it. */
export function judgedErrors({ judged }: Retriers): readonly string[] {
  const errors = errorsOf(judged);
  return errors.includes("States.ALL") ? ["States.ALL"] : ["States.TaskFailed", "States.Timeout"];
}

/**
 * What is done when a step's task has failed: a Choice that looks at the task's document, a Wait
 * before the next try, and `giveUp`.
 *
 * A Retry can't do it: it goes by the error's name, and that is `States.TaskFailed` whether the
 * command ended badly or the instance was reclaimed.
 *
 * @param run the Task's state
 * @param giveUp the state that fails with the record's `Error` and `Cause`
 */
export function failureStates(
  step: Step,
  run: string,
  record: TryRecord,
  retriers: Retriers,
  giveUp: JsonObject,
): JsonObject {
  const wait = stateName("wait", step.id);
  const fail = stateName("give-up", step.id);
  const choices = [
    ...lostRules(step, record, run),
    ...capacityRules(step, record, wait),
    ...retryRules(record, retriers, wait, fail),
  ];
  return {
    [stateName("judge", step.id)]: { Type: "Choice", Choices: choices, Default: fail },
    ...(choices.some((rule) => rule["Next"] === wait)
      ? { [wait]: { Type: "Wait", Seconds: expression(`${record.read}.wait`), Next: run } }
      : {}),
    [fail]: giveUp,
  };
}

/** Fails as the task failed. */
export function failing({ read }: TryRecord): JsonObject {
  return {
    Type: "Fail",
    Error: expression(`${read}.Error`),
    Cause: expression(`${read}.Cause`),
  };
}

/** Started again at once: the managed scaling brings another instance. */
function lostRules(step: Step, record: TryRecord, run: string): JsonObject[] {
  const retries = lostRetries(step);
  if (retries === 0) return [];
  const { read } = record;
  return [
    {
      Condition: expression(`${read}.lost < ${retries} and ${judged(read, LOST)}`),
      ...record.write(`$merge([${read}, {"lost": ${read}.lost + 1}])`),
      Next: run,
    },
  ];
}

/**
 * What a try has waited is between its document's times, an hour at most: ECS gives a task up that
 * finds no room after half of it.
 */
function capacityRules(step: Step, record: TryRecord, wait: string): JsonObject[] {
  const longest = capacityWaitSeconds(step);
  if (longest === 0) return [];
  const { read } = record;
  const spent = `$type($task.CreatedAt) = "number" and $type($task.StoppedAt) = "number" ? $min([$max([0, $round(($task.StoppedAt - $task.CreatedAt) / 1000)]), 3600]) : 0`;
  return [
    {
      Condition: expression(`${read}.waited < ${longest} and ${judged(read, NO_CAPACITY)}`),
      ...record.write(
        `(${taskIn(read)}; $merge([${read}, {"wait": ${CAPACITY_PAUSE_SECONDS}, "waited": ${read}.waited + ${CAPACITY_PAUSE_SECONDS} + (${spent})}]))`,
      ),
      Next: wait,
    },
  ];
}

/** The author's: for what the step itself does, so never for a setback. */
function retryRules(
  record: TryRecord,
  { kept, judged: retriers }: Retriers,
  wait: string,
  fail: string,
): JsonObject[] {
  if (retriers.length === 0) return [];
  const { read } = record;
  const error = `${read}.Error`;
  const isSettled = [judged(read, `${LOST} or ${NO_CAPACITY}`), matches(error, errorsOf(kept))];
  const rules = retriers.flatMap((retrier, index): JsonObject[] => {
    const used = `${read}.${counter(index)}`;
    const meant = matches(error, retrier.ErrorEquals);
    return [
      {
        Condition: expression(`${meant} and ${used} < ${retrier.MaxAttempts}`),
        ...record.write(
          `$merge([${read}, {"${counter(index)}": ${used} + 1, "wait": ${secondsBefore(retrier, used)}}])`,
        ),
        Next: wait,
      },
      // A rule that is used up leaves nothing to those after it.
      ...(index === retriers.length - 1 ? [] : [{ Condition: expression(meant), Next: fail }]),
    ];
  });
  return [{ Condition: expression(isSettled.join(" or ")), Next: fail }, ...rules];
}

function counter(index: number): string {
  return `failed_${index + 1}`;
}

/** The task's document as `$task`; nothing where the cause is prose, or was cut. */
function taskIn(read: string): string {
  const cause = `${read}.Cause`;
  return `$task := $substring(${cause}, 0, 1) = "{" and $substring(${cause}, -1) = "}" ? $parse(${cause})`;
}

function judged(read: string, test: string): string {
  const error = `$error := ${read}.Error; $cause := ${read}.Cause`;
  return `(${error}; ${taskIn(read)}; $reason := $string($task.StoppedReason); ${test})`;
}

const LOST = `($task.StopCode in ${quote(LOST_CODES)} or $contains($reason, /${LOST_REASON}/))`;

/** Room may come for a task that never ran and that says nothing of a container. */
const NO_CAPACITY =
  `(($error = ${quote(NOT_PLACED_ERROR)} and $contains($cause, /${NO_ROOM}/)) or ` +
  `($task.StopCode = ${quote(NEVER_STARTED)} and $not($exists($task.StartedAt)) and ` +
  `$not($exists($task.Containers[$exists(Reason)])) and ` +
  `($contains($reason, /${NO_ROOM}/) or $not($exists($task.StoppedReason)) or $contains($reason, /${NO_REASON}/))))`;
