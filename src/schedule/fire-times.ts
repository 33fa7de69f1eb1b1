import { zoneOf } from "./zone-time.ts";
import {
  type DayRule,
  readScheduleExpression,
  type ScheduleRule,
} from "./eventbridge-expression.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Further than any zone is from UTC. */
const reach = 16 * hourMs;

/**
 * When EventBridge Scheduler fires an expression, ascending, in milliseconds since the epoch: from
 * `fromMs` on and before `toMs`.
 *
 * By AWS's written rules for zones with daylight saving, a local time that doesn't exist on the day
 * that clocks are set forward does not fire, and one that comes twice when they are set back fires
 * once
 * (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#daylist-savings-time):
 * here the first time.
 *
 * @param expression `cron(0 3 * * ? *)`, one that `readScheduleExpression` can read
 * @param timezone IANA name
 * @throws Error for an expression that can't be read, RangeError for an unknown zone: both have
 *   been checked where they came in
 */
export function* fireTimes(
  expression: string,
  timezone: string,
  fromMs: number,
  toMs: number,
): Generator<number, void, undefined> {
  const read = readScheduleExpression(expression);
  if (!read.ok) throw new Error(read.error);
  if (!(fromMs < toMs)) return;
  const zone = zoneOf(timezone);
  for (const local of localTimes(read.value, zone.localOf(fromMs), toMs + reach)) {
    const moment = zone.momentOf(local);
    if (moment === undefined || moment < fromMs) continue;
    if (moment >= toMs) return;
    yield moment;
  }
}

/** The first fire after a moment; `undefined` when there is none any more. See `fireTimes`. */
export function nextFire(
  expression: string,
  timezone: string,
  afterMs: number,
): number | undefined {
  for (const moment of fireTimes(expression, timezone, afterMs + 1, lastMoment)) return moment;
  return undefined;
}

/** The last fire at or before a moment and not before `fromMs`; `undefined` when there is none. */
export function lastFire(
  expression: string,
  timezone: string,
  fromMs: number,
  untilMs: number,
): number | undefined {
  // Backwards in growing stretches: a schedule of every minute over a year is not walked through.
  for (let stretch = hourMs; ; stretch *= 8) {
    const start = Math.max(fromMs, untilMs - stretch);
    let last: number | undefined;
    for (const moment of fireTimes(expression, timezone, start, untilMs + 1)) last = moment;
    if (last !== undefined || start === fromMs) return last;
  }
}

/** AWS knows years up to 2199. */
const lastMoment = Date.UTC(2200, 0, 2);

/**
 * The wall clock's readings that a rule names, ascending, from one to another. Jumps over fields
 * that name nothing.
 */
function* localTimes(rule: ScheduleRule, from: number, to: number): Generator<number> {
  const start = new Date(from);
  const [firstYear, firstMonth] = [start.getUTCFullYear(), start.getUTCMonth() + 1];
  for (const year of rule.years) {
    if (year < firstYear) continue;
    for (const month of rule.months) {
      if (year === firstYear && month < firstMonth) continue;
      const monthStart = Date.UTC(year, month - 1, 1);
      if (monthStart > to) return;
      for (const day of daysOf(rule.days, year, month)) {
        const dayStart = monthStart + (day - 1) * dayMs;
        if (dayStart + dayMs <= from) continue;
        for (const hour of rule.hours) {
          const hourStart = dayStart + hour * hourMs;
          if (hourStart + hourMs <= from) continue;
          for (const minute of rule.minutes) {
            const local = hourStart + minute * minuteMs;
            if (local >= from) yield local;
          }
        }
      }
    }
  }
}

/** The days of a month that a rule names, ascending. */
function daysOf(rule: DayRule, year: number, month: number): readonly number[] {
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
  if (rule.kind === "every") return Array.from({ length }, (_, index) => index + 1);
  const firstWeekday = new Date(Date.UTC(year, month - 1, 1)).getUTCDay();
  const weekdayOf = (day: number): number => (firstWeekday + day - 1) % 7;
  const found: number[] = [];
  if (rule.kind === "of-month") {
    found.push(...rule.days);
    for (const before of rule.beforeLast) found.push(length - before);
    for (const named of rule.nearestWeekday) {
      const day = named === "last" ? length : named;
      if (day <= length) found.push(nearestWeekday(day, length, weekdayOf));
    }
  } else {
    for (const weekday of rule.days) {
      for (let day = firstOf(weekday, firstWeekday); day <= length; day += 7) found.push(day);
    }
    for (const weekday of rule.last) {
      const first = firstOf(weekday, firstWeekday);
      found.push(first + 7 * Math.floor((length - first) / 7));
    }
    for (const { day, n } of rule.nth) found.push(firstOf(day, firstWeekday) + 7 * (n - 1));
  }
  const days = found.filter((day) => day >= 1 && day <= length);
  return [...new Set(days)].toSorted((a, b) => a - b);
}

function firstOf(weekday: number, firstWeekday: number): number {
  return ((weekday - firstWeekday + 7) % 7) + 1;
}

/** Monday to Friday, without leaving the month. */
function nearestWeekday(day: number, length: number, weekdayOf: (day: number) => number): number {
  switch (weekdayOf(day)) {
    case 6:
      return day > 1 ? day - 1 : day + 2;
    case 0:
      return day < length ? day + 1 : day - 2;
    default:
      return day;
  }
}
