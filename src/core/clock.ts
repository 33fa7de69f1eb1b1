/** The only way to ask for the time. Milliseconds since the Unix epoch, UTC. */
export interface Clock {
  now(): number;
}

/** Time with waits and jitter: with their own, tests run waits of minutes in no time. */
export interface Timing extends Clock {
  /** Resolves after `ms` milliseconds, or rejects with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Uniform in [0, 1): jitter. */
  random(): number;
}

/** The machine's own clock. */
export const systemClock: Clock = { now: () => Date.now() };

/**
 * The beginning of a moment's minute. Schedules fire by the minute; whether AWS reports a scheduled
 * time to the second it fired in is written nowhere, so times of fires are compared by their
 * minutes.
 */
export function minuteOf(at: number): number {
  return Math.floor(at / 60_000) * 60_000;
}
