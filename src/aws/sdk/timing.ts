import { setTimeout as sleep } from "node:timers/promises";

import { systemClock, type Timing } from "../../core/clock.ts";

/** The machine's own clock, its timers and its dice. */
export const systemTiming: Timing = {
  now: () => systemClock.now(),
  async sleep(ms, signal) {
    signal?.throwIfAborted();
    try {
      await sleep(ms, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      // The timer rejects with its own error; callers want to know why.
      signal?.throwIfAborted();
      throw error;
    }
  },
  random: () => Math.random(),
};
