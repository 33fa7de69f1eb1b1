import { isHeld, isToBeHeld } from "../executors/attempt-files.ts";
import { attemptsOfRun, type AttemptRow } from "../store/attempts.ts";
import type { Store } from "../store/store.ts";

export interface HeldAttempts {
  /** One a step, by the order in which they were scheduled. */
  readonly held: readonly AttemptRow[];
  /** Nobody will enter them: tried again since, or another item of the step failed later. */
  readonly superfluous: readonly AttemptRow[];
}

/**
 * The places of a run's failed steps: of each step the last that failed of those that weren't tried
 * again. Hundreds of items that fail alike leave one.
 */
export function heldAttempts(store: Store, runId: number): HeldAttempts {
  const attempts = attemptsOfRun(store, runId);
  const last = new Map(attempts.map((one) => [`${one.step} ${one.item ?? ""}`, one.id]));
  const current = new Set(last.values());
  const held = new Map<string, AttemptRow>();
  for (const one of attempts) {
    if (one.state === "ended" && current.has(one.id) && isHeld(one.directory)) {
      held.set(one.step, one);
    }
  }
  const kept = [...held.values()];
  const superfluous = attempts.filter(
    (one) => one.state === "ended" && !kept.includes(one) && isToBeHeld(one.directory),
  );
  return { held: kept, superfluous };
}
