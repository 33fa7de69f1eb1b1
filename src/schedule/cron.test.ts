import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseCron, type UnixCron } from "./cron.ts";

function cron(text: string): UnixCron {
  const parsed = parseCron(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

function problem(text: string): string {
  const parsed = parseCron(text);
  if (parsed.ok) throw new Error(`${text} was accepted`);
  const { reason, message, help, start, length } = parsed.error;
  return `${reason} [${text.slice(start, start + length)}] ${message}; ${help}`;
}

describe("expressions that are accepted", () => {
  test("the mission's own", () => {
    const parsed = cron("0 3 * * *");
    expect(parsed.minute).toMatchObject({ star: false, values: [0] });
    expect(parsed.hour).toMatchObject({ star: false, values: [3] });
    expect(parsed.dayOfMonth.star).toBe(true);
    expect(parsed.month.star).toBe(true);
    expect(parsed.dayOfWeek).toMatchObject({ star: true, values: [0, 1, 2, 3, 4, 5, 6] });
  });

  test.each([
    ["@hourly", "0 * * * *"],
    ["@daily", "0 0 * * *"],
    ["@Midnight", "0 0 * * *"],
    ["@weekly", "0 0 * * 0"],
    ["@monthly", "0 0 1 * *"],
    ["@yearly", "0 0 1 1 *"],
    ["  0   3\t* * *  ", "0 3 * * *"],
    ["0 9 * * FRI-MON", "0 9 * * 0,1,5,6"],
    ["0 9 * * 5-7", "0 9 * * 5-7"],
    ["0 9 * * sat-sun", "0 9 * * 0,6"],
  ])("%s reads as %s", (text, plain) => {
    expect(cron(text).text).toBe(plain);
  });

  test.each([
    ["*/15 * * * *", "minute", [0, 15, 30, 45]],
    ["10-30/10,5 * * * *", "minute", [5, 10, 20, 30]],
    ["0 0 */10 * *", "dayOfMonth", [1, 11, 21, 31]],
    ["0 0 1 1-6/2 *", "month", [1, 3, 5]],
    ["0 0 1 jan,DEC *", "month", [1, 12]],
    ["0 0 * * */2", "dayOfWeek", [0, 2, 4, 6]],
    ["0 0 * * 7", "dayOfWeek", [0]],
    ["0 0 * * 6-7", "dayOfWeek", [0, 6]],
    ["0 0 * * MON-FRI", "dayOfWeek", [1, 2, 3, 4, 5]],
    ["0 0 * * FRI-MON", "dayOfWeek", [0, 1, 5, 6]],
    ["0 0 * * SUN-TUE", "dayOfWeek", [0, 1, 2]],
  ] as const)("%s: %s is %j", (text, field, values) => {
    expect(cron(text)[field].values).toEqual(values);
  });

  test("29 February fires, once in four years", () => {
    expect(cron("0 0 29 2 *").dayOfMonth.values).toEqual([29]);
  });

  test("the plain text reads as the same values", () => {
    const field = (min: number, max: number) =>
      fc.oneof(
        fc.constant("*"),
        fc.integer({ min, max }).map(String),
        fc
          .tuple(fc.integer({ min, max }), fc.integer({ min, max }), fc.integer({ min: 1, max }))
          .map(([a, b, step]) => `${Math.min(a, b)}-${Math.max(a, b)}/${step}`),
      );
    const day = fc.oneof(field(0, 7), fc.constantFrom("FRI-MON", "SAT-SUN", "*/3"));
    fc.assert(
      fc.property(field(0, 59), field(0, 23), field(1, 12), day, (minute, hour, month, weekday) => {
        const first = cron(`${minute}  ${hour} * ${month} ${weekday}`);
        expect(cron(first.text)).toEqual(first);
      }),
    );
  });
});

test.each([
  ["0 3 1-31 * 1", [false, true]],
  ["0 3 15 * 0-6", [true, false]],
  ["0 3 15 * SUN-SAT", [true, false]],
  ["0 3 1-31 * 1-7", [false, false]],
  ["0 3 */1 * 1", [false, true]],
])("%s: a day field that holds every value restricts nothing", (text, [month, week]) => {
  const { dayOfMonth, dayOfWeek } = cron(text);
  expect([dayOfMonth.values.length < 31, dayOfWeek.values.length < 7]).toEqual([month, week]);
  expect(dayOfMonth.star || dayOfWeek.star).toBe(true);
});

describe("expressions that are refused", () => {
  test.each([
    [
      "0 0 13 * 5",
      'both-day-fields [13 * 5] cron restricts both day of month ("13") and day of week ("5"), which no single EventBridge schedule can say; restrict one of the two: "0 0 13 * *" or "0 0 * * 5"',
    ],
    [
      "0 0 31 2,4 *",
      "never-fires [31 2,4] cron never fires: no month that it names has a day 31; the longest of those months has 30 days; choose an earlier day or another month",
    ],
    [
      "0 0 3 * * *",
      'field-count [0 0 3 * * *] cron has 6 fields instead of five; seconds and years can\'t be given: with seconds in front it is "0 3 * * *", with a year behind it is "0 0 3 * *"',
    ],
    [
      "daily",
      'field-count [daily] cron has one field instead of five; write five fields: minute, hour, day of month, month, day of week, as in "0 3 * * *"',
    ],
    [
      "@reboot",
      'macro [@reboot] cron doesn\'t know the macro "@reboot"; use one of @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually, or write five fields: minute, hour, day of month, month, day of week, as in "0 3 * * *"',
    ],
    [
      "cron(0 3 * * ? *)",
      'not-unix [cron(0 3 * * ? *)] "cron(0 3 * * ? *)" is an EventBridge expression; cron is written the Unix way; write "0 3 * * *"; it is translated for EventBridge by the deploy',
    ],
    [
      "0 3 ? * MON",
      'not-unix [?] the day of month "?" of cron has "?" for "any", which Unix cron doesn\'t have; write it with a star: "0 3 * * MON"',
    ],
    [
      "0 3 * * 2#1",
      'not-unix [2#1] the day of week "2#1" of cron has "2#1" for one such day of the month, counted from its beginning, which Unix cron doesn\'t have; cron can\'t say it: let it fire on each day that may be meant, and the first step look at the date',
    ],
    [
      "71 8 * * *",
      'out-of-range [71] the minute "71" of cron is out of range; minute is a number from 0 to 59',
    ],
    [
      "0 8 * * MONDAY",
      'syntax [MONDAY] "MONDAY" is not a valid day of week of cron; day of week is a number from 0 to 7 or a name from SUN to SAT',
    ],
    [
      "5/10 * * * *",
      'syntax [5/10] the minute "5/10" of cron has a step after a single value, which cron implementations read differently; write the range out: "5-59/10 * * * *"',
    ],
    [
      "0 22-4 * * *",
      'syntax [22-4] the range "22-4" in the hour of cron runs backwards; write two ranges: "0 22-23,0-4 * * *"',
    ],
    [
      "*/90 * * * *",
      'out-of-range [*/90] the step "/90" in the minute "*/90" of cron is out of range; write the one value that it means: "0 * * * *"',
    ],
    [
      "0 8,,9 * * *",
      'syntax [8,,9] the hour "8,,9" of cron can\'t be read; use numbers, names, "*", lists "1,15", ranges "1-5" and steps "*/15"',
    ],
    [
      "0 22-2/2 * * *",
      'syntax [22-2/2] the range "22-2" in the hour of cron runs backwards; write the values out: "0 0,2,22 * * *"',
    ],
    [
      "0 3 31 2 1",
      'both-day-fields [31 2 1] cron restricts both day of month ("31") and day of week ("1"), which no single EventBridge schedule can say; restrict one of the two: "0 3 * 2 1"',
    ],
    [
      "0 */24 * * *",
      'out-of-range [*/24] the step "/24" in the hour "*/24" of cron is out of range; write the one value that it means: "0 0 * * *"',
    ],
    [
      "CRON_TZ=America/Sao_Paulo 0 3 * * *",
      'time-zone [CRON_TZ=America/Sao_Paulo 0 3 * * *] cron says a time zone, America/Sao_Paulo, which has a separate field; write "0 3 * * *", and beside it: timezone: "America/Sao_Paulo"',
    ],
    [
      "0 3 * * * America/Sao_Paulo",
      'time-zone [0 3 * * * America/Sao_Paulo] cron says a time zone, America/Sao_Paulo, which has a separate field; write "0 3 * * *", and beside it: timezone: "America/Sao_Paulo"',
    ],
    [
      "“0 3 * * *”",
      'syntax [“0 3 * * *”] cron has a typographic quote (“), which YAML takes for a part of the text; write it in straight quotes: "0 3 * * *"',
    ],
    [
      "rate(15 minutes)",
      'not-unix [rate(15 minutes)] "rate(15 minutes)" is an EventBridge expression; cron is written the Unix way; write "*/15 * * * *", which fires as often, by the clock and not from the deploy',
    ],
    [
      "0 3 L * *",
      'not-unix [L] the day of month "L" of cron has "L" for the last days of the month, which Unix cron doesn\'t have; cron can\'t say it: let it fire on each day that may be meant, and the first step look at the date',
    ],
    [
      "",
      'field-count [] cron has 0 fields instead of five; write five fields: minute, hour, day of month, month, day of week, as in "0 3 * * *"',
    ],
  ])("%j", (text, expected) => {
    expect(problem(text)).toBe(expected);
  });

  test.each(["0 0 L * *", "0 0 15W * *", "0 0 LW * *", "0 0 * * FRIL", "0 0 * * 5L"])(
    "%s",
    (text) => {
      expect(problem(text)).toMatch(/^not-unix/);
    },
  );

  test("no text makes it throw", () => {
    const noise = fc.stringMatching(/^[-0-9*/,?LW#@A-Za-z ]{0,30}$/);
    fc.assert(
      fc.property(fc.oneof(fc.string(), noise), (text) => {
        expect(parseCron(text).ok).toBeTypeOf("boolean");
      }),
    );
  });
});
