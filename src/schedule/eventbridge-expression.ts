import { err, ok, type Result } from "../core/result.ts";
import { DAYS, MONTHS } from "./names.ts";

/** A `cron(...)` expression of EventBridge Scheduler, understood. */
export interface ScheduleRule {
  /** 0–59, ascending. */
  readonly minutes: readonly number[];
  /** 0–23, ascending. */
  readonly hours: readonly number[];
  readonly days: DayRule;
  /** 1–12, ascending. */
  readonly months: readonly number[];
  /** 1970–2199, ascending. */
  readonly years: readonly number[];
}

export type DayRule =
  | { readonly kind: "every" }
  | {
      readonly kind: "of-month";
      /** 1–31 */
      readonly days: readonly number[];
      /** How many days before the month's last day: `L` is 0, `L-2` is 2. */
      readonly beforeLast: readonly number[];
      /** Days whose nearest weekday of the same month is meant: `15W`, and `LW` as `last`. */
      readonly nearestWeekday: readonly (number | "last")[];
    }
  | {
      readonly kind: "of-week";
      /** Sunday is 0. */
      readonly days: readonly number[];
      /** Last ones of the month: `FRIL`. */
      readonly last: readonly number[];
      /** The `n`th of the month: `MON#2`. */
      readonly nth: readonly { readonly day: number; readonly n: number }[];
    };

interface Field {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly names: readonly string[];
  readonly steps: boolean;
}

const MINUTE: Field = { label: "minute", min: 0, max: 59, names: [], steps: true };
const HOUR: Field = { label: "hour", min: 0, max: 23, names: [], steps: true };
const DAY_OF_MONTH: Field = { label: "day of month", min: 1, max: 31, names: [], steps: true };
const MONTH: Field = { label: "month", min: 1, max: 12, names: MONTHS, steps: true };
const DAY_OF_WEEK: Field = { label: "day of week", min: 1, max: 7, names: DAYS, steps: false };
const YEAR: Field = { label: "year", min: 1970, max: 2199, names: [], steps: true };

/**
 * Reads an expression as EventBridge Scheduler documents it: six fields, one of the day fields `?`,
 * days of the week from Sunday = 1
 * (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html). The error is one
 * sentence without a full stop.
 */
export function readScheduleExpression(expression: string): Result<ScheduleRule, string> {
  const known = read.get(expression);
  if (known !== undefined) return known;
  if (read.size >= 20_000) read.clear();
  const result = readWhole(expression);
  read.set(expression, result);
  return result;
}

/** Many projects share an expression, and a scheduler asks again after each fire. */
const read = new Map<string, Result<ScheduleRule, string>>();

function readWhole(expression: string): Result<ScheduleRule, string> {
  const inside = /^cron\((.*)\)$/.exec(expression.trim())?.[1];
  if (inside === undefined) return err(`"${expression}" is not a cron(...) expression`);
  const [minute, hour, dayOfMonth, month, dayOfWeek, year, ...more] = inside.trim().split(/\s+/);
  if (
    minute === undefined ||
    hour === undefined ||
    dayOfMonth === undefined ||
    month === undefined ||
    dayOfWeek === undefined ||
    year === undefined ||
    more.length > 0
  ) {
    return err(`"${expression}" has not six fields`);
  }
  const minutes = values(minute, MINUTE);
  if (!minutes.ok) return minutes;
  const hours = values(hour, HOUR);
  if (!hours.ok) return hours;
  const days = dayRule(dayOfMonth, dayOfWeek);
  if (!days.ok) return days;
  const months = values(month, MONTH);
  if (!months.ok) return months;
  const years = values(year, YEAR);
  if (!years.ok) return years;
  return ok({
    minutes: minutes.value,
    hours: hours.value,
    days: days.value,
    months: months.value,
    years: years.value,
  });
}

