import type { HistoryEvent } from "../../core/history.ts";
import type { Json } from "../../core/json.ts";

/** A recorded history, being gone through again. */
export interface Tape {
  readonly events: readonly HistoryEvent[];
  /** Index of the next event that has not been regenerated. */
  position: number;
  /** Time for what comes after the recorded events, once it is known. */
  readonly continueAt: number | undefined;
}

/**
 * The recorded events have run out in the middle of a turn. Thrown, because it stops the
 * interpreter wherever it is.
 */
export class EndOfTape extends Error {}

/**
 * An evaluation that came to an end when it was recorded doesn't now. Thrown for the same reason.
 */
export class Unrepeatable extends Error {
  /** The event that follows it. */
  readonly recorded: HistoryEvent;
  readonly state: string;
  constructor(recorded: HistoryEvent, state: string) {
    super("an evaluation can't be repeated");
    this.recorded = recorded;
    this.state = state;
  }
}

/**
 * What was regenerated isn't what was recorded. Thrown for the same reason; `replayExecution` makes
 * it a value.
 */
export class TapeMismatch extends Error {
  readonly recorded: HistoryEvent;
  readonly regenerated: HistoryEvent;
  constructor(recorded: HistoryEvent, regenerated: HistoryEvent) {
    super("the history is not that of this execution");
    this.recorded = recorded;
    this.regenerated = regenerated;
  }
}

/** Whether two JSON values are equal, whatever the order of keys. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a)) {
    return (
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((item: Json, index) => sameJson(item, (b as readonly Json[])[index]))
    );
  }
  if (Array.isArray(b)) return false;
  const left = a as { readonly [key: string]: Json };
  const right = b as { readonly [key: string]: Json };
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => Object.hasOwn(right, key) && sameJson(left[key], right[key]));
}
