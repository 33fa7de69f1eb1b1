import { expect, test } from "vitest";

import { dueFires, nextDue } from "./due.ts";
import type { MissedPolicy } from "../../platform/roles/scheduler.ts";

const at = (text: string): number => Date.parse(`2026-01-31T${text}Z`);
const skip: MissedPolicy = { missed: "skip", withinMs: 24 * 3_600_000 };
const once: MissedPolicy = { ...skip, missed: "once" };
const hourly = { expression: "cron(0 * * * ? *)", timezone: "UTC" };

test("a fire is due on its minute, and once", () => {
  const since = at("02:00:00");
  expect(nextDue(hourly, since)).toBe(at("03:00:00"));
  expect(dueFires(hourly, since, at("02:59:59.999"), skip)).toEqual({
    fires: [],
    missed: undefined,
    until: since,
  });
  const due = { fires: [at("03:00:00")], missed: undefined, until: at("03:00:00") };
  expect(dueFires(hourly, since, at("03:00:00"), skip)).toEqual(due);
  expect(dueFires(hourly, since, at("03:00:59.999"), skip)).toEqual(due);
  expect(dueFires(hourly, due.until, at("03:00:30"), skip).fires).toEqual([]);
});

test("fires of a time in which nobody was there are left out", () => {
  expect(dueFires(hourly, at("02:00:00"), at("05:30:00"), skip)).toEqual({
    fires: [],
    missed: { count: 3, last: at("05:00:00"), madeUp: false },
    until: at("05:00:00"),
  });
});

test("with `once` the last of them is made up for", () => {
  expect(dueFires(hourly, at("02:00:00"), at("05:30:00"), once)).toEqual({
    fires: [at("05:00:00")],
    missed: { count: 3, last: at("05:00:00"), madeUp: true },
    until: at("05:00:00"),
  });
  expect(dueFires(hourly, at("04:00:00"), at("05:30:00"), once)).toEqual({
    fires: [at("05:00:00")],
    missed: undefined,
    until: at("05:00:00"),
  });
});

test("but not where the next one is due at that moment, nor after too long a time", () => {
  expect(dueFires(hourly, at("02:00:00"), at("06:00:10"), once)).toEqual({
    fires: [at("06:00:00")],
    missed: { count: 3, last: at("05:00:00"), madeUp: false },
    until: at("06:00:00"),
  });
  const nightly = { expression: "cron(0 3 * * ? *)", timezone: "UTC" };
  const dayBefore = at("03:00:00") - 86_400_000;
  expect(dueFires(nightly, dayBefore, at("03:00:00") + 86_000_000, once).fires).toEqual([
    at("03:00:00"),
  ]);
  expect(
    dueFires(nightly, dayBefore, at("04:30:00"), { ...once, withinMs: 3_600_000 }),
  ).toMatchObject({ fires: [], missed: { count: 1, madeUp: false } });
});

test("a clock that goes back fires nothing again; one that was far ahead is believed no more", () => {
  const since = at("03:00:00");
  expect(dueFires(hourly, since, at("02:30:00"), once)).toEqual({
    fires: [],
    missed: undefined,
    until: since,
  });
  const wrong = since + 5 * 365 * 86_400_000;
  expect(dueFires(hourly, wrong, at("02:30:00"), once).until).toBe(at("02:30:00"));
});

test("many years away cost no time, and are counted up to a hundred", () => {
  const minutely = { expression: "cron(* * * * ? *)", timezone: "America/New_York" };
  expect(dueFires(minutely, 0, at("05:30:59"), skip)).toEqual({
    fires: [at("05:30:00")],
    missed: { count: 100, last: at("05:29:00"), madeUp: false },
    until: at("05:30:00"),
  });
});

test("a night in which clocks are set forward leaves a fire out, and one in which they are set back has it once", () => {
  const rule = { expression: "cron(30 1-2 * * ? *)", timezone: "America/New_York" };
  const nights = [
    ["2026-03-08T05:00:00Z", ["2026-03-08T06:30"]],
    ["2026-11-01T04:00:00Z", ["2026-11-01T05:30", "2026-11-01T07:30"]],
  ] as const;
  for (const [from, expected] of nights) {
    let since = Date.parse(from);
    const fired: string[] = [];
    for (let halfMinutes = 1; halfMinutes < 720; halfMinutes += 1) {
      const now = Date.parse(from) + halfMinutes * 30_000;
      const due = dueFires(rule, since, now, once);
      expect(due.missed).toBeUndefined();
      fired.push(...due.fires.map((moment) => new Date(moment).toISOString().slice(0, 16)));
      since = due.until;
    }
    expect(fired).toEqual(expected);
  }
});
