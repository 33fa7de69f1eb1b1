import { readScheduleExpression } from "../../schedule/eventbridge-expression.ts";
import { fireTimes } from "../../schedule/fire-times.ts";
import { zoneOf } from "../../schedule/zone-time.ts";
import type { ExpectedFire } from "../../runs/watch/facts.ts";
import type { DeployedSchedule } from "../schedules.ts";

const day = 24 * 3_600_000;
const minute = 60_000;

/**
 * The fires of a schedule that is enabled, or would be if nobody had removed it, each with its
 * deadline. Somebody may have set an expression that Esteira never writes: it has none.
 */
export function expectedFires(
  schedule: DeployedSchedule,
  from: number,
  now: number,
): ExpectedFire[] {
  const { state, configured, hold, expression, timezone, deadline } = schedule;
  const isDue = state === "enabled" || (state === "missing" && configured && hold === undefined);
  if (!isDue || !readScheduleExpression(expression).ok) return [];
  return [...fireTimes(expression, timezone, from, now)].map((at) => ({
    at,
    deadline: deadline === undefined ? undefined : deadlineAfter(at, deadline, timezone),
  }));
}

/**
 * The next time that the zone's clock shows `HH:MM`; where clocks jump over it, the moment of the
 * jump.
 */
function deadlineAfter(at: number, deadline: string, timezone: string): number {
  const [hours = 0, minutes = 0] = deadline.split(":").map(Number);
  const zone = zoneOf(timezone);
  const midnight = Math.floor(zone.localOf(at) / day) * day;
  const onDay = midnight + (hours * 60 + minutes) * minute;
  for (const local of [onDay, onDay + day]) {
    let moment = zone.momentOf(local);
    for (let after = minute; moment === undefined; after += minute) {
      moment = zone.momentOf(local + after);
    }
    if (moment > at) return moment;
  }
  return at + day;
}
