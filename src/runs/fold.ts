import { CHILD, textOf, type HistoryEvent } from "../core/history.ts";
import { isJsonObject, type Json, type JsonObject } from "../core/json.ts";
import { stepOfState, type StateRole } from "../core/state-names.ts";
import { attemptOf, readAttemptEvent } from "./attempts.ts";
import { closeSteps } from "./close.ts";
import type { AttemptView, RunView } from "./model.ts";
import { overridden, readOverrides } from "./overrides.ts";
import { openStep, reopen, type OpenStep } from "./open-step.ts";
import { setbackIn } from "./setback.ts";
import { causeOf, variableOf } from "./task-reading.ts";
import type { DeclaredStep } from "./model.ts";

/** A history that is read as it grows. */
export interface RunFold {
  /** Takes the next events; each one once, in order. */
  readonly add: (events: readonly HistoryEvent[]) => void;
  /** What the events so far come to. */
  readonly view: () => RunView;
}

/** What an event belongs to, known from the chain of events that led to it. */
interface Place {
  readonly step: string | undefined;
  readonly role: StateRole | undefined;
  readonly item: number | undefined;
  /** Id of the event that scheduled the attempt. */
  readonly task: number | undefined;
}

const NOWHERE: Place = { step: undefined, role: undefined, item: undefined, task: undefined };

/**
 * Folds a history into what people ask of a run: the state of it, and each step with its attempts.
 * Histories of both platforms are read alike; events of other kinds than a compiled pipeline leaves
 * are passed over.
 *
 * @param events the history from its first event, in order; it may end anywhere
 * @param declared the release's steps: the view has just these, in this order
 */
export function foldRun(
  events: readonly HistoryEvent[],
  declared: readonly DeclaredStep[],
): RunView {
  const fold = openFold(declared);
  fold.add(events);
  return fold.view();
}

/** Begins a fold of a history that is still to come; see `foldRun`. */
export function openFold(declared: readonly DeclaredStep[]): RunFold {
  const steps = new Map(declared.map((step) => [step.id, openStep(step)]));
  const places = new Map<number, Place>();
  /** Where each item's own execution belongs, by what its events name it. */
  const children = new Map<string, Child>();
  let first: HistoryEvent | undefined;
  let end: HistoryEvent | undefined;

  const add = (event: HistoryEvent): void => {
    if (first === undefined) {
      first = event;
      override(steps.values(), event.details["input"]);
    }
    const name = textOf(event.details, CHILD);
    if (name !== undefined && event.type === "ExecutionStarted" && !children.has(name)) {
      children.set(name, {
        place: placeOfChild(name, event, places),
        began: event,
        hasTask: false,
      });
    }
    const child = name === undefined ? undefined : children.get(name);
    const before =
      child !== undefined && event.previousEventId === 0
        ? child.place
        : places.get(event.previousEventId);
    const place = placeOf(event, before ?? NOWHERE);
    places.set(event.id, place);
    if (name === undefined) {
      if (event.type === "ExecutionRedriven") {
        end = undefined;
        for (const step of steps.values()) reopen(step);
      } else if (isEnd(event)) end = event;
    }
    const step = place.step === undefined ? undefined : steps.get(place.step);
    if (step) readStepEvent(step, event, place);
    if (child === undefined) return;
    if (event.type === "TaskScheduled") child.hasTask = true;
    if (step && isEnd(event) && !child.hasTask) unreadAttempt(step, child.began, event);
  };
  return {
    add: (events) => {
      for (const event of events) add(event);
    },
    view: () => ({
      status: statusOf(end),
      startedAt: first?.timestamp,
      endedAt: end?.timestamp,
      input: first?.details["input"] ?? null,
      output: end?.type === "ExecutionSucceeded" ? (end.details["output"] ?? null) : undefined,
      error: end && textOf(end.details, "error"),
      cause: end && causeOf(end.details),
      steps: closeSteps([...steps.values()], end, end && places.get(end.previousEventId)?.step),
    }),
  };
}

/** What the run's input has in place of what the release declares. */
function override(steps: Iterable<OpenStep>, input: Json | undefined): void {
  const overrides = isJsonObject(input) ? readOverrides(input["overrides"]) : undefined;
  for (const step of steps) step.declared = overridden(step.declared, overrides);
}

/** The execution of an item of a distributed Map. */
interface Child {
  readonly place: Place;
  readonly began: HistoryEvent;
  hasTask: boolean;
}

/** Of an item whose history isn't read, how it went: not which one it is, and no more. */
function unreadAttempt(step: OpenStep, began: HistoryEvent, end: HistoryEvent): void {
  step.attempts.set(began.id, {
    ...attemptOf(began, 1, undefined),
    status: ENDINGS[end.type] ?? "aborted",
    startedAt: began.timestamp,
    endedAt: end.timestamp,
  });
}

