import type { HistoryEvent } from "../core/history.ts";
import type { Json, JsonObject } from "../core/json.ts";
import type { Evaluator } from "./elsewhere/question.ts";

/**
 * What the context object (`$$`, `$states.context`) says about the execution that is interpreted.
 */
export interface ExecutionIdentity {
  /** `$$.Execution.Id`: the execution's ARN, or what stands for it. */
  readonly id: string;
  /** `$$.Execution.Name`: the run's id. */
  readonly name: string;
  readonly roleArn: string;
  readonly stateMachineId: string;
  readonly stateMachineName: string;
  readonly input: Json;
}

/**
 * Something that happened outside and that an execution waits for. Everything else it knows by
 * itself.
 */
export type Signal =
  | { readonly kind: "start" }
  /** The work has been accepted and begins: the state's time limit counts from here. */
  | { readonly kind: "task-started"; readonly task: TaskId }
  /** For `.sync` integrations: the answer of the call that started the work. */
  | { readonly kind: "task-submitted"; readonly task: TaskId; readonly output: Json }
  | { readonly kind: "task-succeeded"; readonly task: TaskId; readonly output: Json }
  | {
      readonly kind: "task-failed";
      readonly task: TaskId;
      /** Absent where the one who failed the task gave no name. */
      readonly error?: string;
      readonly cause?: string;
    }
  | { readonly kind: "task-heartbeat"; readonly task: TaskId }
  /**
   * The clock has reached the time of the earliest `wake` command; what is due then is for the
   * interpreter to find out.
   */
  | { readonly kind: "wake" }
  | { readonly kind: "abort"; readonly error?: string; readonly cause?: string };

/**
 * Id of the event that scheduled an attempt (`TaskScheduled`, `LambdaFunctionScheduled`,
 * `ActivityScheduled`): unique in an execution.
 */
export type TaskId = number;

/**
 * What the outside is asked to do. A command is given out once, after the events that it follows
 * from.
 */
export type Command =
  | {
      readonly kind: "start-task";
      readonly task: TaskId;
      /** Name of the state. */
      readonly state: string;
      /** `arn:aws:states:::ecs:runTask.sync`, … as written in the definition. */
      readonly resource: string;
      readonly parameters: Json;
      /** 0 for the first try, then the number of retries before this one. */
      readonly retryCount: number;
      /** Index in the innermost Map around the state, if there is one. */
      readonly mapIndex?: number;
      /**
       * How far the history says that the attempt has come: after a replay, work that has begun is
       * found again, not begun anew.
       */
      readonly progress: "scheduled" | "started" | "submitted";
      /** `.waitForTaskToken`: what names the attempt to the one who completes it. */
      readonly token?: string;
    }
  /**
   * The attempt is of no interest any more (time limit, failed sibling, abort): end it. Its signals
   * are ignored from here on.
   */
  | { readonly kind: "stop-task"; readonly task: TaskId; readonly reason: "timeout" | "aborted" }
  /**
   * Send `wake` at this time (milliseconds since the epoch). Each new one takes the place of the
   * one before.
   */
  | { readonly kind: "wake"; readonly at: number };

/** What one signal led to. The events are to be made durable before any command is carried out. */
export interface Turn {
  readonly events: readonly HistoryEvent[];
  readonly commands: readonly Command[];
  /** Set by the turn that ends the execution. */
  readonly outcome?: Outcome;
}

export type Outcome =
  | { readonly status: "SUCCEEDED"; readonly output: Json }
  | { readonly status: "FAILED"; readonly error?: string; readonly cause?: string }
  | { readonly status: "TIMED_OUT"; readonly error?: string; readonly cause?: string }
  | { readonly status: "ABORTED"; readonly error?: string; readonly cause?: string };

/**
 * A running execution: deterministic, without I/O, clock or randomness. The same
 * definition, identity and signals at the same times give the same events, byte for byte; that is
 * what replay rests on.
 */
export interface Execution {
  /**
   * Says what happened and at what time (milliseconds since the epoch, never going back). Signals
   * for tasks that the execution has given up are answered with an empty turn. Calls that overlap
   * are answered one after the other.
   */
  deliver(signal: Signal, at: number): Promise<Turn>;
  /** Commands given out whose effect has not come back: what to resume again after a replay. */
  pending(): readonly Command[];
  readonly outcome: Outcome | undefined;
  /** Number of events so far. */
  readonly eventCount: number;
}

/**
 * Why a definition can't be run: code, place and message as AWS's ValidateStateMachineDefinition
 * has them.
 */
export interface DefinitionProblem {
  /** `SCHEMA_VALIDATION_FAILED`, `MISSING_TRANSITION_TARGET`, … */
  readonly code: string;
  /** `/States/Score/Next` */
  readonly location: string;
  readonly message: string;
  readonly severity: "ERROR" | "WARNING";
}

/**
 * Reads parts of the outside that an execution needs as data: a distributed Map's items. Pure
 * interpreters are given a table.
 */
export interface InterpreterOptions {
  /**
   * Seed of `States.UUID`, `States.MathRandom`, `$random`, `$uuid` and jitter; the execution's id
   * by default.
   */
  readonly seed?: string;
  /**
   * Texts of the files that item readers read, by location: `s3://bucket/key` as the reader's
   * arguments name it.
   */
  readonly files?: ReadonlyMap<string, string>;
  /** Evaluates what may take long or much memory; without it nothing is ended. */
  readonly evaluator?: Evaluator | undefined;
  /** Region in `TaskScheduled`; the one in `ExecutionIdentity.id` by default. */
  readonly region?: string;
}

export type Definition = JsonObject;
