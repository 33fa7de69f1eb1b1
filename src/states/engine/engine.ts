import type { JsonObject } from "../../core/json.ts";
import type { Machine } from "../machine.ts";
import type { Maybe } from "../maybe.ts";
import type { ExecutionIdentity, InterpreterOptions, Signal, Turn } from "../types.ts";
import { abortThread } from "./abort.ts";
import { errorDetails } from "./errors.ts";
import { endFailed, enterState, finish, schedule } from "./flow.ts";
import { runMap } from "./map.ts";
import type { Attempt, Chapter, Engine, Handlers } from "./model.ts";
import { runParallel } from "./parallel.ts";
import { maxEvents, record } from "./record.ts";
import { runChoice, runFail, runPass, runSucceed, runWait } from "./simple.ts";
import { expectHeartbeat, onTaskSignal, runTask } from "./task.ts";
import type { Tape } from "./tape.ts";
import { makeThread } from "./thread.ts";
import { nextTimer, setTimer } from "./timers.ts";

const handlers: Handlers = {
  pass: runPass,
  task: runTask,
  choice: runChoice,
  wait: runWait,
  succeed: runSucceed,
  fail: runFail,
  parallel: runParallel,
  map: runMap,
};

const noTurn: Turn = { events: [], commands: [] };

export function makeEngine(
  machine: Machine,
  identity: ExecutionIdentity,
  options: InterpreterOptions,
  tape?: Tape,
): Engine {
  return {
    identity,
    machine,
    seed: options.seed ?? identity.id,
    region: options.region ?? (identity.id.split(":")[3] || "local"),
    handlers,
    evaluator: options.evaluator,
    abort: (thread) => {
      abortThread(thread, false);
    },
    files: options.files ?? new Map(),
    now: 0,
    startedAt: 0,
    eventCount: 0,
    events: [],
    commands: [],
    outcome: undefined,
    tape,
    overflow: undefined,
    root: undefined,
    queue: [],
    timers: [],
    timerSequence: 0,
    attempts: new Map(),
    attemptsByEvent: new Map(),
    renewHeartbeats: false,
    stopped: new Map(),
    wakeAt: undefined,
  };
}

/** Takes in one signal and does all that follows from it. */
export async function takeTurn(engine: Engine, signal: Signal, at: number): Promise<Turn> {
  if (engine.outcome !== undefined) return noTurn;
  engine.now = Math.max(at, engine.now);
  engine.events = [];
  engine.commands = [];
  if (engine.renewHeartbeats) {
    engine.renewHeartbeats = false;
    for (const attempt of engine.attempts.values()) {
      if (attempt.progress !== "scheduled") expectHeartbeat(attempt);
    }
  }
  const received = receive(engine, signal);
  if (received instanceof Promise) await received;
  const drained = drain(engine);
  if (drained instanceof Promise) await drained;
  setWake(engine);
  const { events, commands, outcome } = engine;
  engine.events = [];
  engine.commands = [];
  return outcome === undefined ? { events, commands } : { events, commands, outcome };
}

function receive(engine: Engine, signal: Signal): Maybe<void> {
  switch (signal.kind) {
    case "start":
      return begin(engine);
    case "wake":
      fireTimers(engine);
      return undefined;
    case "abort":
      abort(engine, signal.error, signal.cause);
      return undefined;
    default:
      return onTaskSignal(engine, signal);
  }
}

function begin(engine: Engine): void {
  if (engine.root !== undefined) return;
  const { identity, machine } = engine;
  engine.startedAt = engine.now;
  const chapter: Chapter = {
    child: undefined,
    count: 0,
    executionId: identity.id,
    executionName: identity.name,
    input: identity.input,
    startedAt: engine.now,
    root: undefined,
  };
  const root = makeThread({
    engine,
    machine,
    parent: undefined,
    index: 0,
    chapter,
    item: undefined,
    input: identity.input,
    outer: undefined,
    last: 0,
  });
  engine.root = root;
  chapter.root = root;
  record(root, "ExecutionStarted", { input: identity.input, roleArn: identity.roleArn });
  // On AWS a first state's entry follows no event.
  root.last = 0;
  if (machine.timeoutSeconds !== undefined) {
    setTimer(engine, engine.now + machine.timeoutSeconds * 1000, () => {
      end(engine, "TIMED_OUT", {});
    });
  }
  schedule(root, enterState);
}

