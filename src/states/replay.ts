import type { HistoryEvent } from "../core/history.ts";
import { textOf } from "../core/history.ts";
import { err, ok, type Result } from "../core/result.ts";
import { checkedMachine } from "./compile/checked.ts";
import { makeEngine, takeTurn } from "./engine/engine.ts";
import type { Engine } from "./engine/model.ts";
import { pendingCommands } from "./engine/pending.ts";
import { EndOfTape, TapeMismatch, type Tape, Unrepeatable } from "./engine/tape.ts";
import { executionOver, type Driver } from "./execution.ts";
import type {
  Definition,
  DefinitionProblem,
  Execution,
  ExecutionIdentity,
  InterpreterOptions,
  Signal,
  Turn,
} from "./types.ts";

/** Why a history can't be resumed. */
export type ReplayProblem =
  | { readonly reason: "invalid-definition"; readonly problems: readonly DefinitionProblem[] }
  | {
      /** The definition, the identity or the history isn't that of this run. */
      readonly reason: "mismatch";
      /** Id of the recorded event that doesn't fit. */
      readonly event: number;
      readonly recorded: HistoryEvent;
      /** What this event would have to be; undefined where none is due. */
      readonly expected: HistoryEvent | undefined;
      readonly message: string;
    };

/**
 * Resumes an execution where its recorded history ends, be it in the middle of a turn: the rest of
 * that turn comes as new events with the next signal delivered, at that signal's time.
 *
 * @param history events 1, 2, 3 … without a gap, as they were recorded; may be empty
 */
export async function replayExecution(
  definition: Definition,
  identity: ExecutionIdentity,
  history: readonly HistoryEvent[],
  options: InterpreterOptions = {},
): Promise<Result<Execution, ReplayProblem>> {
  const machine = checkedMachine(definition);
  if (!machine.ok) return err({ reason: "invalid-definition", problems: machine.error });
  const make = (tape: Tape): Engine => makeEngine(machine.value, identity, options, tape);

  const tape: Tape = { events: history, position: 0, continueAt: undefined };
  const engine = make(tape);
  const end = await rewind(engine, tape);
  if (end.kind === "mismatch") return err(end.problem);
  if (end.kind === "complete") return ok(executionOver(driverOf(engine)));
  return ok(executionOver(cutDriver(engine, history, make)));
}

type Rewound =
  | { readonly kind: "complete" }
  /** The history ends inside a turn. */
  | { readonly kind: "cut" }
  | { readonly kind: "mismatch"; readonly problem: ReplayProblem };

/** Goes through a recorded history. Afterwards the engine is where the history ends. */
async function rewind(engine: Engine, tape: Tape, turns: Turn[] = []): Promise<Rewound> {
  try {
    while (engine.tape !== undefined) {
      const event = tape.events[tape.position];
      if (event === undefined) break;
      const before = tape.position;
      const turn = await takeTurn(engine, signalOf(engine, event), event.timestamp);
      if (tape.position === before) return { kind: "mismatch", problem: unexpected(event) };
      if (engine.tape === undefined) turns.push(turn);
    }
  } catch (thrown) {
    if (thrown instanceof EndOfTape) return { kind: "cut" };
    if (thrown instanceof Unrepeatable) return { kind: "mismatch", problem: unrepeatable(thrown) };
    if (!(thrown instanceof TapeMismatch)) throw thrown;
    const { recorded, regenerated } = thrown;
    return {
      kind: "mismatch",
      problem: {
        reason: "mismatch",
        event: recorded.id,
        recorded,
        expected: regenerated,
        message: `Event ${recorded.id} of the history is ${recorded.type}, but this definition leads to ${differing(recorded, regenerated)}.`,
      },
    };
  }
  engine.tape = undefined;
  engine.wakeAt = undefined;
  engine.renewHeartbeats = true;
  return { kind: "complete" };
}

function unrepeatable({ recorded, state }: Unrepeatable): ReplayProblem {
  return {
    reason: "mismatch",
    event: recorded.id,
    recorded,
    expected: undefined,
    message: `An expression of the state ${JSON.stringify(state)} takes too long to be evaluated again.`,
  };
}

