import type { HistoryEvent } from "../../core/history.ts";
import type { Json } from "../../core/json.ts";
import type { Evaluator } from "../elsewhere/question.ts";
import type { StateFailure } from "../failure.ts";
import type { Machine, Scope, State, Variables } from "../machine.ts";
import type { Maybe } from "../maybe.ts";
import type { Command, ExecutionIdentity, Outcome, TaskId } from "../types.ts";
import type { Tape } from "./tape.ts";

/**
 * A history: the execution's own, or that of one of a Map run's child executions, which AWS keeps
 * apart.
 */
export interface Chapter {
  /** Undefined for the execution itself. */
  readonly child: string | undefined;
  /** Events so far. */
  count: number;
  readonly executionId: string;
  readonly executionName: string;
  readonly input: Json;
  readonly startedAt: number;
  /** Its outermost thread, once there is one. */
  root: Thread | undefined;
}

/** One line of control: the execution, a branch, a Map iteration. */
export interface Thread extends Scope {
  readonly engine: Engine;
  readonly machine: Machine;
  readonly parent: Group | undefined;
  /** Position among the group's members. */
  readonly index: number;
  readonly chapter: Chapter;
  /** `Map.Item` of the context object, of this thread or of one around it. */
  readonly item: MapItem | undefined;

  state: State;
  input: Json;
  result: Json | undefined;
  errorOutput: Json | undefined;
  variables: Variables;
  /** Id of the event that the next one follows. */
  last: number;
  /**
   * Global id of the current state's entry, and its number in the chapter (what AWS calls the event
   * id).
   */
  enteredEvent: number;
  enteredNumber: number;
  enteredAt: number;
  /** Retries of the current state, in all and by retrier. */
  retryCount: number;
  retriesBy: number[] | undefined;
  /** How many random numbers the current state visit has drawn. */
  draws: number;
  taskToken: string | undefined;

  /** What to do when its turn comes. */
  step: ((thread: Thread) => Maybe<void>) | undefined;
  /** Given up: it takes no further step. */
  dead: boolean;
  /** At most one of these, while the state waits. */
  timer: Timer | undefined;
  attempt: Attempt | undefined;
  group: Group | undefined;
  /**
   * For the outermost thread of a Map run's child execution: what its end means. Undefined: the
   * execution itself ends.
   */
  readonly ended: ((end: ChildEnd) => Maybe<void>) | undefined;
}

/** How a Map run's child execution ended. */
export type ChildEnd =
  | { readonly ok: true; readonly output: Json }
  | { readonly ok: false; readonly error: string | undefined; readonly cause: string | undefined };

export interface MapItem {
  readonly index: number;
  readonly value: Json;
  readonly key?: string;
  readonly source?: string;
}

/** The running branches or iterations of a Parallel or Map state. */
export interface Group {
  readonly owner: Thread;
  readonly members: Set<Thread>;
  onDone(member: Thread, output: Json): Maybe<void>;
  onFailed(member: Thread, failure: StateFailure): Maybe<void>;
  /** Ends every member; a failed sibling, a time limit or an abort is the reason. */
  abort(record: boolean): void;
}

/** One try of a Task state. */
export interface Attempt {
  readonly id: TaskId;
  readonly thread: Thread;
  readonly command: Extract<Command, { kind: "start-task" }>;
  progress: "scheduled" | "started" | "submitted";
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
  timeout: Timer | undefined;
  heartbeat: Timer | undefined;
}

export interface Timer {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly sequence: number;
  readonly fire: () => void;
  /**
   * Set for the wait for an attempt's heartbeat. Heartbeats leave no event, so a replay looks in
   * the record whether it fired.
   */
  readonly heartbeatOf: Attempt | undefined;
  off: boolean;
}

/** All that changes while an execution runs. */
export interface Engine {
  readonly identity: ExecutionIdentity;
  readonly machine: Machine;
  readonly seed: string;
  readonly region: string;
  readonly handlers: Handlers;
  /** Where what may take long is evaluated. */
  readonly evaluator: Evaluator | undefined;
  /** Contents of files that item readers read, by location. */
  readonly files: ReadonlyMap<string, string>;

  /** Gives up a thread and all within it, leaving no trace in the history. */
  readonly abort: (thread: Thread) => void;

  now: number;
  startedAt: number;
  eventCount: number;
  /** Of the current turn. */
  events: HistoryEvent[];
  commands: Command[];
  outcome: Outcome | undefined;
  /** Set while events are checked against recorded ones. */
  tape: Tape | undefined;
  /** The history is full: nothing more is recorded, and the execution ends at once. */
  overflow: Chapter | undefined;

  root: Thread | undefined;
  queue: Thread[];
  readonly timers: Timer[];
  timerSequence: number;
  readonly attempts: Map<TaskId, Attempt>;
  /** The same attempts by the last event that their threads have recorded. */
  readonly attemptsByEvent: Map<number, Attempt>;
  /** Attempts that were given up: what is to be stopped, should a crash have come between. */
  readonly stopped: Map<TaskId, Extract<Command, { kind: "stop-task" }>>;
  /**
   * After a replay nobody knows when the last heartbeat came: what waits for one starts waiting
   * anew.
   */
  renewHeartbeats: boolean;
  /** Time of the last `wake` command, if it is still open. */
  wakeAt: number | undefined;
}

export type Handlers = {
  readonly [Kind in State["kind"]]: (
    thread: Thread,
    state: Extract<State, { kind: Kind }>,
  ) => Maybe<void>;
};