/** Lets threads take their steps until none can. */
async function drainFrom(engine: Engine, first: Promise<void>): Promise<void> {
  await first;
  const rest = drain(engine);
  if (rest instanceof Promise) await rest;
}

function drain(engine: Engine): Maybe<void> {
  for (let at = 0; ; at += 1) {
    const full = engine.overflow;
    if (full !== undefined) {
      const ended = overflow(engine, full);
      if (ended instanceof Promise) {
        engine.queue = engine.queue.slice(at);
        return drainFrom(engine, ended);
      }
    }
    const thread = engine.queue[at];
    if (thread === undefined) {
      engine.queue = [];
      return undefined;
    }
    // A long queue is cut now and then, so that it doesn't grow with the length of a run.
    if (at >= 1024) {
      engine.queue = engine.queue.slice(at);
      at = 0;
    }
    if (thread.dead) continue;
    const { step } = thread;
    thread.step = undefined;
    const stepped = step?.(thread);
    if (stepped instanceof Promise) {
      engine.queue = engine.queue.slice(at + 1);
      return drainFrom(engine, stepped);
    }
  }
}

function fireTimers(engine: Engine): void {
  for (;;) {
    const timer = nextTimer(engine);
    if (timer === undefined || timer.at > engine.now) return;
    timer.off = true;
    if (timer.heartbeatOf !== undefined && !missedOnTape(engine, timer.heartbeatOf)) {
      expectHeartbeat(timer.heartbeatOf);
    } else {
      timer.fire();
    }
  }
}

/** Whether a heartbeat that is due was missed: during a replay only if the record says so. */
function missedOnTape(engine: Engine, attempt: Attempt): boolean {
  const { tape, now } = engine;
  if (tape === undefined) return true;
  for (let at = tape.position; ; at += 1) {
    const event = tape.events[at];
    if (event === undefined || event.timestamp > now) return false;
    if (event.previousEventId === attempt.thread.last && event.type.endsWith("TimedOut")) {
      return true;
    }
  }
}

/** Asks for a wake-up where the earliest timer isn't the one that was asked for before. */
function setWake(engine: Engine): void {
  const at = engine.outcome === undefined ? nextTimer(engine)?.at : undefined;
  if (at === undefined) {
    engine.wakeAt = undefined;
  } else if (at !== engine.wakeAt || at <= engine.now) {
    engine.wakeAt = at;
    engine.commands.push({ kind: "wake", at });
  }
}

function abort(engine: Engine, error: string | undefined, cause: string | undefined): void {
  if (engine.root === undefined) return;
  end(engine, "ABORTED", {
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Ends the execution from outside its states. Its work is stopped; no state's end is recorded. */
function end(
  engine: Engine,
  status: "ABORTED" | "TIMED_OUT",
  failure: { readonly error?: string; readonly cause?: string },
): void {
  const { root } = engine;
  if (root === undefined) return;
  abortThread(root, false);
  const details: JsonObject = errorDetails(failure);
  record(root, status === "ABORTED" ? "ExecutionAborted" : "ExecutionTimedOut", details);
  finish(engine, { status, ...failure });
}

/** Ends the execution, or the child execution, whose history is full. */
function overflow(engine: Engine, chapter: Chapter): Maybe<void> {
  const { root } = chapter;
  engine.overflow = undefined;
  if (root === undefined) return undefined;
  abortThread(root, false);
  return endFailed(
    root,
    "States.Runtime",
    `The execution reached the maximum number of history events (${maxEvents}).`,
  );
}
