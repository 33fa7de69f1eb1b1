import type { Json, JsonObject } from "../../core/json.ts";
import type { Variables } from "../machine.ts";
import type { Job } from "./job.ts";

/** A job and all that it can see, as data. */
export interface Question {
  readonly job: Job;
  /** What `$` stands for in JSONPath. */
  readonly root: Json;
  readonly input: Json;
  readonly result?: Json | undefined;
  readonly errorOutput?: Json | undefined;
  readonly variables: Variables;
  readonly context: JsonObject;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly draws: Draws;
}

/** Where random numbers and UUIDs come from: the same visit and count give the same. */
export interface Draws {
  /** Names the visit of a state. */
  readonly visit: string;
  /** How many the visit has drawn. */
  readonly count: number;
}

/** Why an evaluation was ended. */
export type Excess = "time" | "memory";

export type Answer =
  | { readonly kind: "value"; readonly value: Json; readonly drawn: number }
  | {
      readonly kind: "failure";
      readonly error?: string | undefined;
      readonly cause?: string | undefined;
      readonly fatal: boolean;
      readonly location?: string | undefined;
      readonly unplaced: boolean;
      readonly drawn: number;
    }
  | { readonly kind: "ended"; readonly excess: Excess };

/**
 * Evaluates where an evaluation can be ended: the port behind which processes or threads are.
 *
 * @param patience `first` ends it by AWS's limit of a second; `again`, for what was evaluated
 * before and came to an end then, waits much longer
 */
export interface Evaluator {
  ask(question: Question, patience: "first" | "again"): Promise<Answer>;
}