function dayRule(dayOfMonth: string, dayOfWeek: string): Result<DayRule, string> {
  if ((dayOfMonth === "?") === (dayOfWeek === "?")) {
    return err(`of the day fields "${dayOfMonth}" and "${dayOfWeek}" exactly one must be "?"`);
  }
  if (dayOfMonth === "*" || dayOfWeek === "*") return ok({ kind: "every" });
  return dayOfWeek === "?" ? daysOfMonth(dayOfMonth) : daysOfWeek(dayOfWeek);
}

function daysOfMonth(text: string): Result<DayRule, string> {
  const days: number[] = [];
  const beforeLast: number[] = [];
  const nearestWeekday: (number | "last")[] = [];
  for (const item of text.toUpperCase().split(",")) {
    const fromLast = /^L(?:-(\d{1,2}))?$/.exec(item);
    const weekday = /^(\d{1,2})W$/.exec(item);
    if (fromLast !== null) {
      beforeLast.push(Number(fromLast[1] ?? 0));
    } else if (item === "LW") {
      nearestWeekday.push("last");
    } else if (weekday !== null) {
      const near = valueOf(weekday[1] ?? "", DAY_OF_MONTH);
      if (!near.ok) return near;
      nearestWeekday.push(near.value);
    } else {
      const plain = valuesOfItem(item, DAY_OF_MONTH);
      if (!plain.ok) return plain;
      days.push(...plain.value);
    }
  }
  return ok({ kind: "of-month", days: ascending(days), beforeLast, nearestWeekday });
}

function daysOfWeek(text: string): Result<DayRule, string> {
  const days: number[] = [];
  const last: number[] = [];
  const nth: { day: number; n: number }[] = [];
  for (const item of text.toUpperCase().split(",")) {
    const special = /^(\w+?)(?:L|#([1-5]))$/.exec(item);
    if (item === "L") {
      days.push(6);
    } else if (special === null) {
      const plain = valuesOfItem(item, DAY_OF_WEEK);
      if (!plain.ok) return plain;
      days.push(...plain.value.map((value) => value - 1));
    } else {
      const named = valueOf(special[1] ?? "", DAY_OF_WEEK);
      if (!named.ok) return named;
      if (special[2] === undefined) last.push(named.value - 1);
      else nth.push({ day: named.value - 1, n: Number(special[2]) });
    }
  }
  return ok({ kind: "of-week", days: ascending(days), last, nth });
}

function values(text: string, field: Field): Result<readonly number[], string> {
  const found: number[] = [];
  for (const item of text.toUpperCase().split(",")) {
    const some = valuesOfItem(item, field);
    if (!some.ok) return some;
    found.push(...some.value);
  }
  return ok(ascending(found));
}

function valuesOfItem(item: string, field: Field): Result<readonly number[], string> {
  const { label, min, max } = field;
  const match = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(item);
  const [, fromText = "", toText, stepText] = match ?? [];
  const step = stepText === undefined ? 1 : Number(stepText);
  if (
    match === null ||
    step < 1 ||
    (fromText === "*" && toText !== undefined) ||
    (stepText !== undefined && !field.steps)
  ) {
    return err(`the ${label} "${item}" can't be read`);
  }
  const from = fromText === "*" ? ok(min) : valueOf(fromText, field);
  if (!from.ok) return from;
  const open = fromText === "*" || stepText !== undefined;
  const to = toText === undefined ? ok(open ? max : from.value) : valueOf(toText, field);
  if (!to.ok) return to;
  // A range such as FRI-MON continues from the field's beginning.
  const end = to.value < from.value ? to.value + (max - min + 1) : to.value;
  const found: number[] = [];
  for (let value = from.value; value <= end; value += step) {
    found.push(value > max ? value - (max - min + 1) : value);
  }
  return ok(found);
}

function valueOf(text: string, { label, min, max, names }: Field): Result<number, string> {
  const named = names.indexOf(text);
  if (named !== -1) return ok(named + min);
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return ok(value);
  return err(`"${text}" is not a valid ${label} from ${min} to ${max}`);
}

function ascending(found: readonly number[]): readonly number[] {
  return [...new Set(found)].toSorted((a, b) => a - b);
}
