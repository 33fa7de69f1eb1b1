import { setTimeout as sleep } from "node:timers/promises";
import type { Timing } from "../../../src/core/clock.ts";

/**
 * Time that passes `factor` times faster than it does, for everybody who uses the same one: waits
 * of minutes take milliseconds, and a token bucket in a proxy and the ones in the clients agree on
 * what a second is. It starts at the machine's time.
 */
export function acceleratedTiming(factor: number): Timing {
  const start = Date.now();
  const origin = performance.now();
  return {
    now: () => Math.floor(start + (performance.now() - origin) * factor),
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      await sleep(ms / factor, undefined, signal === undefined ? {} : { signal });
    },
    random: () => Math.random(),
  };
}

/**
 * The machine's time with waits that are a thousand times shorter: what is written down is as old
 * as it is for all who read it, at whatever speed.
 */
export const hastyTiming: Timing = {
  now: () => Date.now(),
  sleep: (ms, signal) => acceleratedTiming(1000).sleep(ms, signal),
  random: () => Math.random(),
};

/**
 * Time that stands still but for what is slept, with dice that always show the same: for tests of
 * waits themselves.
 */
export function steppedTiming(random = 0.5): Timing & { readonly slept: readonly number[] } {
  let now = 1_700_000_000_000;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    sleep(ms, signal) {
      if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
      slept.push(ms);
      now += ms;
      return Promise.resolve();
    },
    random: () => random,
  };
}

/**
 * Time that passes only while everybody sleeps, with its own dice: hours in no time, and each
 * time the same.
 */
export interface VirtualTime {
  readonly timing: Timing;
  /** Lets time pass until `work` is done; nothing in it may wait for anything but `timing`. */
  readonly run: <Value>(work: () => Promise<Value>) => Promise<Value>;
}

export function virtualTime(seed: number): VirtualTime {
  let now = 1_700_000_000_000;
  let state = seed;
  const asleep: { readonly until: number; readonly wake: () => void }[] = [];
  return {
    timing: {
      now: () => now,
      sleep: (ms) =>
        new Promise((wake) => {
          asleep.push({ until: now + ms, wake });
        }),
      random() {
        state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
        return state / 2 ** 32;
      },
    },
    async run(work) {
      const working = { done: false };
      const result = work().finally(() => {
        working.done = true;
      });
      while (!working.done) {
        await new Promise((resolve) => setImmediate(resolve));
        const next = asleep.toSorted((one, other) => one.until - other.until)[0];
        if (next === undefined) continue;
        asleep.splice(asleep.indexOf(next), 1);
        now = Math.max(now, next.until);
        next.wake();
      }
      return result;
    },
  };
}

/**
 * Done once the machine's clock shows another second: S3, and moto with it, give times to the
 * second.
 */
export async function nextSecond(): Promise<void> {
  const second = (): number => Math.floor(Date.now() / 1000);
  const before = second();
  while (second() === before) await sleep(1000 - (Date.now() % 1000));
}
