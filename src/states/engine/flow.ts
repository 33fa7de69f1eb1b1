import type { Json, JsonObject } from "../../core/json.ts";
import { isJsonObject } from "../../core/json.ts";
import { placed, StateFailure } from "../failure.ts";
import type { Catcher, Evaluate, ResultFlow, Retrier, State } from "../machine.ts";
import { chain, type Maybe } from "../maybe.ts";
import { catcherFor, covers, errorDetails, errorOutputOf, retryDelay } from "./errors.ts";
import type { Engine, Thread } from "./model.ts";
import { record } from "./record.ts";
import { limitOf } from "./limits.ts";
import { assigned } from "../variables.ts";
import { stateOf } from "./thread.ts";
import { clearTimer, setTimer } from "./timers.ts";

/** Lets a thread take a step when its turn comes; threads take turns, one state visit each. */
export function schedule(thread: Thread, step: (thread: Thread) => Maybe<void>): void {
  thread.step = step;
  thread.engine.queue.push(thread);
}

/** Enters the thread's current state and does what its type asks for. */
export function enterState(thread: Thread): Maybe<void> {
  const { engine, state } = thread;
  thread.retryCount = 0;
  thread.retriesBy = undefined;
  thread.draws = 0;
  thread.result = undefined;
  thread.errorOutput = undefined;
  thread.taskToken = undefined;
  thread.enteredEvent = record(thread, state.entered, { name: state.name, input: thread.input });
  thread.enteredNumber = thread.chapter.count;
  thread.enteredAt = engine.now;
  return runState(thread);
}

/** Does what the current state's type asks for: at its entry, and again at each retry. */
export function runState(thread: Thread): Maybe<void> {
  const { state } = thread;
  const handle = thread.engine.handlers[state.kind] as (t: Thread, s: State) => Maybe<void>;
  return handle(thread, state);
}

/** The state's effective input: `InputPath`, then `Parameters`, of which either may be absent. */
export function effectiveInput(
  thread: Thread,
  parameters: Evaluate | undefined,
): Maybe<Json | StateFailure> {
  const { inputPath } = thread.state;
  if (inputPath === undefined) {
    return parameters === undefined ? thread.input : parameters(thread.input, thread);
  }
  return chain(inputPath(thread.input, thread), (input) =>
    input instanceof StateFailure || parameters === undefined ? input : parameters(input, thread),
  );
}

/** Ends a state that has yielded a result: selects from it, assigns, places it, and continues. */
export function completeWith(thread: Thread, flow: ResultFlow, result: Json): Maybe<void> {
  const { state } = thread;
  if (state.language === "JSONata") {
    thread.result = result;
    return leave(thread, state.next, result, undefined, state.assign, state.output);
  }
  const selected = flow.resultSelector === undefined ? result : flow.resultSelector(result, thread);
  return chain(selected, (value) => {
    if (value instanceof StateFailure) return failState(thread, value);
    return chain(assignmentsOf(thread, state.assign, value), (assignments) => {
      if (assignments instanceof StateFailure) return failState(thread, assignments);
      const output = flow.resultPath === undefined ? value : flow.resultPath(thread.input, value);
      if (output instanceof StateFailure) return failState(thread, output);
      return leaveThrough(thread, state.next, output, assignments);
    });
  });
}

/**
 * Ends a state whose output is known but for `Output` (JSONata) or `OutputPath` (JSONPath), and
 * continues.
 */
export function leave(
  thread: Thread,
  next: string | undefined,
  value: Json,
  assignRoot: Json | undefined,
  assign: Evaluate | undefined,
  output: Evaluate | undefined,
): Maybe<void> {
  if (assign === undefined && output === undefined) {
    return leaveThrough(thread, next, value, undefined);
  }
  return chain(assignmentsOf(thread, assign, assignRoot ?? value), (assignments) => {
    if (assignments instanceof StateFailure) return failState(thread, assignments);
    if (output === undefined) return leaveThrough(thread, next, value, assignments);
    return chain(output(value, thread), (evaluated) =>
      evaluated instanceof StateFailure
        ? failState(thread, evaluated)
        : leaveThrough(thread, next, evaluated, assignments),
    );
  });
}

function assignmentsOf(
  thread: Thread,
  assign: Evaluate | undefined,
  root: Json,
): Maybe<JsonObject | undefined | StateFailure> {
  if (assign === undefined) return undefined;
  return chain(assign(root, thread), (values) =>
    values instanceof StateFailure || isJsonObject(values) ? values : undefined,
  );
}

function leaveThrough(
  thread: Thread,
  next: string | undefined,
  output: Json,
  assignments: JsonObject | undefined,
): Maybe<void> {
  const { outputPath } = thread.state;
  if (outputPath === undefined) return exitState(thread, next, output, assignments);
  return chain(outputPath(output, thread), (final) =>
    final instanceof StateFailure
      ? failState(thread, final)
      : exitState(thread, next, final, assignments),
  );
}

/** Records the exit and continues to the next state, or ends the thread. */
function exitState(
  thread: Thread,
  next: string | undefined,
  output: Json,
  assignments: JsonObject | undefined,
): Maybe<void> {
  if (output !== thread.input) {
    const excess = limitOf(output, thread.state);
    if (excess !== undefined) return failState(thread, excess);
  }
  const { state } = thread;
  if (assignments === undefined || Object.keys(assignments).length === 0) {
    record(thread, state.exited, { name: state.name, output });
  } else {
    record(thread, state.exited, {
      name: state.name,
      output,
      assignedVariables: assignments,
    });
    thread.variables = assigned(thread.variables, assignments);
  }
  if (next === undefined) return endThread(thread, output);
  thread.state = stateOf(thread.machine, next);
  thread.input = output;
  schedule(thread, enterState);
  return undefined;
}

