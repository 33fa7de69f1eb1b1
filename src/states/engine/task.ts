import type { HistoryEventType } from "../../core/history.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import { isJsonObject } from "../../core/json.ts";
import { runtimeFailure, StateFailure } from "../failure.ts";
import type { NumberField, ResourceKind, TaskState } from "../machine.ts";
import { chain, type Maybe } from "../maybe.ts";
import type { Command, Signal, TaskId } from "../types.ts";
import { errorDetails } from "./errors.ts";
import { completeWith, effectiveInput, failState } from "./flow.ts";
import { isLarger, maxPayloadBytes, tooLarge } from "./limits.ts";
import type { Attempt, Engine, Thread } from "./model.ts";
import { record } from "./record.ts";
import { clearTimer, setTimer } from "./timers.ts";

type Phase = "Scheduled" | "Started" | "StartFailed" | "Succeeded" | "Failed" | "TimedOut";

export function runTask(thread: Thread, state: TaskState): Maybe<void> {
  const { resourceKind } = state;
  if (resourceKind.kind === "integration" && resourceKind.pattern === "token") {
    thread.taskToken = thread.uuid();
  }
  const input =
    state.language === "JSONata"
      ? state.arguments === undefined
        ? thread.input
        : state.arguments(thread.input, thread)
      : effectiveInput(thread, state.parameters);
  return chain(input, (parameters) => {
    if (parameters instanceof StateFailure) return failState(thread, parameters);
    return chain(seconds(thread, state.timeoutSeconds, "TimeoutSeconds"), (timeout) => {
      if (timeout instanceof StateFailure) return failState(thread, timeout);
      return chain(seconds(thread, state.heartbeatSeconds, "HeartbeatSeconds"), (heartbeat) => {
        if (heartbeat instanceof StateFailure) return failState(thread, heartbeat);
        if (state.credentials === undefined) {
          start(thread, state, parameters, timeout, heartbeat);
          return undefined;
        }
        return chain(state.credentials(thread.input, thread), (credentials) => {
          if (credentials instanceof StateFailure) return failState(thread, credentials);
          start(thread, state, parameters, timeout, heartbeat);
          return undefined;
        });
      });
    });
  });
}

/** A time limit's value. Whole, positive seconds, as AWS asks for. */
function seconds(
  thread: Thread,
  field: NumberField,
  name: string,
): Maybe<number | undefined | StateFailure> {
  if (field === undefined || typeof field === "number") return field;
  return chain(field.evaluate(thread.input, thread), (value) => {
    if (value instanceof StateFailure) return value;
    if (typeof value === "number" && Number.isInteger(value) && value > 0) return value;
    return runtimeFailure(
      `The ${name} parameter must be a positive integer: ${JSON.stringify(value)}`,
    );
  });
}

function start(
  thread: Thread,
  state: TaskState,
  parameters: Json,
  timeoutSeconds: number | undefined,
  heartbeatSeconds: number | undefined,
): void {
  const { engine } = thread;
  const { resourceKind, resource } = state;
  const limits = {
    ...(timeoutSeconds === undefined ? {} : { timeoutInSeconds: timeoutSeconds }),
    ...(heartbeatSeconds === undefined ? {} : { heartbeatInSeconds: heartbeatSeconds }),
  };
  const sent = asSent(resourceKind, parameters);
  const details: JsonObject =
    resourceKind.kind === "integration"
      ? {
          ...identityOf(resourceKind),
          region: engine.region,
          parameters: sent,
          ...limits,
        }
      : { resource, input: parameters, ...limits };
  const id = record(thread, typeOf(resourceKind, "Scheduled"), details);
  if (engine.overflow !== undefined) return;
  const command: Attempt["command"] = {
    kind: "start-task",
    task: id,
    state: state.name,
    resource,
    parameters: sent,
    retryCount: thread.retryCount,
    progress: "scheduled",
    ...(thread.item === undefined ? {} : { mapIndex: thread.item.index }),
    ...(thread.taskToken === undefined ? {} : { token: thread.taskToken }),
  };
  const attempt: Attempt = {
    id,
    thread,
    command,
    progress: "scheduled",
    timeoutSeconds,
    heartbeatSeconds,
    timeout: undefined,
    heartbeat: undefined,
  };
  thread.attempt = attempt;
  engine.attempts.set(id, attempt);
  engine.attemptsByEvent.set(id, attempt);
  engine.commands.push(command);
  // Nobody may ever fetch an activity, so its limit counts from here; everything else's from its
  // start.
  if (resourceKind.kind === "activity") startClock(attempt);
}

function startClock(attempt: Attempt): void {
  const { engine } = attempt.thread;
  if (attempt.timeoutSeconds === undefined) return;
  clearTimer(attempt.timeout);
  const at = engine.now + attempt.timeoutSeconds * 1000;
  attempt.timeout = setTimer(engine, at, () => {
    expire(attempt, "States.Timeout");
  });
}

/** Sets the time by which the next sign of life has to come. */
export function expectHeartbeat(attempt: Attempt): void {
  const { engine } = attempt.thread;
  if (attempt.heartbeatSeconds === undefined) return;
  clearTimer(attempt.heartbeat);
  const at = engine.now + attempt.heartbeatSeconds * 1000;
  const error = "States.HeartbeatTimeout";
  const fire = (): void => {
    expire(attempt, error);
  };
  attempt.heartbeat = setTimer(engine, at, fire, attempt);
}

function expire(attempt: Attempt, error: string): void {
  const { thread } = attempt;
  const { engine } = thread;
  giveUp(attempt, "timeout");
  thread.step = () => failed(attempt, "TimedOut", error, undefined);
  engine.queue.push(thread);
}

