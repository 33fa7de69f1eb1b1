import { expect, test } from "vitest";

import { fireTimes, lastFire, nextFire } from "./fire-times.ts";
import { readScheduleExpression } from "./eventbridge-expression.ts";

const at = (text: string): number => Date.parse(`${text}Z`);
const textOf = (moment: number | undefined): string | undefined =>
  moment === undefined ? undefined : new Date(moment).toISOString().slice(0, 16);

function fires(expression: string, zone: string, from: string, to: string): unknown[] {
  return [...fireTimes(`cron(${expression})`, zone, at(from), at(to))].map(textOf);
}

test.each([
  ["0 3 * * ? *", ["2026-02-01T03:00", "2026-02-02T03:00", "2026-02-03T03:00"]],
  ["0 9 ? * MON-FRI *", ["2026-02-02T09:00", "2026-02-03T09:00", "2026-02-04T09:00"]],
  ["0 9 ? * 1 *", ["2026-02-01T09:00", "2026-02-08T09:00", "2026-02-15T09:00"]],
  ["0 9 ? * FRI-SUN *", ["2026-02-01T09:00", "2026-02-06T09:00", "2026-02-07T09:00"]],
  ["0/20 10 1 * ? *", ["2026-02-01T10:00", "2026-02-01T10:20", "2026-02-01T10:40"]],
  ["50-59/5 10 1 * ? *", ["2026-02-01T10:50", "2026-02-01T10:55", "2026-03-01T10:50"]],
  ["0 0 L * ? *", ["2026-02-28T00:00", "2026-03-31T00:00", "2026-04-30T00:00"]],
  ["0 0 L-2 * ? *", ["2026-02-26T00:00", "2026-03-29T00:00", "2026-04-28T00:00"]],
  ["0 0 LW * ? *", ["2026-02-27T00:00", "2026-03-31T00:00", "2026-04-30T00:00"]],
  ["0 0 1W * ? *", ["2026-02-02T00:00", "2026-03-02T00:00", "2026-04-01T00:00"]],
  ["0 0 31W * ? *", ["2026-03-31T00:00", "2026-05-29T00:00", "2026-07-31T00:00"]],
  ["0 0 ? * L *", ["2026-02-07T00:00", "2026-02-14T00:00", "2026-02-21T00:00"]],
  ["0 0 ? * FRIL *", ["2026-02-27T00:00", "2026-03-27T00:00", "2026-04-24T00:00"]],
  ["0 0 ? * 2#5 *", ["2026-03-30T00:00", "2026-06-29T00:00", "2026-08-31T00:00"]],
  ["0 0 29 FEB ? *", ["2028-02-29T00:00", "2032-02-29T00:00", "2036-02-29T00:00"]],
  ["0 0 1 JAN ? 2027-2029/2", ["2027-01-01T00:00", "2029-01-01T00:00", undefined]],
  ["0 0 31 FEB ? *", [undefined, undefined, undefined]],
])("the first three of %s", (expression, expected) => {
  const found: (string | undefined)[] = [];
  let moment: number | undefined = at("2026-01-31T23:59:59");
  while (found.length < 3) {
    moment = moment === undefined ? undefined : nextFire(`cron(${expression})`, "UTC", moment);
    found.push(textOf(moment));
  }
  expect(found).toEqual(expected);
});

test("a range takes its beginning and leaves its end", () => {
  const day = ["2026-02-01T03:00", "2026-02-02T03:00"] as const;
  expect(fires("0 3 * * ? *", "UTC", ...day)).toEqual(["2026-02-01T03:00"]);
  expect(fires("0 3 * * ? *", "UTC", day[1], day[0])).toEqual([]);
  const moment = nextFire("cron(0 3 * * ? *)", "UTC", at(day[0]));
  expect(textOf(moment)).toBe(day[1]);
  expect(textOf(nextFire("cron(0 3 * * ? *)", "UTC", at(day[1]) - 1))).toBe(day[1]);
});

test("an hour that is skipped has no fire, one that comes twice has one", () => {
  const march = ["2026-03-07T12:00", "2026-03-09T12:00"] as const;
  expect(fires("30 2 * * ? *", "America/New_York", ...march)).toEqual(["2026-03-09T06:30"]);
  expect(fires("0/30 1-3 * * ? *", "America/New_York", ...march).slice(0, 4)).toEqual([
    "2026-03-08T06:00",
    "2026-03-08T06:30",
    "2026-03-08T07:00",
    "2026-03-08T07:30",
  ]);
  const november = ["2026-11-01T04:30", "2026-11-01T08:00"] as const;
  expect(fires("0/30 * * * ? *", "America/New_York", ...november)).toEqual([
    "2026-11-01T04:30",
    "2026-11-01T05:00",
    "2026-11-01T05:30",
    "2026-11-01T07:00",
    "2026-11-01T07:30",
  ]);
});

test("the last fire of a stretch", () => {
  const last = (expression: string, from: string, until: string) =>
    textOf(lastFire(`cron(${expression})`, "America/Sao_Paulo", at(from), at(until)));
  expect(last("0 3 * * ? *", "2026-01-01T00:00", "2026-02-01T06:00")).toBe("2026-02-01T06:00");
  expect(last("0 3 * * ? *", "2026-01-01T00:00", "2026-02-01T05:59")).toBe("2026-01-31T06:00");
  expect(last("0 3 * * ? *", "2026-02-01T04:00", "2026-02-01T05:59")).toBeUndefined();
  expect(last("0 0 29 FEB ? *", "2020-01-01T00:00", "2027-12-31T00:00")).toBe("2024-02-29T03:00");
});

test.each([
  ["rate(5 minutes)", '"rate(5 minutes)" is not a cron(...) expression'],
  ["cron(0 3 * * ?)", '"cron(0 3 * * ?)" has not six fields'],
  ["cron(0 1 * * * *)", 'of the day fields "*" and "*" exactly one must be "?"'],
  ["cron(0 1 13 * FRI *)", 'of the day fields "13" and "FRI" exactly one must be "?"'],
  ["cron(71 8 1 * ? *)", '"71" is not a valid minute from 0 to 59'],
  ["cron(0 8 ? * 0 *)", '"0" is not a valid day of week from 1 to 7'],
  ["cron(0 8 ? * MON/2 *)", 'the day of week "MON/2" can\'t be read'],
  ["cron(0 8 ? * 8L *)", '"8" is not a valid day of week from 1 to 7'],
  ["cron(0/0 8 ? * MON *)", 'the minute "0/0" can\'t be read'],
])("%s can't be read", (expression, error) => {
  expect(readScheduleExpression(expression)).toEqual({ ok: false, error });
});
