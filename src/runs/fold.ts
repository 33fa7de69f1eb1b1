import type { HistoryEvent } from "../core/history.ts";
import { textOf } from "../core/history.ts";
import { stepOfState } from "../core/state-names.ts";
import type { Json } from "../core/json.ts";
import { closeSteps } from "./close.ts";
import type { RunView, StepView } from "./model.ts";
import { attemptEnd, attemptOf, type MutableAttempt } from "./attempts.ts";

/** What a step was declared as; a release's steps fit. */
export interface DeclaredStep {
  readonly id: string;
  readonly name: string;
}

/** A step while its events are read. */
export interface OpenStep {
  readonly id: string;
  readonly name: string;
  entered: number | undefined;
  exited: number | undefined;
  skipped: boolean;
  readonly attempts: MutableAttempt[];
}

/** What an event belongs to, told by the chain of events that led to it. */
interface Place {
  readonly step: string | undefined;
  readonly item: number | undefined;
  /** Id of the event that scheduled the attempt. */
  readonly task: number | undefined;
}

const NOWHERE: Place = { step: undefined, item: undefined, task: undefined };

/**
 * Folds a history into what people ask of a run: how it stands, and each step with its attempts. Histories of both platforms
 * are read alike; events of other kinds than a compiled pipeline leaves are passed over.
 *
 * @param events the history from its first event, in order; it may end anywhere
 * @param declared the release's steps: the view has just these, in this order
 */
export function foldRun(
  events: readonly HistoryEvent[],
  declared: readonly DeclaredStep[],
): RunView {
  const steps = new Map<string, OpenStep>();
  for (const { id, name } of declared) {
    steps.set(id, {
      id,
      name,
      entered: undefined,
      exited: undefined,
      skipped: false,
      attempts: [],
    });
  }
  const places = new Map<number, Place>();
  const end: { event: HistoryEvent | undefined } = { event: undefined };
  for (const event of events) {
    const place = placeOf(event, places.get(event.previousEventId) ?? NOWHERE);
    places.set(event.id, place);
    if (event.type === "ExecutionRedriven") end.event = undefined;
    else if (isEnd(event)) end.event = event;
    const step = place.step === undefined ? undefined : steps.get(place.step);
    if (step) readStepEvent(step, event, place);
  }
  const blamed = end.event && places.get(end.event.previousEventId);
  const first = events[0];
  return {
    status: statusOf(end.event),
    startedAt: first?.timestamp,
    endedAt: end.event?.timestamp,
    input: first?.details["input"] ?? null,
    output:
      end.event?.type === "ExecutionSucceeded" ? (end.event.details["output"] as Json) : undefined,
    error: end.event && textOf(end.event.details, "error"),
    cause: end.event && textOf(end.event.details, "cause"),
    steps: closeSteps([...steps.values()], end.event, blamed?.step) satisfies readonly StepView[],
  };
}

function placeOf(event: HistoryEvent, before: Place): Place {
  const name = textOf(event.details, "name");
  if (event.type.endsWith("StateEntered") || event.type.endsWith("StateExited")) {
    const found = name === undefined ? undefined : stepOfState(name);
    // The Map around a step's items ends after an event of one of them.
    const item = event.type.startsWith("Map") ? undefined : before.item;
    return { step: found?.step, item, task: undefined };
  }
  if (event.type.startsWith("MapIteration")) {
    const index = event.details["index"];
    return { ...before, item: typeof index === "number" ? index : before.item };
  }
  if (event.type === "TaskScheduled") return { ...before, task: event.id };
  if (event.type.endsWith("StateAborted") && name !== undefined) {
    return { ...before, step: stepOfState(name)?.step ?? before.step };
  }
  return before;
}

function readStepEvent(step: OpenStep, event: HistoryEvent, place: Place): void {
  const role = stepOfState(textOf(event.details, "name") ?? "")?.role;
  switch (event.type) {
    case "PassStateEntered":
      if (role === "skip") step.skipped = true;
      return;
    case "TaskStateEntered":
    case "MapStateEntered":
      if (role === "run" || role === "read-items") step.entered ??= event.timestamp;
      return;
    case "TaskStateExited":
    case "MapStateExited":
      if (role === "run") step.exited = event.timestamp;
      return;
    default:
      readAttemptEvent(step, event, place);
  }
}

function readAttemptEvent(step: OpenStep, event: HistoryEvent, place: Place): void {
  if (event.type === "TaskScheduled") {
    // What reads a step's items is no attempt of the step.
    if (textOf(event.details, "resourceType") !== "ecs") return;
    const number = step.attempts.filter((attempt) => attempt.item === place.item).length + 1;
    step.attempts.push(attemptOf(event, number, place.item));
    return;
  }
  const attempt = step.attempts.find(({ task }) => task === place.task);
  if (!attempt) return;
  switch (event.type) {
    case "TaskStarted":
      attempt.status = "running";
      attempt.startedAt = event.timestamp;
      return;
    case "TaskSubmitted":
      attempt.log = attemptEnd(event).log;
      return;
    case "TaskSucceeded":
    case "TaskFailed":
    case "TaskStartFailed":
    case "TaskSubmitFailed":
    case "TaskTimedOut":
    case "TaskStateAborted":
      if (attempt.endedAt === undefined) Object.assign(attempt, attemptEnd(event, attempt.log));
      return;
    default:
  }
}

function isEnd({ type }: HistoryEvent): boolean {
  return (
    type === "ExecutionSucceeded" ||
    type === "ExecutionFailed" ||
    type === "ExecutionAborted" ||
    type === "ExecutionTimedOut"
  );
}

function statusOf(end: HistoryEvent | undefined): RunView["status"] {
  switch (end?.type) {
    case "ExecutionSucceeded":
      return "SUCCEEDED";
    case "ExecutionFailed":
      return "FAILED";
    case "ExecutionAborted":
      return "ABORTED";
    case "ExecutionTimedOut":
      return "TIMED_OUT";
    default:
      return "RUNNING";
  }
}
