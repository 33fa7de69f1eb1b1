import type { HistoryEventType } from "../core/history.ts";
import type { Json, JsonObject } from "../core/json.ts";
import type { Job } from "./elsewhere/job.ts";
import type { StateFailure } from "./failure.ts";
import type { Maybe } from "./maybe.ts";

/**
 * Variables of an execution, of a branch or of a Map iteration; inner ones see outer ones. Never
 * changed in place.
 */
export interface Variables {
  readonly own: JsonObject;
  readonly outer: Variables | undefined;
}

/** What expressions can see when they are evaluated. */
export interface Scope {
  /** `$states.input`: what the state was entered with. */
  readonly input: Json;
  /** `$states.result`; undefined where there is none. */
  readonly result: Json | undefined;
  /** `$states.errorOutput`; undefined outside Catch. */
  readonly errorOutput: Json | undefined;
  readonly variables: Variables;
  /** The context object (`$$`, `$states.context`). */
  readonly context: () => JsonObject;
  /** Milliseconds since the epoch of the turn. */
  readonly now: () => number;
  /** The next number in [0, 1) of the state visit's own sequence. */
  readonly random: () => number;
  /** The next UUID of the same sequence. */
  readonly uuid: () => string;
  /**
   * Has what may take long evaluated where it can be ended; without it, everything is evaluated on
   * the spot.
   */
  readonly elsewhere?:
    | ((job: Job, root: Json, scope: Scope) => Promise<Json | StateFailure>)
    | undefined;
}

/**
 * A compiled expression or template. `root` is what `$` stands for in JSONPath; JSONata looks at
 * the scope only.
 */
export type Evaluate = (root: Json, scope: Scope) => Maybe<Json | StateFailure>;

/** A compiled Choice rule's condition. */
export type Test = (root: Json, scope: Scope) => Maybe<boolean | StateFailure>;

export type QueryLanguage = "JSONPath" | "JSONata";

/** A compiled set of states: the definition's own, a branch's, an item processor's. */
export interface Machine {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
  /** Only the outermost has one. */
  readonly timeoutSeconds: number | undefined;
}

interface StateBase {
  readonly name: string;
  readonly language: QueryLanguage;
  /** Undefined where the state ends its machine. */
  readonly next: string | undefined;
  readonly entered: HistoryEventType;
  readonly exited: HistoryEventType;
  readonly inputPath: Evaluate | undefined;
  readonly outputPath: Evaluate | undefined;
  /** Gives an object: names to values. */
  readonly assign: Evaluate | undefined;
  /** JSONata `Output`. */
  readonly output: Evaluate | undefined;
}

/** What a state that yields a result does with it, in JSONPath. */
export interface ResultFlow {
  readonly parameters: Evaluate | undefined;
  readonly resultSelector: Evaluate | undefined;
  /** Puts the result into the state's input. Undefined: the result takes its place. */
  readonly resultPath: ((input: Json, result: Json) => Json | StateFailure) | undefined;
}

export interface Retrier {
  readonly errors: readonly string[];
  readonly intervalSeconds: number;
  readonly maxAttempts: number;
  readonly backoffRate: number;
  readonly maxDelaySeconds: number | undefined;
  readonly fullJitter: boolean;
}

export interface Catcher {
  readonly errors: readonly string[];
  readonly next: string;
  readonly resultPath: ResultFlow["resultPath"];
  readonly assign: Evaluate | undefined;
  readonly output: Evaluate | undefined;
}

interface Handled {
  readonly retry: readonly Retrier[];
  readonly catch: readonly Catcher[];
}

/** A number of the definition: written out, or evaluated when the state runs. */
export type NumberField =
  | number
  | {
      readonly evaluate: Evaluate;
      /** The path as it was written; undefined for a JSONata expression. */
      readonly path: string | undefined;
    }
  | undefined;

/** How a Task's resource is called: decides the types and the order of its events. */
export type ResourceKind =
  | { readonly kind: "lambda" }
  | { readonly kind: "activity" }
  | {
      readonly kind: "integration";
      /** `ecs`, `lambda`, `aws-sdk:s3` … */
      readonly service: string;
      /** `runTask.sync` */
      readonly action: string;
      readonly pattern: "request" | "sync" | "token";
    };

export type PassState = StateBase &
  ResultFlow & { readonly kind: "pass"; readonly result: Json | undefined };

export type TaskState = StateBase &
  ResultFlow &
  Handled & {
    readonly kind: "task";
    readonly resource: string;
    readonly resourceKind: ResourceKind;
    readonly arguments: Evaluate | undefined;
    readonly timeoutSeconds: NumberField;
    readonly heartbeatSeconds: NumberField;
    /** Gives the assumed role's ARN; recorded with the task, otherwise without effect here. */
    readonly credentials: Evaluate | undefined;
  };

export interface ChoiceRule {
  readonly test: Test;
  readonly next: string;
  readonly assign: Evaluate | undefined;
  readonly output: Evaluate | undefined;
}

export type ChoiceState = StateBase & {
  readonly kind: "choice";
  readonly rules: readonly ChoiceRule[];
  readonly default: string | undefined;
};

export type WaitState = StateBase & {
  readonly kind: "wait";
  /** Gives the instant at which the wait ends, in milliseconds since the epoch. */
  readonly until: (root: Json, scope: Scope) => Maybe<number | StateFailure>;
};

export type SucceedState = StateBase & { readonly kind: "succeed" };

export type FailState = StateBase & {
  readonly kind: "fail";
  readonly error: Evaluate | undefined;
  readonly cause: Evaluate | undefined;
};

export type ParallelState = StateBase &
  ResultFlow &
  Handled & {
    readonly kind: "parallel";
    readonly arguments: Evaluate | undefined;
    readonly branches: readonly Machine[];
  };

export type MapState = StateBase &
  ResultFlow &
  Handled & {
    readonly kind: "map";
    readonly processor: Machine;
    readonly distributed: boolean;
    /** Gives the array of items. */
    readonly items: Evaluate;
    readonly itemSelector: Evaluate | undefined;
    readonly maxConcurrency: NumberField;
    readonly toleratedFailureCount: NumberField;
    readonly toleratedFailurePercentage: NumberField;
    readonly batcher: ItemBatcher | undefined;
    readonly reader: ItemReader | undefined;
    readonly label: string | undefined;
    readonly writer: ResultWriter | undefined;
  };

export interface ItemBatcher {
  readonly maxItems: NumberField;
  readonly maxBytes: NumberField;
  readonly batchInput: Evaluate | undefined;
}

export interface ItemReader {
  readonly resource: string;
  readonly arguments: Evaluate | undefined;
  /** `CSV`, `JSON`, `JSONL`, `MANIFEST`; undefined for `listObjectsV2`. */
  readonly inputType: string | undefined;
  readonly csvHeaders: readonly string[] | undefined;
  readonly csvDelimiter: string;
  readonly maxItems: NumberField;
  readonly itemsPointer: string | undefined;
}

/** What becomes of a Map run's results. */
export interface ResultWriter {
  /** Where they are written; undefined when they only take another form. */
  readonly resource: string | undefined;
  readonly arguments: Evaluate | undefined;
  readonly transformation: "NONE" | "COMPACT" | "FLATTEN";
}

export type State =
  | PassState
  | TaskState
  | ChoiceState
  | WaitState
  | SucceedState
  | FailState
  | ParallelState
  | MapState;
