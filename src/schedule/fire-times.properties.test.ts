import { Cron } from "croner";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { parseCron, type UnixCron } from "./cron.ts";
import { toScheduleExpression } from "./to-eventbridge.ts";
import { fireTimes } from "./fire-times.ts";

/** One field of a Unix cron, in each of the forms that there are. */
function field(min: number, max: number, names: readonly string[] = []): fc.Arbitrary<string> {
  const value = fc.integer({ min, max });
  const range = fc.tuple(value, value).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);
  const step = fc.integer({ min: 1, max: Math.min(max, 30) });
  const forms: fc.Arbitrary<string>[] = [
    value.map(String),
    fc.array(value, { minLength: 2, maxLength: 4 }).map((list) => list.join(",")),
    range,
    fc.tuple(range, step).map(([span, by]) => `${span}/${by}`),
    step.map((by) => `*/${by}`),
    fc.tuple(value, range).map(([one, span]) => `${one},${span}`),
  ];
  return fc.oneof(...forms, ...(names.length === 0 ? [] : [fc.constantFrom(...names)]));
}

const star = fc.constant("*");
const months = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ");
const weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT", "MON-FRI", "FRI-MON", "5-7"];

/** Any day, days of the month, or days of the week; months. */
const someDays = fc.oneof(
  fc.tuple(star, fc.oneof(star, field(1, 12, months)), star),
  fc.tuple(field(1, 31), fc.oneof(star, field(1, 12, months)), star),
  fc.tuple(star, fc.oneof(star, field(1, 12, months)), field(0, 7, weekdays)),
);
/** What fires many times a day does so on few days, so that comparing a year of it stays cheap. */
const fewDays = fc.tuple(
  fc.integer({ min: 1, max: 31 }).map(String),
  fc.constantFrom(...months),
  star,
);

/** Expressions that Esteira accepts, of all densities. */
const accepted: fc.Arbitrary<UnixCron> = fc
  .oneof(
    { weight: 3, arbitrary: fc.tuple(minuteOf(0, 59), minuteOf(0, 23), someDays) },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.oneof(star, field(0, 59)), fc.oneof(star, field(0, 23)), fewDays),
    },
  )
  .map(([minute, hour, days]) => parseCron(`${minute} ${hour} ${days.join(" ")}`))
  .filter((parsed) => parsed.ok)
  .map((parsed) => parsed.value);

function minuteOf(min: number, max: number): fc.Arbitrary<string> {
  const value = fc.integer({ min, max });
  return fc.oneof(
    value.map(String),
    fc.array(value, { minLength: 2, maxLength: 2 }).map((list) => list.join(",")),
  );
}

function translated(cron: UnixCron): string {
  const said = toScheduleExpression(cron);
  if (!said.ok) throw new Error(said.error.reason);
  return said.value;
}

test("a year of what is said to AWS is a year of what was written, by another reader of cron", () => {
  fc.assert(
    fc.property(accepted, fc.integer({ min: 2024, max: 2032 }), (cron, year) => {
      const [from, to] = [Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1)];
      const theirs: number[] = [];
      const other = new Cron(cron.text, { utcOffset: 0, paused: true });
      let at = other.nextRun(new Date(from - 1000));
      while (at !== null && at.getTime() < to) {
        theirs.push(at.getTime());
        at = other.nextRun(at);
      }
      expect([...fireTimes(translated(cron), "UTC", from, to)]).toEqual(theirs);
    }),
    { numRuns: 1000 },
  );
}, 60_000);

/** A minute of some days, as the zone's wall clock shows it. */
interface WallMinute {
  readonly at: number;
  readonly minute: number;
  readonly hour: number;
  readonly dayOfMonth: number;
  readonly month: number;
  readonly dayOfWeek: number;
}

/**
 * Every minute of six days, as the runtime's calendar shows it; what it shows a second time is left
 * out. So a minute that is skipped isn't there, and one that comes twice is there once: AWS's two
 * rules, by looking instead of by reckoning.
 */
