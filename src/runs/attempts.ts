import { textOf, type HistoryEvent } from "../core/history.ts";
import type { AttemptView } from "./model.ts";
import { NO_FIGURES } from "./task-facts.ts";
import { causeOf, readCause, readTask } from "./task-reading.ts";

/** An attempt while its events are read. */
export type MutableAttempt = { -readonly [Key in keyof AttemptView]: AttemptView[Key] };

/** The attempt that a `TaskScheduled` begins. */
export function attemptOf(
  event: HistoryEvent,
  number: number,
  item: number | undefined,
): MutableAttempt {
  return {
    task: event.id,
    number,
    item,
    status: "scheduled",
    scheduledAt: event.timestamp,
    startedAt: undefined,
    endedAt: undefined,
    exitCode: undefined,
    error: undefined,
    cause: undefined,
    log: undefined,
    ...NO_FIGURES,
  };
}

/** Takes in what an event reports an attempt. Once it has ended nothing changes it any more. */
export function readAttemptEvent(attempt: MutableAttempt, event: HistoryEvent): void {
  if (attempt.endedAt !== undefined) return;
  const { type, details, timestamp } = event;
  switch (type) {
    case "TaskStarted":
      attempt.status = "running";
      attempt.startedAt = timestamp;
      return;
    case "TaskSubmitted":
      attempt.log = readTask(details["output"])?.id;
      return;
    case "TaskSucceeded": {
      const task = readTask(details["output"]);
      attempt.status = "succeeded";
      attempt.endedAt = timestamp;
      attempt.exitCode = task?.exitCode;
      attempt.log ??= task?.id;
      Object.assign(attempt, task?.figures);
      return;
    }
    case "TaskFailed":
    case "TaskStartFailed":
    case "TaskSubmitFailed":
    case "TaskTimedOut": {
      const cause = causeOf(details);
      const task = readCause(cause);
      attempt.status = type === "TaskTimedOut" ? "timed_out" : "failed";
      attempt.endedAt = timestamp;
      attempt.error = textOf(details, "error");
      attempt.cause = cause;
      attempt.exitCode = task?.exitCode;
      attempt.log ??= task?.id;
      Object.assign(attempt, task?.figures);
      return;
    }
    case "TaskStateAborted":
      attempt.status = "aborted";
      attempt.endedAt = timestamp;
      return;
    default:
  }
}
