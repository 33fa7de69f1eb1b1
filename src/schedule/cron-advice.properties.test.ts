import * as fc from "fast-check";
import { expect, test } from "vitest";

import { parseCron, type UnixCron } from "./cron.ts";
import { fireTimes } from "./fire-times.ts";
import { toScheduleExpression } from "./to-eventbridge.ts";

/** A field that somebody wrote, and the values that they meant; undefined where nobody can say. */
interface Written {
  readonly text: string;
  readonly values: readonly number[];
}

const spans = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6],
] as const;

/** Values from one to another, over the end where that is before, each `step`th. */
function meant(from: number, to: number, step: number, [min, max]: readonly [number, number]) {
  const size = max - min + 1;
  const length = ((to - from + size) % size) + 1;
  return Array.from({ length }, (_, index) => index)
    .filter((index) => index % step === 0)
    .map((index) => min + ((from - min + index) % size));
}

function item(span: readonly [number, number]): fc.Arbitrary<Written> {
  const [min, max] = span;
  const value = fc.integer({ min, max });
  const step = fc.integer({ min: 1, max: max + 40 });
  return fc.oneof(
    value.map((one) => ({ text: `${one}`, values: [one] })),
    fc.tuple(value, value).map(([a, b]) => ({ text: `${a}-${b}`, values: meant(a, b, 1, span) })),
    fc
      .tuple(value, value, step)
      .map(([a, b, by]) => ({ text: `${a}-${b}/${by}`, values: meant(a, b, by, span) })),
    fc
      .tuple(value, step)
      .map(([a, by]) => ({ text: `${a}/${by}`, values: meant(a, max, by, span) })),
    step.map((by) => ({ text: `*/${by}`, values: meant(min, max, by, span) })),
  );
}

function field(span: readonly [number, number], star: Written): fc.Arbitrary<Written> {
  return fc.oneof(
    fc.constant(star),
    fc.array(item(span), { minLength: 1, maxLength: 3 }).map((items) => ({
      text: items.map(({ text }) => text).join(","),
      values: items.flatMap(({ values }) => values),
    })),
  );
}

const stars = spans.map(([min, max], index) => ({
  text: "*",
  values: meant(min, max, 1, spans[index] ?? [0, 0]),
}));
const [minute, hour, day, month, weekday] = spans.map((span, index) =>
  field(span, stars[index] ?? { text: "*", values: [] }),
) as [
  fc.Arbitrary<Written>,
  fc.Arbitrary<Written>,
  fc.Arbitrary<Written>,
  fc.Arbitrary<Written>,
  fc.Arbitrary<Written>,
];
const any = fc.constantFrom({ text: "*", values: [] }, { text: "?", values: [] });
const written = fc.oneof(
  fc.tuple(minute, hour, day, month, any),
  fc.tuple(minute, hour, any, month, weekday),
);

function valuesOf(cron: UnixCron): readonly (readonly number[])[] {
  return [cron.minute, cron.hour, cron.dayOfMonth, cron.month, cron.dayOfWeek].map(
    ({ values }) => values,
  );
}

test("what is offered can be read, is in the help, and means what was written", () => {
  fc.assert(
    fc.property(written, (fields) => {
      const text = fields.map((one) => one.text).join(" ");
      const parsed = parseCron(text);
      const expected = fields.map(({ values }, index) =>
        [...new Set(values.length === 0 ? stars[index]?.values : values)].toSorted((a, b) => a - b),
      );
      const { reason, help, advice } = parsed.ok ? nothingWrong : parsed.error;
      const readable = parsed.ok ? [text] : advice;
      // All of these can be said the Unix way, unless what is said then never fires.
      const longest = Math.max(...(expected[3] ?? []).map((one) => monthDays[one - 1] ?? 31));
      const fires = Math.min(...(expected[2] ?? [])) <= longest;
      expect(readable).toHaveLength(fires && reason !== "never-fires" ? 1 : 0);
      expect(advice.filter((one) => !help.includes(`"${one}"`))).toEqual([]);
      const again = readable.map((one) => parseCron(one));
      expect(again.map((one) => one.ok && valuesOf(one.value))).toEqual(
        readable.map(() => expected),
      );
    }),
    { numRuns: 1000 },
  );
});

const nothingWrong = { reason: undefined, help: "", advice: [] };
const monthDays = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

test("an EventBridge expression is offered as the Unix one that fires at the same times", () => {
  const from = Date.UTC(2026, 0, 1);
  const until = Date.UTC(2026, 1, 12);
  const days = fc.oneof(
    fc.constantFrom(["?", "*"], ["?", "2-6"], ["?", "1"], ["?", "MON,7"], ["?", "TUE-SAT"]),
    fc.constantFrom(["*", "?"], ["1/10", "?"], ["31", "?"], ["5,6", "?"]),
  );
  const hours = fc.constantFrom("3", "0/6", "*", "22,23", "8-18/5");
  const minutes = fc.constantFrom("0", "0/15", "7", "50/3");
  fc.assert(
    fc.property(minutes, hours, days, (minute, hour, [day, weekday]) => {
      const expression = `cron(${minute} ${hour} ${day} * ${weekday} *)`;
      const parsed = parseCron(expression);
      if (parsed.ok) throw new Error(`${expression} was accepted`);
      expect(parsed.error.advice).toHaveLength(1);
      const [offered = ""] = parsed.error.advice;
      const unix = parseCron(offered);
      if (!unix.ok) throw new Error(unix.error.message);
      const translated = toScheduleExpression(unix.value);
      if (!translated.ok) throw new Error(`${offered} can't be said`);
      const times = (of: string) => [...fireTimes(of, "UTC", from, until)];
      expect(times(translated.value)).toEqual(times(expression));
    }),
    { numRuns: 100 },
  );
});
