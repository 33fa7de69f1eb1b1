import type { DeployedSchedule } from "../../platform/schedules.ts";
import { nextFire, type NextFire } from "../schedules/next-fire.ts";

interface Known {
  readonly schedule: string;
  readonly next: NextFire;
}

/** What was worked out by platform and project: an expression's next fire stays until it comes. */
const known = new WeakMap<object, Map<string, Known>>();

/** When each schedule fires next, by project. @param now milliseconds since the epoch */
export function nextFires(
  platform: object,
  schedules: readonly DeployedSchedule[],
  now: number,
): ReadonlyMap<string, NextFire> {
  const before = known.get(platform) ?? new Map<string, Known>();
  const after = new Map<string, Known>();
  for (const schedule of schedules) {
    const { project, state, expression, timezone } = schedule;
    const key = `${state} ${timezone} ${expression}`;
    const last = before.get(project);
    const good =
      last !== undefined &&
      last.schedule === key &&
      !(last.next.kind === "at" && last.next.at <= now);
    after.set(project, good ? last : { schedule: key, next: nextFire(schedule, now) });
  }
  known.set(platform, after);
  return new Map([...after].map(([project, { next }]) => [project, next]));
}
