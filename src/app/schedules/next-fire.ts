import { nextFire as nextFireOf } from "../../schedule/fire-times.ts";
import { readScheduleExpression } from "../../schedule/eventbridge-expression.ts";
import type { DeployedSchedule } from "../../platform/schedules.ts";

/** When a schedule fires next, in milliseconds since the epoch, or why it doesn't. */
export type NextFire =
  | { readonly kind: "at"; readonly at: number }
  | { readonly kind: "disabled" }
  | { readonly kind: "none" };

/** When a deployed schedule fires next. */
export function nextFire(schedule: DeployedSchedule | undefined, now: number): NextFire {
  if (schedule === undefined) return { kind: "none" };
  if (schedule.state !== "enabled") return { kind: "disabled" };
  // Somebody may have given it an expression that Esteira never writes, such as `rate(5 minutes)`.
  if (!readScheduleExpression(schedule.expression).ok) return { kind: "none" };
  const next = nextFireOf(schedule.expression, schedule.timezone, now);
  return next === undefined ? { kind: "none" } : { kind: "at", at: next };
}
