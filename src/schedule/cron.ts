import { err, ok, type Result } from "../core/result.ts";
import { DAYS, MONTHS } from "./names.ts";

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

export interface CronField {
  /** The field is `*` (or `*\/1`): it restricts nothing. */
  readonly star: boolean;
  /** Every value that the field admits, ascending, without repetition. */
  readonly values: readonly number[];
}

/** Why a text is not a cron expression that every platform understands alike. */
export interface CronProblem {
  readonly reason:
    | "field-count"
    | "macro"
    | "not-unix"
    | "syntax"
    | "out-of-range"
    | "both-day-fields"
    | "never-fires";
  /** One sentence without a full stop. */
  readonly message: string;
  readonly help: string;
  /** The part of the text that is meant: offset and length in code units. */
  readonly start: number;
  readonly length: number;
}

interface FieldRule {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  /** The names of its values, from `min` on. */
  readonly names: readonly string[];
}

const MINUTE: FieldRule = { label: "minute", min: 0, max: 59, names: [] };
const HOUR: FieldRule = { label: "hour", min: 0, max: 23, names: [] };
const DAY_OF_MONTH: FieldRule = { label: "day of month", min: 1, max: 31, names: [] };
const MONTH: FieldRule = { label: "month", min: 1, max: 12, names: MONTHS };
const DAY_OF_WEEK: FieldRule = { label: "day of week", min: 0, max: 7, names: DAYS };

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
      ...whole,
    });
  }
  if (/^(cron|rate|at)\s*\(/i.test(trimmed)) {
    return err({
      reason: "not-unix",
      message: `"${trimmed}" is an EventBridge expression; cron is written the Unix way`,
      help: `${FIVE_FIELDS}; it is translated for EventBridge by the deploy`,
      ...whole,
    });
  }

  const parts = [...source.matchAll(/\S+/g)].map((match): Part => ({
    text: match[0],
    start: match.index,
    end: match.index + match[0].length,
  }));
  const [minutePart, hourPart, dayPart, monthPart, weekdayPart] = parts;
  if (!minutePart || !hourPart || !dayPart || !monthPart || !weekdayPart || parts.length > 5) {
    return err({
      reason: "field-count",
      message: `cron has ${parts.length === 1 ? "one field" : `${parts.length} fields`} instead of five`,
      help: parts.length === 6 ? `seconds and years can't be given; ${FIVE_FIELDS}` : FIVE_FIELDS,
      ...whole,
    });
  }

  const minute = parseField(minutePart, MINUTE);
  if (!minute.ok) return minute;
  const hour = parseField(hourPart, HOUR);
  if (!hour.ok) return hour;
  const dayOfMonth = parseField(dayPart, DAY_OF_MONTH);
  if (!dayOfMonth.ok) return dayOfMonth;
  const month = parseField(monthPart, MONTH);
  if (!month.ok) return month;
  const dayOfWeek = parseField(weekdayPart, DAY_OF_WEEK);
  if (!dayOfWeek.ok) return dayOfWeek;

  const text = [minute, hour, dayOfMonth, month, dayOfWeek].map((f) => f.value.text).join(" ");
  if (!dayOfMonth.value.field.star && !dayOfWeek.value.field.star) {
    const before = `${minutePart.text} ${hourPart.text}`;
    return err({
      reason: "both-day-fields",
      message: `cron restricts both day of month ("${dayPart.text}") and day of week ("${weekdayPart.text}"), which no single EventBridge schedule can say`,
      help: `restrict one of the two: "${before} ${dayPart.text} ${monthPart.text} *" or "${before} * ${monthPart.text} ${weekdayPart.text}"`,
      start: dayPart.start,
      length: weekdayPart.end - dayPart.start,
    });
  }
  const earliest = Math.min(...dayOfMonth.value.field.values);
  const longest = Math.max(
    ...month.value.field.values.map((number) => DAYS_IN_MONTH[number - 1] ?? 31),
  );
  if (earliest > longest) {
    return err({
      reason: "never-fires",
      message: `cron never fires: no month that it names has a day ${earliest}`,
      help: `the longest of those months has ${longest} days; choose an earlier day or another month`,
      start: dayPart.start,
      length: monthPart.end - dayPart.start,
    });
  }
  return ok({
    minute: minute.value.field,
    hour: hour.value.field,
    dayOfMonth: dayOfMonth.value.field,
    month: month.value.field,
    dayOfWeek: dayOfWeek.value.field,
    text,
  });
}

