import type { Json, JsonObject } from "./json.ts";

/**
 * One event of a run, in the shape and order that AWS Step Functions records
 * (https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html), with two
 * differences that make it one type instead of fifty fields: the details are in `details`
 * whatever the type, and payloads that AWS gives as JSON text (`input`, `output`, `parameters`) are
 * values.
 */
export interface HistoryEvent {
  /** 1, 2, 3 … without a gap. */
  readonly id: number;
  /**
   * The event that led to this one; 0 for the first, and for the first event of a state that begins
   * an execution.
   */
  readonly previousEventId: number;
  readonly type: HistoryEventType;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly details: JsonObject;
}

export type HistoryEventType =
  | `Execution${"Started" | "Succeeded" | "Failed" | "Aborted" | "TimedOut" | "Redriven"}`
  | `${"Pass" | "Task" | "Choice" | "Wait" | "Succeed" | "Parallel" | "Map"}State${"Entered" | "Exited"}`
  | "FailStateEntered"
  | `Task${"Scheduled" | "Started" | "StartFailed" | "Submitted" | "SubmitFailed" | "Succeeded" | "Failed" | "TimedOut"}`
  | "TaskStateAborted"
  | "WaitStateAborted"
  | `Activity${"Scheduled" | "ScheduleFailed" | "Started" | "Succeeded" | "Failed" | "TimedOut"}`
  | `LambdaFunction${"Scheduled" | "ScheduleFailed" | "Started" | "StartFailed" | "Succeeded" | "Failed" | "TimedOut"}`
  | `ParallelState${"Started" | "Succeeded" | "Failed" | "Aborted"}`
  | `MapState${"Started" | "Succeeded" | "Failed" | "Aborted"}`
  | `MapIteration${"Started" | "Succeeded" | "Failed" | "Aborted"}`
  | `MapRun${"Started" | "Succeeded" | "Failed" | "Aborted" | "Redriven"}`
  | "EvaluationFailed";

/** The state of an execution. `PENDING_REDRIVE` is AWS's, for Map runs that are redriven. */
export type ExecutionStatus =
  | "RUNNING"
  | "SUCCEEDED"
  | "FAILED"
  | "TIMED_OUT"
  | "ABORTED"
  | "PENDING_REDRIVE";

/**
 * The field of an event's details that names the execution of a distributed Map's item that it
 * belongs to, as `EVENT:POSITION`: the id of the run's `MapRunStarted`, and a number in that Map
 * run. Such an execution has a separate history on AWS; here its events are in the run's.
 */
export const CHILD = "childExecution";

/** Reads a text field of an event's details. */
export function textOf(details: JsonObject, key: string): string | undefined {
  const value: Json | undefined = details[key];
  return typeof value === "string" ? value : undefined;
}