function differing(recorded: HistoryEvent, regenerated: HistoryEvent): string {
  if (recorded.type !== regenerated.type) return regenerated.type;
  if (recorded.previousEventId !== regenerated.previousEventId) {
    return `the same type after event ${regenerated.previousEventId} instead of ${recorded.previousEventId}`;
  }
  if (recorded.id !== regenerated.id) return `event ${regenerated.id}`;
  return "the same type with other details";
}

function unexpected(event: HistoryEvent): ReplayProblem {
  return {
    reason: "mismatch",
    event: event.id,
    recorded: event,
    expected: undefined,
    message: `Event ${event.id} of the history is ${event.type}, but this definition leads to no such event there.`,
  };
}

/** The signal that an event reports. What no signal led to was due: a wake-up. */
function signalOf(engine: Engine, event: HistoryEvent): Signal {
  const { type, details } = event;
  if (type === "ExecutionStarted") return { kind: "start" };
  const error = textOf(details, "error");
  const cause = textOf(details, "cause");
  const failure = {
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
  };
  if (type === "ExecutionAborted") return { kind: "abort", ...failure };
  const attempt = engine.attemptsByEvent.get(event.previousEventId);
  const phase =
    /^(?:Task|LambdaFunction|Activity)(Started|Submitted|Succeeded|\w*Failed|TimedOut)$/;
  const match = phase.exec(type);
  if (attempt === undefined || match === null) return { kind: "wake" };
  const task = attempt.id;
  switch (match[1]) {
    case "Started":
      return { kind: "task-started", task };
    case "Submitted":
      return { kind: "task-submitted", task, output: details["output"] ?? null };
    case "Succeeded":
      return { kind: "task-succeeded", task, output: details["output"] ?? null };
    case "TimedOut": {
      const timers = [attempt.timeout, attempt.heartbeat];
      const due = timers.some((timer) => timer !== undefined && timer.at <= event.timestamp);
      return due ? { kind: "wake" } : { kind: "task-failed", task, ...failure };
    }
    default:
      return { kind: "task-failed", task, ...failure };
  }
}

/** Drives an engine that is between two turns. */
export function driverOf(engine: Engine): Driver {
  return {
    engine,
    turn: (signal, at) => takeTurn(engine, signal, at),
    pending: () => pendingCommands(engine),
  };
}

/**
 * Drives an execution whose history ends inside a turn. The engine has stopped half-way; once the
 * time is known at which the turn continues, another one goes through the history and on past its
 * end.
 */
function cutDriver(
  stopped: Engine,
  history: readonly HistoryEvent[],
  make: (tape: Tape) => Engine,
): Driver {
  const last = history.at(-1);
  const driver: {
    engine: Engine;
    turn: Driver["turn"];
    pending: Driver["pending"];
  } = {
    engine: stopped,
    pending: () => [
      ...pendingCommands(stopped).filter((command) => command.kind !== "wake"),
      { kind: "wake", at: last?.timestamp ?? 0 },
    ],
    turn: async (signal, at) => {
      const time = Math.max(at, last?.timestamp ?? 0);
      const tape: Tape = { events: history, position: 0, continueAt: time };
      const engine = make(tape);
      const turns: Turn[] = [];
      await rewind(engine, tape, turns);
      driver.engine = engine;
      driver.turn = (next, when) => takeTurn(engine, next, when);
      driver.pending = () => pendingCommands(engine);
      turns.push(await takeTurn(engine, signal, time));
      return joined(turns, last?.id ?? 0);
    },
  };
  return driver;
}

/**
 * Turns as one. What is in the recorded part of the history has been given out by `pending`.
 */
function joined(turns: readonly Turn[], recorded: number): Turn {
  const outcome = turns.findLast((turn) => turn.outcome !== undefined)?.outcome;
  const events = turns.flatMap((turn) => turn.events);
  const ended = new Set(
    turns.flatMap((turn) =>
      turn.commands.flatMap((command) => (command.kind === "stop-task" ? [command.task] : [])),
    ),
  );
  const commands = turns
    .flatMap((turn) => turn.commands)
    .filter(
      (command) =>
        command.kind !== "start-task" || (command.task > recorded && !ended.has(command.task)),
    );
  return outcome === undefined ? { events, commands } : { events, commands, outcome };
}