function wallMinutes(zone: string, around: string): readonly WallMinute[] {
  const calendar = new Intl.DateTimeFormat("sv-SE", {
    timeZone: zone,
    dateStyle: "short",
    timeStyle: "short",
  });
  const middle = Date.parse(`${around}T12:00:00Z`);
  const seen = new Set<string>();
  const found: WallMinute[] = [];
  for (let at = middle - 3 * 86_400_000; at < middle + 3 * 86_400_000; at += 60_000) {
    const shown = calendar.format(at);
    if (seen.has(shown)) continue;
    seen.add(shown);
    const [, month = 0, dayOfMonth = 0, hour = 0, minute = 0] = shown.split(/\D/).map(Number);
    const dayOfWeek = new Date(`${shown.slice(0, 10)}T00:00:00Z`).getUTCDay();
    found.push({ at, minute, hour, dayOfMonth, month, dayOfWeek });
  }
  return found;
}

/** At the hours around which clocks are changed. */
const nightly: fc.Arbitrary<UnixCron> = fc
  .tuple(
    fc.oneof(star, field(0, 59)),
    fc.oneof(star, field(0, 4), field(22, 23), field(0, 23)),
    fc.oneof(
      fc.constant(["*", "*", "*"]),
      fc.tuple(field(1, 31), star, star),
      fc.tuple(star, star, field(0, 7, weekdays)),
    ),
  )
  .map(([minute, hour, days]) => parseCron(`${minute} ${hour} ${days.join(" ")}`))
  .filter((parsed) => parsed.ok)
  .map((parsed) => parsed.value);

describe.each([
  ["America/New_York", "2026-03-08", "2026-11-01"],
  ["Europe/Lisbon", "2026-03-29", "2026-10-25"],
  // Clocks are changed at midnight; last in 2018 and 2019.
  ["America/Sao_Paulo", "2018-11-04", "2019-02-17"],
  // By half an hour.
  ["Australia/Lord_Howe", "2026-10-04", "2026-04-05"],
  // By two hours, and around Ramadan.
  ["Antarctica/Troll", "2026-03-29", "2026-10-25"],
  ["Africa/Casablanca", "2026-02-15", "2026-03-22"],
  // A whole day was left out.
  ["Pacific/Apia", "2011-12-30", "2012-04-01"],
])("in %s", (zone, forward, back) => {
  test.each([forward, back])(
    "around %s: a skipped time doesn't fire, a repeated one once",
    (day) => {
      const minutes = wallMinutes(zone, day);
      const from = minutes[0]?.at ?? 0;
      const to = (minutes.at(-1)?.at ?? 0) + 60_000;
      fc.assert(
        fc.property(nightly, (cron) => {
          const expected = minutes.filter((wall) =>
            (["minute", "hour", "dayOfMonth", "month", "dayOfWeek"] as const).every((name) =>
              cron[name].values.includes(wall[name]),
            ),
          );
          const found = [...fireTimes(translated(cron), zone, from, to)];
          expect(found).toEqual(expected.map(({ at }) => at));
        }),
        { numRuns: 150 },
      );
    },
  );
});

test("what restricts both day fields is refused, with the two expressions that can be said", () => {
  fc.assert(
    fc.property(
      field(0, 59),
      field(0, 23),
      field(1, 28).filter((day) => day !== "*/1"),
      field(1, 12, months),
      field(0, 7, weekdays).filter((day) => day !== "*/1"),
      (...fields) => {
        const parsed = parseCron(fields.join(" "));
        // A field that holds every value restricts nothing.
        const full = parsed.ok
          ? [
              parsed.value.dayOfMonth.values.length === 31,
              parsed.value.dayOfWeek.values.length === 7,
            ]
          : [];
        expect(full.includes(true)).toBe(parsed.ok);
        const problem = parsed.ok ? undefined : parsed.error;
        const offered = [...(problem?.help.matchAll(/"([^"]+)"/g) ?? [])].map(
          ([, one = ""]) => one,
        );
        const [minute, hour, day, month, weekday] = fields;
        const both = [
          `${minute} ${hour} ${day} ${month} *`,
          `${minute} ${hour} * ${month} ${weekday}`,
        ];
        expect([problem?.reason, offered]).toEqual(
          parsed.ok ? [undefined, []] : ["both-day-fields", both],
        );
        expect(offered.every((text) => parseCron(text).ok)).toBe(true);
      },
    ),
  );
});
