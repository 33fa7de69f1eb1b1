import type { Clock } from "../../core/clock.ts";

/** One alarm, set anew each time. */
export interface WakeUp {
  /** @param time milliseconds since the epoch */
  at(time: number): void;
  clear(): void;
}

/** Timers of Node hold at most this many milliseconds; longer waits go in stages. */
const longest = 2_147_483_647;

export function openWakeUp(clock: Clock, ring: () => void): WakeUp {
  let timer: NodeJS.Timeout | undefined;
  let due = 0;
  const arm = (): void => {
    clearTimeout(timer);
    timer = setTimeout(check, Math.min(Math.max(due - clock.now(), 0), longest));
  };
  // A timer may fire a little early, and the machine may have slept: the clock decides.
  const check = (): void => {
    if (clock.now() >= due) ring();
    else arm();
  };
  return {
    at(time) {
      due = time;
      arm();
    },
    clear: () => clearTimeout(timer),
  };
}
