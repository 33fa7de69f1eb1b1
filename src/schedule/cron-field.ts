import { err, ok, type Result } from "../core/result.ts";
import { DAYS, MONTHS } from "./names.ts";

export interface CronField {
  /** It restricts nothing: it is `*` (or `*\/1`), or all its values are where that is asked for. */
  readonly star: boolean;
  /** Every value that the field admits, ascending, without repetition. */
  readonly values: readonly number[];
}

/** What is wrong with one field. */
export interface FieldProblem {
  readonly reason: "not-unix" | "syntax" | "out-of-range";
  /** One sentence without a full stop. */
  readonly message: string;
  readonly help: string;
  /** The field with the same meaning, as it can be read; absent where cron can't say it. */
  readonly instead?: { readonly how: string; readonly text: string };
}

export interface FieldRule {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  /** The names of its values, from `min` on. */
  readonly names: readonly string[];
}

const MINUTE: FieldRule = { label: "minute", min: 0, max: 59, names: [] };
const HOUR: FieldRule = { label: "hour", min: 0, max: 23, names: [] };
export const DAY_OF_MONTH: FieldRule = { label: "day of month", min: 1, max: 31, names: [] };
const MONTH: FieldRule = { label: "month", min: 1, max: 12, names: MONTHS };
export const DAY_OF_WEEK: FieldRule = { label: "day of week", min: 0, max: 7, names: DAYS };

/** The fields in their order. */
export const FIELDS = [MINUTE, HOUR, DAY_OF_MONTH, MONTH, DAY_OF_WEEK] as const;

const FORMS = 'use numbers, names, "*", lists "1,15", ranges "1-5" and steps "*/15"';

/** A field that was read, and its plain text: ranges over the end of the week are lists. */
export interface ReadField {
  readonly field: CronField;
  readonly text: string;
}

/** Reads one field of an expression. */
export function readField(text: string, rule: FieldRule): Result<ReadField, FieldProblem> {
  const items = text.split(",").map((item) => ({ item, read: readItem(item, text, rule) }));
  const first = items.find(({ read }) => !read.ok)?.read;
  if (first !== undefined && !first.ok) {
    const whole = items.map(({ item, read }) => (read.ok ? item : read.error.instead?.text));
    const { instead, ...problem } = first.error;
    return err(
      instead === undefined || whole.includes(undefined)
        ? problem
        : { ...problem, instead: { ...instead, text: whole.join(",") } },
    );
  }
  const reads = items.flatMap(({ read }) => (read.ok ? read.value : []));
  const values = [...new Set(reads.flatMap((read) => read.values))].toSorted((a, b) => a - b);
  const star = text === "*" || text === "*/1";
  const wraps = reads.some((read) => read.wraps);
  return ok({ field: { star, values }, text: wraps ? values.join(",") : text });
}

interface ReadItem {
  readonly values: readonly number[];
  /** It is a range over the end of the week. */
  readonly wraps: boolean;
}