/** Takes an attempt off the books and asks for its end. */
export function giveUp(attempt: Attempt, reason: "timeout" | "aborted"): void {
  const { engine } = attempt.thread;
  settle(attempt);
  const command: Extract<Command, { kind: "stop-task" }> = {
    kind: "stop-task",
    task: attempt.id,
    reason,
  };
  const waiting = engine.commands.indexOf(attempt.command);
  if (waiting === -1) {
    engine.commands.push(command);
    engine.stopped.set(attempt.id, command);
  } else {
    // It was to be started in this very turn: then it is neither started nor stopped.
    engine.commands.splice(waiting, 1);
  }
}

function settle(attempt: Attempt): void {
  clearTimer(attempt.timeout);
  clearTimer(attempt.heartbeat);
  const { attempts, attemptsByEvent } = attempt.thread.engine;
  attempts.delete(attempt.id);
  attemptsByEvent.delete(attempt.thread.last);
  attempt.thread.attempt = undefined;
}

export type TaskSignal = Extract<Signal, { task: TaskId }>;

/** Reports to an attempt's thread what has become of it. */
export function onTaskSignal(engine: Engine, signal: TaskSignal): Maybe<void> {
  const attempt = engine.attempts.get(signal.task);
  if (attempt === undefined) return undefined;
  const { thread } = attempt;
  const kind = (thread.state as TaskState).resourceKind;
  switch (signal.kind) {
    case "task-started":
      if (attempt.progress !== "scheduled") return undefined;
      started(attempt, kind);
      return undefined;
    case "task-submitted":
      if (attempt.progress === "submitted" || !submits(kind)) return undefined;
      if (attempt.progress === "scheduled") started(attempt, kind);
      submitted(attempt, kind, signal.output);
      return undefined;
    case "task-heartbeat":
      expectHeartbeat(attempt);
      return undefined;
    case "task-succeeded":
      if (attempt.progress === "scheduled") started(attempt, kind);
      if (attempt.progress === "started" && submits(kind)) submitted(attempt, kind, {});
      settle(attempt);
      if (isLarger(signal.output, maxPayloadBytes)) {
        const { error, cause } = tooLarge(calledBy(thread.state as TaskState));
        return failed(attempt, "Failed", error, cause);
      }
      record(thread, typeOf(kind, "Succeeded"), {
        ...identityOf(kind),
        output: signal.output,
      });
      return completeWith(thread, thread.state as TaskState, signal.output);
    case "task-failed":
      settle(attempt);
      return failed(attempt, "Failed", signal.error, signal.cause);
  }
}

function started(attempt: Attempt, kind: ResourceKind): void {
  attempt.progress = "started";
  advance(attempt, typeOf(kind, "Started"), identityOf(kind));
  if (kind.kind !== "activity") startClock(attempt);
  expectHeartbeat(attempt);
}

function submitted(attempt: Attempt, kind: ResourceKind, output: Json): void {
  attempt.progress = "submitted";
  advance(attempt, "TaskSubmitted", { ...identityOf(kind), output });
}

function advance(attempt: Attempt, type: HistoryEventType, details: JsonObject): void {
  const { thread } = attempt;
  const { attemptsByEvent } = thread.engine;
  attemptsByEvent.delete(thread.last);
  attemptsByEvent.set(record(thread, type, details), attempt);
}

function failed(
  attempt: Attempt,
  phase: "Failed" | "TimedOut",
  error: string | undefined,
  cause: string | undefined,
): Maybe<void> {
  const { thread } = attempt;
  const kind = (thread.state as TaskState).resourceKind;
  const timedOut =
    phase === "TimedOut" || error === "States.Timeout" || error === "States.HeartbeatTimeout";
  const type = timedOut ? typeOf(kind, "TimedOut") : failureType(kind, attempt.progress);
  record(thread, type, errorDetails({ error, cause }, identityOf(kind)));
  return failState(thread, new StateFailure({ error, cause }));
}

/** The event of a failure says how far the attempt had come. */
function failureType(kind: ResourceKind, progress: Attempt["progress"]): HistoryEventType {
  if (kind.kind === "activity") return "ActivityFailed";
  if (progress === "scheduled") return typeOf(kind, "StartFailed");
  if (progress === "started" && submits(kind)) return "TaskSubmitFailed";
  return typeOf(kind, "Failed");
}

/** Integrations that answer at once and keep working have an event for the answer. */
function submits(kind: ResourceKind): boolean {
  return kind.kind === "integration" && kind.pattern !== "request";
}

function typeOf(kind: ResourceKind, phase: Phase): HistoryEventType {
  switch (kind.kind) {
    case "lambda":
      return `LambdaFunction${phase}`;
    case "activity":
      return phase === "StartFailed" ? "ActivityScheduleFailed" : `Activity${phase}`;
    case "integration":
      return `Task${phase}`;
  }
}

function identityOf(kind: ResourceKind): JsonObject {
  return kind.kind === "integration" ? { resource: kind.action, resourceType: kind.service } : {};
}

/** What a task calls, as messages about its result name it: `lambda`, or the resource's ARN. */
function calledBy({ resource, resourceKind }: TaskState): string {
  return resourceKind.kind === "integration" ? resourceKind.service : resource;
}

/** The parameters as the service gets them: AWS puts its name to ECS tasks that it waits for. */
function asSent(kind: ResourceKind, parameters: Json): Json {
  const named =
    kind.kind === "integration" &&
    kind.service === "ecs" &&
    kind.action === "runTask.sync" &&
    isJsonObject(parameters) &&
    !Object.hasOwn(parameters, "StartedBy");
  return named ? { ...parameters, StartedBy: "AWS Step Functions" } : parameters;
}
