import { all, err, ok, type Result } from "../core/result.ts";
import { dialectOf } from "./cron-dialects.ts";
import type { CronProblem } from "./cron-problem.ts";
import {
  DAY_OF_MONTH,
  DAY_OF_WEEK,
  FIELDS,
  isFull,
  readField,
  type CronField,
} from "./cron-field.ts";

/** A Unix cron expression, understood. Day of week counts from Sunday = 0; 7 is read as 0. */
export interface UnixCron {
  readonly minute: CronField;
  readonly hour: CronField;
  readonly dayOfMonth: CronField;
  readonly month: CronField;
  readonly dayOfWeek: CronField;
  /**
   * Five plain fields: macros expanded, white space single, ranges over the end of the week written
   * as lists.
   */
  readonly text: string;
}

const MACROS: Readonly<Record<string, string>> = {
  "@hourly": "0 * * * *",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@weekly": "0 0 * * 0",
  "@monthly": "0 0 1 * *",
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
};

const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const FIVE_FIELDS =
  'write five fields: minute, hour, day of month, month, day of week, as in "0 3 * * *"';

/**
 * Reads a Unix cron expression of five fields, or a macro such as `@daily`.
 *
 * Accepted are `*`, numbers, names of months and days, lists, ranges, and steps over `*` or a
 * range; a range of days of the week may run over the end of the week (`FRI-MON`). Refused is what
 * cron implementations read differently (`5/10`), what EventBridge Scheduler cannot say in one
 * expression (both day fields restricted:
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html), and what would never
 * fire.
 */
export function parseCron(source: string): Result<UnixCron, CronProblem> {
  const known = parsed.get(source);
  if (known) return known;
  if (parsed.size >= 1000) parsed.clear();
  const result = parse(source);
  parsed.set(source, result);
  return result;
}

/** Projects share few expressions, and each is read for every environment. */
const parsed = new Map<string, Result<UnixCron, CronProblem>>();

function parse(source: string): Result<UnixCron, CronProblem> {
  const trimmed = source.trim();
  const whole = { start: source.indexOf(trimmed), length: Math.max(trimmed.length, 1) };
  if (trimmed.startsWith("@")) {
    const expanded = MACROS[trimmed.toLowerCase()];
    if (expanded !== undefined) return parse(expanded);
    return err({
      reason: "macro",
      message: `cron doesn't know the macro "${trimmed}"`,
      help: `use one of ${Object.keys(MACROS).join(", ")}, or ${FIVE_FIELDS}`,
      advice: [],
      ...whole,
    });
  }
  const dialect = dialectOf(trimmed, readable);
  if (dialect !== undefined) return err({ ...dialect, ...whole });

  const parts = [...source.matchAll(/\S+/g)].map((match): Part => ({
    text: match[0],
    start: match.index,
    end: match.index + match[0].length,
  }));
  if (parts.length !== FIELDS.length) {
    return err({
      reason: "field-count",
      message: `cron has ${parts.length === 1 ? "one field" : `${parts.length} fields`} instead of five`,
      help: FIVE_FIELDS,
      advice: [],
      ...whole,
    });
  }
  return parseFields(parts);
}

interface Part {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

function parseFields(parts: readonly Part[]): Result<UnixCron, CronProblem> {
  const reads = FIELDS.map((rule, index) => readField(parts[index]?.text ?? "", rule));
  const broken = reads.findIndex((read) => !read.ok);
  const read = all(reads);
  if (!read.ok) {
    const { instead, ...problem } = read.error;
    const { start, end } = parts[broken] ?? { start: 0, end: 1 };
    const texts = reads.map((one, index) =>
      one.ok ? parts[index]?.text : one.error.instead?.text,
    );
    const advice = texts.includes(undefined) ? [] : accepted([texts.join(" ")]);
    const help =
      instead === undefined || advice.length === 0
        ? problem.help
        : `${instead.how}: "${advice[0]}"`;
    return err({ ...problem, help, advice, start, length: end - start });
  }
  const [minute, hour, dayOfMonth, month, dayOfWeek] = read.value;
  const [minutePart, hourPart, dayPart, monthPart, weekdayPart] = parts;
  if (!minute || !hour || !dayOfMonth || !month || !dayOfWeek) throw new Error("five fields");
  if (!minutePart || !hourPart || !dayPart || !monthPart || !weekdayPart) throw new Error("five");

  const text = read.value.map((one) => one.text).join(" ");
  const both = !dayOfMonth.field.star && !dayOfWeek.field.star;
  // One that holds every value restricts nothing, however it is written.
  const everyWeekday = both && isFull(dayOfWeek.field, DAY_OF_WEEK);
  const everyDay = both && !everyWeekday && isFull(dayOfMonth.field, DAY_OF_MONTH);
  if (both && !everyWeekday && !everyDay) {
    const before = `${minutePart.text} ${hourPart.text}`;
    const advice = accepted([
      `${before} ${dayPart.text} ${monthPart.text} *`,
      `${before} * ${monthPart.text} ${weekdayPart.text}`,
    ]);
    return err({
      reason: "both-day-fields",
      message: `cron restricts both day of month ("${dayPart.text}") and day of week ("${weekdayPart.text}"), which no single EventBridge schedule can say`,
      help: `restrict one of the two: ${advice.map((one) => `"${one}"`).join(" or ")}`,
      advice,
      start: dayPart.start,
      length: weekdayPart.end - dayPart.start,
    });
  }
  const earliest = Math.min(...dayOfMonth.field.values);
  const longest = Math.max(...month.field.values.map((number) => DAYS_IN_MONTH[number - 1] ?? 31));
  if (earliest > longest) {
    return err({
      reason: "never-fires",
      message: `cron never fires: no month that it names has a day ${earliest}`,
      help: `the longest of those months has ${longest} days; choose an earlier day or another month`,
      advice: [],
      start: dayPart.start,
      length: monthPart.end - dayPart.start,
    });
  }
  return ok({
    minute: minute.field,
    hour: hour.field,
    dayOfMonth: everyDay ? { ...dayOfMonth.field, star: true } : dayOfMonth.field,
    month: month.field,
    dayOfWeek: everyWeekday ? { ...dayOfWeek.field, star: true } : dayOfWeek.field,
    text,
  });
}

/** The expression where it can be read, or what its own advice makes of it. */
function readable(text: string): string | undefined {
  const parsed = parseCron(text);
  if (parsed.ok) return parsed.value.text;
  const [only, ...others] = parsed.error.advice;
  return others.length === 0 ? only : undefined;
}

/** Those that can be read: nothing else is worth advising. */
function accepted(expressions: readonly string[]): readonly string[] {
  return expressions.filter((text) => parseCron(text).ok);
}