function readItem(item: string, field: string, rule: FieldRule): Result<ReadItem, FieldProblem> {
  const other = otherCron(item, field, rule);
  if (other !== undefined) return err(other);
  const match = /^(\*|[0-9A-Za-z]+)(?:-([0-9A-Za-z]+))?(?:\/(\d+))?$/.exec(item);
  const [, fromText, toText, stepText] = match ?? [];
  if (fromText === undefined || (fromText === "*" && toText !== undefined)) {
    return err({
      reason: "syntax",
      message: `the ${rule.label} "${field}" of cron can't be read`,
      help: FORMS,
    });
  }
  const step = stepText === undefined ? 1 : Number(stepText);
  const week = rule === DAY_OF_WEEK;
  const from = fromText === "*" ? ok(rule.min) : valueOf(fromText, rule);
  if (!from.ok) return from;
  const to = toText === undefined ? undefined : valueOf(toText, rule);
  if (to?.ok === false) return to;
  const day = week ? from.value % 7 : from.value;
  if (step < 1 || step > rule.max) {
    return err({
      reason: "out-of-range",
      message: `the step "/${stepText}" in the ${rule.label} "${field}" of cron is out of range`,
      help: `a step of ${rule.label} is from 1 to ${rule.max}`,
      // A step beyond the end leaves the first value.
      ...(step < 1
        ? {}
        : { instead: { how: "write the one value that it means", text: `${day}` } }),
    });
  }
  if (fromText === "*") return ok({ values: everyNth(starSpan(rule), step), wraps: false });
  if (to === undefined) {
    if (stepText === undefined) return ok({ values: [day], wraps: false });
    const written = rule.names.includes(fromText.toUpperCase()) ? fromText : String(day);
    return err({
      reason: "syntax",
      message: `the ${rule.label} "${field}" of cron has a step after a single value, which cron implementations read differently`,
      help: FORMS,
      instead: {
        how: "write the range out",
        text: `${written}-${week ? 6 : rule.max}/${stepText}`,
      },
    });
  }
  if (from.value <= to.value) {
    const values = everyNth(span(from.value, to.value), step);
    return ok({ values: week ? values.map((one) => one % 7) : values, wraps: false });
  }
  if (week) {
    const values = everyNth(span(from.value, to.value + 7), step);
    return ok({ values: values.map((one) => one % 7), wraps: true });
  }
  const values = [...span(from.value, rule.max), ...span(rule.min, to.value)];
  const instead =
    step === 1
      ? {
          how: "write two ranges",
          text: [
            rangeText(fromText, from.value, rule.max),
            rangeText(toText ?? "", to.value, rule.min),
          ].join(","),
        }
      : {
          how: "write the values out",
          text: everyNth(values, step)
            .toSorted((a, b) => a - b)
            .join(","),
        };
  return err({
    reason: "syntax",
    message: `the range "${fromText}-${toText}" in the ${rule.label} of cron runs backwards`,
    help: FORMS,
    instead,
  });
}

/** From a value to an end of the field, in either order; the end alone where it is the value. */
function rangeText(written: string, value: number, end: number): string {
  if (value === end) return written;
  return value < end ? `${written}-${end}` : `${end}-${written}`;
}

/** True for a field that admits every value, however that is written. */
export function isFull({ values }: CronField, rule: FieldRule): boolean {
  return values.length === starSpan(rule).length;
}

/** What Quartz and EventBridge have and Unix cron hasn't. */
function otherCron(item: string, field: string, rule: FieldRule): FieldProblem | undefined {
  const days = rule === DAY_OF_MONTH || rule === DAY_OF_WEEK;
  const meaning =
    item === "?" && days
      ? `"?" for "any"`
      : rule === DAY_OF_MONTH && /^LW$/i.test(item)
        ? `"${item}" for the last working day of the month`
        : rule === DAY_OF_MONTH && /^L(-\d+)?$/i.test(item)
          ? `"${item}" for the last days of the month`
          : rule === DAY_OF_MONTH && /^\d+W$/i.test(item)
            ? `"${item}" for the working day nearest to a date`
            : rule === DAY_OF_WEEK && /^(\d|[A-Z]{3})?L$/i.test(item)
              ? `"${item}" for the last such day of the month`
              : rule === DAY_OF_WEEK && /^(\d|[A-Z]{3})#\d$/i.test(item)
                ? `"${item}" for one such day of the month, counted from its beginning`
                : /[?#]/.test(item)
                  ? `"${item.replaceAll(/[^?#]/g, "").slice(0, 1)}"`
                  : undefined;
  if (meaning === undefined) return undefined;
  return {
    reason: "not-unix",
    message: `the ${rule.label} "${field}" of cron has ${meaning}, which Unix cron doesn't have`,
    help: "cron can't say it: let it fire on each day that may be meant, and the first step look at the date",
    ...(item === "?" && days ? { instead: { how: "write it with a star", text: "*" } } : {}),
  };
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