const ENDINGS: Readonly<Partial<Record<HistoryEvent["type"], AttemptView["status"]>>> = {
  ExecutionSucceeded: "succeeded",
  ExecutionFailed: "failed",
  ExecutionTimedOut: "timed_out",
};

/** An item's own execution belongs to the step whose Map it is of (`EVENT:INDEX`). */
function placeOfChild(
  child: string,
  { details }: HistoryEvent,
  places: ReadonlyMap<number, Place>,
): Place {
  const [run = 0, position = 0] = child.split(":").map(Number);
  const input = details["input"];
  // On AWS executions are listed in no order: its input says which item it is for.
  const index = isJsonObject(input) ? input["index"] : undefined;
  const step = places.get(run)?.step;
  return { ...NOWHERE, step, item: typeof index === "number" ? index : position };
}

function placeOf(event: HistoryEvent, before: Place): Place {
  const { type, details } = event;
  const name = textOf(details, "name");
  if (type === "TaskStateExited" && before.task !== undefined) {
    // In a definition of a project's own the state needn't be named as its step.
    return { ...before, task: undefined };
  }
  if (type.endsWith("StateEntered") || type.endsWith("StateExited")) {
    const found = name === undefined ? undefined : stepOfState(name);
    // The Map around a step's items ends after an event of one of them.
    const item = type.startsWith("Map") ? undefined : before.item;
    return { step: found?.step, role: found?.role, item, task: undefined };
  }
  if (type.startsWith("MapIteration")) {
    const index = details["index"];
    return { ...before, item: typeof index === "number" ? index : before.item };
  }
  if (type === "TaskScheduled") {
    // A step's task says it itself; the state around it may have another name, or none after a
    // redrive or in a history that is cut.
    const named = scheduledStep(details);
    const role = named === undefined || before.step === named ? before.role : "run";
    return { ...before, step: named ?? before.step, role: role ?? "run", task: event.id };
  }
  return before;
}

function readStepEvent(step: OpenStep, event: HistoryEvent, place: Place): void {
  const { role } = place;
  switch (event.type) {
    case "PassStateEntered":
      if (role === "skip") step.skippedAt = event.timestamp;
      return;
    case "TaskStateEntered":
    case "MapStateEntered":
      if (role === "run" || role === "read-items") step.enteredAt ??= event.timestamp;
      if (role === "take-places") step.placesAskedAt ??= event.timestamp;
      return;
    case "TaskStateExited":
      if (role === "run") leave(step, event.timestamp);
      if (role === "take-places") step.placesAskedAt = undefined;
      return;
    case "ChoiceStateEntered":
      // What is done about the failure is still to be decided.
      if (role === "judge") step.caughtAt = undefined;
      return;
    case "ParallelStateExited":
      // It fails for good, and an own definition continues from that.
      if (role === "give-up") step.caughtAt = event.timestamp;
      return;
    case "MapStateExited":
      if (role === "run") step.exitedAt = event.timestamp;
      return;
    case "TaskStateAborted":
    case "MapStateAborted":
      step.abortedAt = event.timestamp;
      break;
    case "TaskScheduled":
      // What reads a step's items is not an attempt of the step.
      if (role === "run" || role === "item") schedule(step, event, place.item);
      return;
    default:
  }
  const attempt = place.task === undefined ? undefined : step.attempts.get(place.task);
  if (attempt === undefined) return;
  const wasOpen = attempt.endedAt === undefined;
  readAttemptEvent(attempt, event);
  const setback = wasOpen ? setbackIn(step, attempt) : undefined;
  if (setback !== undefined) attempt.setback = setback;
}

/**
 * A step's state was left. In a definition of a project's own that can be because its failure was
 * caught, and other items of a Map around it may still be at work.
 */
function leave(step: OpenStep, at: number): void {
  const attempts = [...step.attempts.values()];
  if (attempts.some(({ endedAt }) => endedAt === undefined)) return;
  const status = attempts.at(-1)?.status;
  if (status === "failed" || status === "timed_out") step.caughtAt = at;
  else step.exitedAt = at;
}

function schedule(step: OpenStep, event: HistoryEvent, item: number | undefined): void {
  step.enteredAt ??= event.timestamp;
  // On AWS what an item's execution did may be read after the end of its Map.
  if (event.details[CHILD] === undefined) {
    step.exitedAt = undefined;
    step.caughtAt = undefined;
  }
  const number = (step.tries.get(item) ?? 0) + 1;
  step.tries.set(item, number);
  step.attempts.set(event.id, attemptOf(event, number, item));
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

function scheduledStep(details: JsonObject): string | undefined {
  return variableOf(details["parameters"], "ESTEIRA_STEP");
}