interface Part {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

type FieldProblem = Pick<CronProblem, "reason" | "message" | "help">;

function parseField(
  part: Part,
  rule: FieldRule,
): Result<{ field: CronField; text: string }, CronProblem> {
  if (part.text === "*" || part.text === "*/1") {
    return ok({ field: { star: true, values: starSpan(rule) }, text: part.text });
  }
  const values: number[] = [];
  let wraps = false;
  for (const item of part.text.split(",")) {
    const parsed = parseItem(item, part.text, rule);
    if (!parsed.ok) {
      return err({ ...parsed.error, start: part.start, length: part.end - part.start });
    }
    values.push(...parsed.value.values);
    wraps ||= parsed.value.wraps;
  }
  const field = { star: false, values: [...new Set(values)].toSorted((a, b) => a - b) };
  return ok({ field, text: wraps ? field.values.join(",") : part.text });
}

function parseItem(
  item: string,
  field: string,
  rule: FieldRule,
): Result<{ values: number[]; wraps: boolean }, FieldProblem> {
  if (/[?#]/.test(item) || /^(\d*[LW]|LW|[A-Z]{3}L)$/i.test(item)) {
    return err({
      reason: "not-unix",
      message: `the ${rule.label} "${field}" of cron uses "?", "L", "W" or "#", which Unix cron doesn't have`,
      help: 'use numbers, names, "*", lists "1,15", ranges "1-5" and steps "*/15"',
    });
  }
  const match = /^(\*|[0-9A-Za-z]+)(?:-([0-9A-Za-z]+))?(?:\/(\d+))?$/.exec(item);
  const [, fromText, toText, stepText] = match ?? [];
  if (fromText === undefined || (fromText === "*" && toText !== undefined)) {
    return err({
      reason: "syntax",
      message: `the ${rule.label} "${field}" of cron can't be read`,
      help: 'use numbers, names, "*", lists "1,15", ranges "1-5" and steps "*/15"',
    });
  }
  const step = stepText === undefined ? 1 : Number(stepText);
  if (step < 1 || step > rule.max) {
    return err({
      reason: "out-of-range",
      message: `the step "/${stepText}" in the ${rule.label} "${field}" of cron is out of range`,
      help: `a step of ${rule.label} is from 1 to ${rule.max}`,
    });
  }
  if (fromText === "*") return ok({ values: everyNth(starSpan(rule), step), wraps: false });

  const week = rule === DAY_OF_WEEK;
  const from = valueOf(fromText, rule);
  if (!from.ok) return from;
  if (toText === undefined) {
    if (stepText === undefined) {
      return ok({ values: [week ? from.value % 7 : from.value], wraps: false });
    }
    return err({
      reason: "syntax",
      message: `the ${rule.label} "${field}" of cron has a step after a single value, which cron implementations read differently`,
      help: `write the range out: "${fromText}-${week ? 6 : rule.max}/${stepText}"`,
    });
  }
  const to = valueOf(toText, rule);
  if (!to.ok) return to;
  if (from.value <= to.value) {
    const values = everyNth(span(from.value, to.value), step);
    return ok({ values: week ? values.map((day) => day % 7) : values, wraps: false });
  }
  if (week) {
    const values = everyNth(span(from.value, to.value + 7), step);
    return ok({ values: values.map((day) => day % 7), wraps: true });
  }
  return err({
    reason: "syntax",
    message: `the range "${fromText}-${toText}" in the ${rule.label} of cron runs backwards`,
    help: `write two ranges: "${fromText}-${rule.max},${rule.min}-${toText}"`,
  });
}

function valueOf(text: string, rule: FieldRule): Result<number, FieldProblem> {
  const named = rule.names.indexOf(text.toUpperCase());
  if (named !== -1) return ok(named + rule.min);
  const names =
    rule.names.length === 0 ? "" : ` or a name from ${rule.names[0]} to ${rule.names.at(-1)}`;
  const help = `${rule.label} is a number from ${rule.min} to ${rule.max}${names}`;
  if (!/^\d+$/.test(text)) {
    return err({
      reason: "syntax",
      message: `"${text}" is not a valid ${rule.label} of cron`,
      help,
    });
  }
  const value = Number(text);
  if (value < rule.min || value > rule.max) {
    return err({
      reason: "out-of-range",
      message: `the ${rule.label} "${text}" of cron is out of range`,
      help,
    });
  }
  return ok(value);
}

/** What `*` spans: Sunday once, so that a step over the week doesn't meet it twice. */
function starSpan(rule: FieldRule): number[] {
  return span(rule.min, rule === DAY_OF_WEEK ? 6 : rule.max);
}

function span(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function everyNth(values: readonly number[], step: number): number[] {
  return values.filter((_, index) => index % step === 0);
}
