/** The only way to ask for the time. Milliseconds since the Unix epoch, UTC. */
export interface Clock {
  now(): number;
}

/** The machine's own clock. */
export const systemClock: Clock = { now: () => Date.now() };

/**
 * The beginning of a moment's minute. Schedules fire by the minute; whether AWS tells a scheduled time to the second it fired in is written
 * nowhere, so times of fires are compared by their minutes.
 */
export function minuteOf(at: number): number {
  return Math.floor(at / 60_000) * 60_000;
}
