import type { MutableAttempt } from "./attempts.ts";
import type { DeclaredStep } from "./model.ts";

/** A step while its events are read. Times in milliseconds since the epoch. */
export interface OpenStep {
  /** As the release declares it, with what the run's input has in its place. */
  declared: DeclaredStep;
  enteredAt: number | undefined;
  /** Since when it waits for its places in pools; undefined where it doesn't. */
  placesAskedAt: number | undefined;
  exitedAt: number | undefined;
  /** Left with a failure that the definition continues from. */
  caughtAt: number | undefined;
  skippedAt: number | undefined;
  /** Given up because of a sibling. */
  abortedAt: number | undefined;
  /** By the event that scheduled them. */
  readonly attempts: Map<number, MutableAttempt>;
  /** How many attempts each item has had. */
  readonly tries: Map<number | undefined, number>;
  /** The last attempt of before a redrive: retries count from there. */
  countedFrom: number;
}

export function openStep(declared: DeclaredStep): OpenStep {
  return {
    declared,
    enteredAt: undefined,
    placesAskedAt: undefined,
    exitedAt: undefined,
    caughtAt: undefined,
    skippedAt: undefined,
    abortedAt: undefined,
    attempts: new Map(),
    tries: new Map(),
    countedFrom: 0,
  };
}

/**
 * The run continues after its end: what hasn't succeeded is to be done again, with all its retries.
 */
export function reopen(step: OpenStep): void {
  step.abortedAt = undefined;
  step.countedFrom = Math.max(0, ...step.attempts.keys());
}
