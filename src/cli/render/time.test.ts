import { expect, test } from "vitest";

import { dateTime, duration, timeOfDay, zoneName } from "./time.ts";
import { relative } from "../../core/text.ts";

test.each([
  [0, "0.0s"],
  [-5, "0.0s"],
  [949, "0.9s"],
  [59_940, "59.9s"],
  [59_960, "1m 00s"],
  [65_000, "1m 05s"],
  [3_599_400, "59m 59s"],
  [3_599_600, "1h 00m"],
  [7_380_000, "2h 03m"],
  [26 * 3_600_000, "1d 02h"],
])("%d ms is %s", (milliseconds, text) => {
  expect(duration(milliseconds)).toBe(text);
});

test("instants are shown by the reader's clock", () => {
  const at = Date.UTC(2026, 0, 31, 3, 0, 7);
  expect(dateTime(at, () => 0)).toBe("2026-01-31 03:00:07");
  expect(dateTime(at, () => -180)).toBe("2026-01-31 00:00:07");
  expect(timeOfDay(at, () => 330)).toBe("08:30:07");
});

test.each([
  [0, "UTC"],
  [-180, "UTC-3"],
  [330, "UTC+5:30"],
])("%d minutes from UTC is %s", (minutes, name) => {
  expect(zoneName(0, () => minutes)).toBe(name);
});

test("distances are near enough for a list", () => {
  const now = Date.UTC(2026, 0, 31);
  const at = (milliseconds: number): string => relative(now + milliseconds, now);
  expect([at(-5000), at(-5 * 60_000), at(-3 * 3_600_000), at(-72 * 3_600_000)]).toEqual([
    "just now",
    "5 min ago",
    "3 h ago",
    "3 d ago",
  ]);
  expect([at(5000), at(90 * 60_000)]).toEqual(["in a moment", "in 2 h"]);
});
