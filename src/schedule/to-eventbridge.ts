import type { UnixCron } from "./cron.ts";
import type { CronField } from "./cron-field.ts";
import { err, ok, type Result } from "../core/result.ts";
import { DAYS, MONTHS } from "./names.ts";

/**
 * EventBridge Scheduler can't say both day fields in one expression; `config/` refuses such a cron
 * before.
 */
export interface CronInexpressible {
  readonly reason: "both-day-fields";
  readonly dayOfMonth: string;
  readonly dayOfWeek: string;
}

/**
 * Says a Unix cron expression to EventBridge Scheduler: `0 3 * * *` is `cron(0 3 * * ? *)`. Six
 * fields with a year, exactly one `?`, days and months by name (AWS counts Sunday as 1), steps only
 * where they are documented to be understood
 * (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html).
 */
export function toScheduleExpression(cron: UnixCron): Result<string, CronInexpressible> {
  const { dayOfMonth, dayOfWeek } = cron;
  if (!dayOfMonth.star && !dayOfWeek.star) {
    return err({
      reason: "both-day-fields",
      dayOfMonth: dayOfMonth.values.join(","),
      dayOfWeek: names(dayOfWeek, DAYS, 0),
    });
  }
  const minute = numbers(cron.minute, 0, 59);
  const hour = numbers(cron.hour, 0, 23);
  const month = cron.month.star ? "*" : names(cron.month, MONTHS, 1);
  const [days, weekdays] = dayOfWeek.star
    ? [numbers(dayOfMonth, 1, 31), "?"]
    : ["?", names(dayOfWeek, DAYS, 0)];
  return ok(`cron(${minute} ${hour} ${days} ${month} ${weekdays} *)`);
}

/** `0/15` for what runs through the whole field at equal steps, a list otherwise. */
function numbers(field: CronField, first: number, last: number): string {
  if (field.star) return "*";
  const [from, second] = field.values;
  if (from === first && second !== undefined) {
    const step = second - from;
    const all = Math.floor((last - first) / step) + 1;
    const even = field.values.every((value, index) => value === first + index * step);
    if (even && field.values.length === all) return `${first}/${step}`;
  }
  return field.values.join(",");
}

/** `MON-FRI` for three or more in a row, a list otherwise. */
function names(field: CronField, all: readonly string[], first: number): string {
  const values = field.values;
  const [from, to] = [values[0] ?? first, values.at(-1) ?? first];
  const nameOf = (value: number): string => all[value - first] ?? String(value);
  const inARow = to - from === values.length - 1;
  return inARow && values.length > 2
    ? `${nameOf(from)}-${nameOf(to)}`
    : values.map(nameOf).join(",");
}
