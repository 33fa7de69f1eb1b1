import type { Engine } from "./engine/model.ts";
import type { Command, Execution, Signal, Turn } from "./types.ts";

/** What moves an execution. */
export interface Driver {
  readonly engine: Engine;
  readonly turn: (signal: Signal, at: number) => Promise<Turn>;
  readonly pending: () => readonly Command[];
}

/**
 * An execution over its driver. Signals that come while one is being taken in wait for their turn.
 */
export function executionOver(driver: Driver): Execution {
  let last: Promise<unknown> | undefined;
  return {
    deliver: async (signal, at) => {
      const before = last;
      const turn =
        before === undefined ? driver.turn(signal, at) : before.then(() => driver.turn(signal, at));
      last = turn;
      try {
        return await turn;
      } finally {
        if (last === turn) last = undefined;
      }
    },
    pending: () => driver.pending(),
    get outcome() {
      return driver.engine.outcome;
    },
    get eventCount() {
      return driver.engine.eventCount;
    },
  };
}
