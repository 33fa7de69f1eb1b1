import { fireTimes, lastFire, nextFire } from "../../schedule/fire-times.ts";
import type { MissedPolicy } from "../../platform/roles/scheduler.ts";

export interface FireRule {
  /** `cron(0 3 * * ? *)` */
  readonly expression: string;
  readonly timezone: string;
}

/** What is due of one schedule; times in milliseconds since the epoch. */
export interface Due {
  /** Fires to start runs for, oldest first. */
  readonly fires: readonly number[];
  /** Those that are left out, or all but one of them. */
  readonly missed: Missed | undefined;
  /** Up to here all is seen to. */
  readonly until: number;
}

export interface Missed {
  /** At most `countLimit`, which then stands for that many or more. */
  readonly count: number;
  readonly last: number;
  /** The last of them is made up for: it is among `fires`. */
  readonly madeUp: boolean;
}

/**
 * A fire begins on its minute, or before the next one: a process that was restarted meanwhile has
 * missed nothing.
 */
export const graceMs = 60_000;
/**
 * A clock that is this much behind what was seen to has been corrected; less is waited for, so that
 * nothing fires twice.
 */
export const setBackMs = 3_600_000;
export const countLimit = 100;

/**
 * What is due between `since`, until when all has been seen to, and `now`. A clock that went back
 * fires nothing again: time is waited for until it has caught up, unless it went back by more than
 * an hour, which means that it had been wrong.
 */
export function dueFires(rule: FireRule, since: number, now: number, policy: MissedPolicy): Due {
  const { expression, timezone } = rule;
  if (since > now) {
    return { fires: [], missed: undefined, until: since - now > setBackMs ? now : since };
  }
  const onTimeFrom = Math.max(since + 1, now - graceMs + 1);
  const onTime = [...fireTimes(expression, timezone, onTimeFrom, now + 1)];
  const late = lastFire(expression, timezone, since + 1, onTimeFrom - 1);
  const until = onTime.at(-1) ?? late ?? since;
  if (late === undefined) return { fires: onTime, missed: undefined, until };
  const madeUp = policy.missed === "once" && onTime.length === 0 && now - late <= policy.withinMs;
  const count = countUpTo(fireTimes(expression, timezone, since + 1, late + 1), countLimit);
  return {
    fires: madeUp ? [late] : onTime,
    missed: madeUp && count === 1 ? undefined : { count, last: late, madeUp },
    until,
  };
}

/**
 * When something of it is due next, if all up to `since` has been seen to; `Infinity` where nothing
 * will be.
 */
export function nextDue({ expression, timezone }: FireRule, since: number): number {
  return nextFire(expression, timezone, since) ?? Infinity;
}

function countUpTo(items: Iterable<number>, limit: number): number {
  let count = 0;
  for (const _item of items) {
    count += 1;
    if (count >= limit) break;
  }
  return count;
}