function endThread(thread: Thread, output: Json): Maybe<void> {
  thread.dead = true;
  if (thread.parent !== undefined) return thread.parent.onDone(thread, output);
  record(thread, "ExecutionSucceeded", { output });
  if (thread.ended !== undefined) return thread.ended({ ok: true, output });
  finish(thread.engine, { status: "SUCCEEDED", output });
  return undefined;
}

/** Ends the execution: nothing moves any more. */
export function finish(engine: Engine, outcome: Engine["outcome"]): void {
  if (engine.outcome !== undefined || engine.overflow !== undefined) return;
  engine.outcome = outcome;
  engine.queue = [];
  engine.timers.length = 0;
}

/** A state has failed: tries again, hands over to a catcher, or fails the thread. */
export function failState(thread: Thread, failed: StateFailure): Maybe<void> {
  const { state } = thread;
  const failure = placed(failed, state.name, thread.enteredNumber);
  if (failed.unplaced && failed.location !== undefined) {
    record(thread, "EvaluationFailed", {
      error: failure.error ?? "",
      cause: failure.cause ?? "",
      location: failed.location,
      state: state.name,
    });
  }
  if (failure.fatal) return failExecution(thread, failure);
  if (state.kind !== "task" && state.kind !== "parallel" && state.kind !== "map") {
    return failThread(thread, failure);
  }
  if (retries(thread, state.retry, failure)) return undefined;
  if (state.kind === "parallel") record(thread, "ParallelStateFailed", errorDetails(failure));
  if (state.kind === "map") record(thread, "MapStateFailed", errorDetails(failure));
  const catcher = catcherFor(state.catch, failure, state.kind);
  return catcher === undefined ? failThread(thread, failure) : caught(thread, catcher, failure);
}

function retries(thread: Thread, retriers: readonly Retrier[], failure: StateFailure): boolean {
  const index = retriers.findIndex((one) => covers(one.errors, failure.error, thread.state.kind));
  const retrier = retriers[index];
  if (retrier === undefined) return false;
  thread.retriesBy ??= retriers.map(() => 0);
  const used = thread.retriesBy[index] ?? 0;
  if (used >= retrier.maxAttempts) return false;
  thread.retriesBy[index] = used + 1;
  thread.retryCount += 1;
  const delay = retryDelay(retrier, used, thread.random);
  thread.timer = setTimer(thread.engine, thread.engine.now + delay, () => {
    thread.timer = undefined;
    schedule(thread, runState);
  });
  return true;
}

function caught(thread: Thread, catcher: Catcher, failure: StateFailure): Maybe<void> {
  const errorOutput = errorOutputOf(failure);
  if (thread.state.language === "JSONata") {
    thread.errorOutput = errorOutput;
    thread.result = undefined;
    return leaveCaught(thread, catcher, errorOutput);
  }
  return leaveCaught(thread, catcher, errorOutput);
}

function leaveCaught(thread: Thread, catcher: Catcher, errorOutput: JsonObject): Maybe<void> {
  const placedOutput =
    catcher.resultPath === undefined ? errorOutput : catcher.resultPath(thread.input, errorOutput);
  if (placedOutput instanceof StateFailure) return failCatch(thread, placedOutput);
  return chain(assignmentsOf(thread, catcher.assign, errorOutput), (assignments) => {
    if (assignments instanceof StateFailure) return failCatch(thread, assignments);
    if (catcher.output === undefined) {
      return exitState(thread, catcher.next, placedOutput, assignments);
    }
    return chain(catcher.output(errorOutput, thread), (output) =>
      output instanceof StateFailure
        ? failCatch(thread, output)
        : exitState(thread, catcher.next, output, assignments),
    );
  });
}

/** A catcher's own expressions failed: nobody catches that. */
function failCatch(thread: Thread, failed: StateFailure): Maybe<void> {
  const failure = placed(failed, thread.state.name, thread.enteredNumber);
  if (failed.unplaced && failed.location !== undefined) {
    record(thread, "EvaluationFailed", {
      error: failure.error ?? "",
      cause: failure.cause ?? "",
      location: failed.location,
      state: thread.state.name,
    });
  }
  return failure.fatal ? failExecution(thread, failure) : failThread(thread, failure);
}

/**
 * Ends a thread by a failure: its group decides what that means; the execution fails where there is
 * none.
 */
export function failThread(thread: Thread, failure: StateFailure): Maybe<void> {
  thread.dead = true;
  clearTimer(thread.timer);
  if (thread.parent !== undefined) return thread.parent.onFailed(thread, failure);
  return endFailed(thread, failure.error, failure.cause);
}

/**
 * A failure that nothing handles ends the whole execution on the spot, also from within branches
 * and iterations.
 */
function failExecution(thread: Thread, failure: StateFailure): Maybe<void> {
  let outermost = thread;
  while (outermost.parent !== undefined) outermost = outermost.parent.owner;
  const { last } = thread;
  thread.engine.abort(outermost);
  outermost.last = last;
  outermost.dead = true;
  return endFailed(outermost, failure.error, failure.cause);
}

/** Ends the execution as failed. Error and cause may be unknown: a Fail state needs neither. */
export function endFailed(
  thread: Thread,
  error: string | undefined,
  cause: string | undefined,
): Maybe<void> {
  record(thread, "ExecutionFailed", errorDetails({ error, cause }));
  if (thread.ended !== undefined) return thread.ended({ ok: false, error, cause });
  finish(thread.engine, {
    status: "FAILED",
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
  });
  return undefined;
}
