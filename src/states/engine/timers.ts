import type { Attempt, Engine, Timer } from "./model.ts";

/** Sets a timer. Timers of the same time fire in the order in which they were set. */
export function setTimer(
  engine: Engine,
  at: number,
  fire: () => void,
  heartbeatOf?: Attempt,
): Timer {
  const timer: Timer = { at, sequence: engine.timerSequence++, fire, heartbeatOf, off: false };
  const { timers } = engine;
  let low = 0;
  let high = timers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = timers[middle];
    if (other !== undefined && other.at <= at) low = middle + 1;
    else high = middle;
  }
  timers.splice(low, 0, timer);
  return timer;
}

export function clearTimer(timer: Timer | undefined): void {
  if (timer !== undefined) timer.off = true;
}

/** The earliest open timer. */
export function nextTimer(engine: Engine): Timer | undefined {
  const { timers } = engine;
  while (timers[0]?.off === true) timers.shift();
  return timers[0];
}
