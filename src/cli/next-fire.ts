import type { ScheduleSpec } from "../release/release.ts";
import type { NextFire } from "./render/overview.ts";

/** When a deployed schedule fires next. */
export async function nextFire(schedule: ScheduleSpec | undefined, now: number): Promise<NextFire> {
  if (schedule === undefined) return { kind: "none" };
  if (!schedule.enabled) return { kind: "disabled" };
  const { Cron } = await import("croner");
  const cron = new Cron(schedule.cron, { timezone: schedule.timezone, paused: true });
  const next = cron.nextRun(new Date(now));
  return next === null ? { kind: "none" } : { kind: "at", at: next.getTime() };
}
