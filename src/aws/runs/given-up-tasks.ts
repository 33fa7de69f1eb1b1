import { CHILD, type HistoryEvent, textOf } from "../../core/history.ts";
import { readTask } from "../../runs/task-reading.ts";

/** That nobody waits for a task any more. */
export interface GivenUp {
  /** Since when; milliseconds since the epoch. */
  readonly at: number;
  /** What of it follows "run X": `gave up this task at its time limit`. */
  readonly why: string;
}

/**
 * The ECS tasks, by their ids, that a history has submitted and waits for no more: their attempt
 * has ended, their state was given up, or the execution that they are of has ended. An execution
 * that is redriven starts its tasks anew, and never waits for one of before.
 *
 * @param events of a run, with those of items that are executions by themselves
 */
export function givenUpTasks(events: readonly HistoryEvent[]): ReadonlyMap<string, GivenUp> {
  const givenUp = new Map<string, GivenUp>();
  const attemptOf = new Map<number, number>();
  const taskOf = new Map<number, { readonly task: string; readonly execution: string }>();
  for (const { id, previousEventId, type, timestamp, details } of events) {
    const execution = textOf(details, CHILD) ?? "";
    if (isEnd(type)) {
      for (const [attempt, open] of taskOf) {
        if (open.execution !== execution) continue;
        givenUp.set(open.task, { at: timestamp, why: "has ended" });
        taskOf.delete(attempt);
      }
    }
    const attempt = type === "TaskScheduled" ? id : attemptOf.get(previousEventId);
    if (attempt === undefined) continue;
    if (type === "TaskSubmitted") {
      const task = readTask(details["output"])?.id;
      if (task !== undefined) taskOf.set(attempt, { task, execution });
    }
    const why = reasons.get(type);
    if (why === undefined) {
      attemptOf.set(id, attempt);
      continue;
    }
    const task = taskOf.get(attempt)?.task;
    if (task !== undefined) givenUp.set(task, { at: timestamp, why });
    taskOf.delete(attempt);
  }
  return givenUp;
}

const reasons: ReadonlyMap<HistoryEvent["type"], string> = new Map([
  ["TaskTimedOut", "gave up this task at its time limit"],
  ["TaskFailed", "took this task for failed"],
  ["TaskSucceeded", "took this task for finished"],
  ["TaskStateAborted", "gave up this task with its step"],
]);

function isEnd(type: HistoryEvent["type"]): boolean {
  switch (type) {
    case "ExecutionSucceeded":
    case "ExecutionFailed":
    case "ExecutionAborted":
    case "ExecutionTimedOut":
    case "ExecutionRedriven":
      return true;
    default:
      return false;
  }
}
