import { readFileSync } from "node:fs";

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseCron } from "./cron.ts";
import { toScheduleExpression } from "./to-eventbridge.ts";

function expression(text: string): string {
  const parsed = parseCron(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  const said = toScheduleExpression(parsed.value);
  return said.ok ? said.value : said.error.reason;
}

test.each([
  ["0 3 * * *", "cron(0 3 * * ? *)"],
  ["*/15 * * * *", "cron(0/15 * * * ? *)"],
  ["0 9 * * 1-5", "cron(0 9 ? * MON-FRI *)"],
  ["30 6 * * 0,6", "cron(30 6 ? * SUN,SAT *)"],
  ["30 6 * * 6-7", "cron(30 6 ? * SUN,SAT *)"],
  ["0 0 */2 * *", "cron(0 0 1/2 * ? *)"],
  ["0 0 * * */2", "cron(0 0 ? * SUN,TUE,THU,SAT *)"],
  ["0 0 1 1-6/2 *", "cron(0 0 1 JAN,MAR,MAY ? *)"],
  ["30 6 * * 1", "cron(30 6 ? * MON *)"],
  ["0 3 1-31 * 1", "cron(0 3 ? * MON *)"],
  ["0 3 15 * 0-6", "cron(0 3 15 * ? *)"],
  ["0 9 * * FRI-MON", "cron(0 9 ? * SUN,MON,FRI,SAT *)"],
  ["0 9 * * 5-7", "cron(0 9 ? * SUN,FRI,SAT *)"],
  ["0 9 * * 0-6", "cron(0 9 ? * SUN-SAT *)"],
  ["5-59/15 * * * *", "cron(5,20,35,50 * * * ? *)"],
  ["0-30/15 * * * *", "cron(0,15,30 * * * ? *)"],
  ["0 0,12 * * *", "cron(0 0/12 * * ? *)"],
  ["0 0 1,15 6-8 *", "cron(0 0 1,15 JUN-AUG ? *)"],
  ["*/1 */1 */1 */1 */1", "cron(* * * * ? *)"],
  ["*/59 * * * *", "cron(0/59 * * * ? *)"],
  ["0 0 29 2 *", "cron(0 0 29 FEB ? *)"],
  ["@weekly", "cron(0 0 ? * SUN *)"],
  ["@yearly", "cron(0 0 1 JAN ? *)"],
])("%s is %s", (unix, aws) => {
  expect(expression(unix)).toBe(aws);
});

test("the reference's table is right", () => {
  const text = readFileSync(new URL("../../docs/reference/pipeline.md", import.meta.url), "utf8");
  const rows = [...text.matchAll(/^\| `([^`]+)` \| `(cron\([^`]+)` \|$/gm)];
  expect(rows.length).toBeGreaterThan(5);
  for (const [, unix = "", aws] of rows) expect(expression(unix)).toBe(aws);
});

test("both day fields can't be said", () => {
  const field = (star: boolean, ...values: number[]) => ({ star, values });
  expect(
    toScheduleExpression({
      minute: field(false, 0),
      hour: field(false, 0),
      dayOfMonth: field(false, 13),
      month: field(true),
      dayOfWeek: field(false, 5),
      text: "0 0 13 * 5",
    }),
  ).toEqual({
    ok: false,
    error: { reason: "both-day-fields", dayOfMonth: "13", dayOfWeek: "FRI" },
  });
});

test("what AWS would refuse never comes out, and nothing is lost", () => {
  const values = (min: number, max: number) =>
    fc.oneof(
      fc.constant("*"),
      fc.integer({ min: 1, max: max - min }).map((step) => `*/${step}`),
      fc
        .array(fc.integer({ min, max }), { minLength: 1, maxLength: 60 })
        .map((list) => list.join(",")),
    );
  fc.assert(
    fc.property(
      values(0, 59),
      values(0, 23),
      values(1, 28),
      values(1, 12),
      values(0, 7),
      fc.boolean(),
      (minute, hour, day, month, weekday, byDay) => {
        const text = [minute, hour, byDay ? day : "*", month, byDay ? "*" : weekday].join(" ");
        const parsed = parseCron(text);
        if (!parsed.ok) throw new Error(parsed.error.message);
        const said = expression(text);
        expect(said.length).toBeLessThanOrEqual(256);
        const fields = /^cron\((\S+) (\S+) (\S+) (\S+) (\S+) \*\)$/.exec(said);
        if (!fields) throw new Error(said);
        const [, m, h, dom, mon, dow] = fields;
        expect([dom, dow].filter((field) => field === "?")).toHaveLength(1);
        expect(dow).toMatch(/^(\?|[A-Z,-]+)$/);
        expect(readAws(m, 0, 59)).toEqual(parsed.value.minute.values);
        expect(readAws(h, 0, 23)).toEqual(parsed.value.hour.values);
        expect(readAws(dom, 1, 31)).toEqual(parsed.value.dayOfMonth.values);
        expect(readAws(mon, 1, 12, MONTHS)).toEqual(parsed.value.month.values);
        expect(readAws(dow, 0, 6, DAYS)).toEqual(parsed.value.dayOfWeek.values);
      },
    ),
  );
});

const MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ");
const DAYS = "SUN MON TUE WED THU FRI SAT".split(" ");

/** Reads a field as AWS documents it. */
function readAws(field: string | undefined, min: number, max: number, names: string[] = []) {
  const number = (text: string) => {
    const named = names.indexOf(text);
    return named === -1 ? Number(text) : named + min;
  };
  const found: number[] = [];
  for (const part of (field ?? "").split(",")) {
    const step = /^(\d+)\/(\d+)$/.exec(part);
    const range = /^([A-Z]+)-([A-Z]+)$/.exec(part);
    if (part === "*" || part === "?") for (let n = min; n <= max; n += 1) found.push(n);
    else if (step) for (let n = Number(step[1]); n <= max; n += Number(step[2])) found.push(n);
    else if (range) {
      for (let n = number(range[1] ?? ""); n <= number(range[2] ?? ""); n += 1) found.push(n);
    } else found.push(number(part));
  }
  return found;
}
