import { textOf, type HistoryEvent } from "../core/history.ts";
import { isJsonObject, type Json, type JsonObject } from "../core/json.ts";
import type { AttemptView } from "./model.ts";

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
  };
}

/**
 * What an event tells of an attempt's end, and of where its log is: the task document stands in the output of a task that was submitted or has
 * succeeded, and as text in the cause of one that failed (`.sync` integrations).
 *
 * @param log what is known of the log already
 */
export function attemptEnd(
  event: HistoryEvent,
  log?: string,
): Pick<MutableAttempt, "status" | "endedAt" | "exitCode" | "error" | "cause" | "log"> {
  const cause = textOf(event.details, "cause");
  const document = taskDocumentOf(event.details["output"] ?? parsed(cause));
  return {
    status: statusAfter(event),
    endedAt: event.type === "TaskSubmitted" ? undefined : event.timestamp,
    exitCode: exitCodeOf(document),
    error: textOf(event.details, "error"),
    cause,
    log: log ?? textOf(document ?? {}, "TaskArn")?.replace(/^.*\//, ""),
  };
}

/** The task document in an event's payload: the payload itself, or the first task of RunTask's answer. */
export function taskDocumentOf(payload: Json | undefined): JsonObject | undefined {
  if (!isJsonObject(payload)) return undefined;
  const tasks = payload["Tasks"];
  const [first] = Array.isArray(tasks) ? (tasks as readonly Json[]) : [payload];
  return isJsonObject(first) ? first : undefined;
}

/** A cause as a value, when it is the JSON text of an object; prose gives undefined. */
export function parsed(cause: string | undefined): JsonObject | undefined {
  if (cause?.startsWith("{") !== true) return undefined;
  try {
    const value = JSON.parse(cause) as Json;
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Exit code of the task's first container; undefined when it never began. */
export function exitCodeOf(document: JsonObject | undefined): number | undefined {
  const code = firstContainer(document)?.["ExitCode"];
  return typeof code === "number" ? code : undefined;
}

export function firstContainer(document: JsonObject | undefined): JsonObject | undefined {
  const containers = document?.["Containers"];
  const [first] = Array.isArray(containers) ? (containers as readonly Json[]) : [];
  return isJsonObject(first) ? first : undefined;
}

function statusAfter({ type }: HistoryEvent): AttemptView["status"] {
  switch (type) {
    case "TaskSubmitted":
      return "running";
    case "TaskSucceeded":
      return "succeeded";
    case "TaskTimedOut":
      return "timed_out";
    case "TaskStateAborted":
      return "aborted";
    default:
      return "failed";
  }
}
