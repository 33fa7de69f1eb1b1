import { expect, test } from "vitest";

import { dateRange } from "./date-range.ts";

const iso = (from: string, to: string, timezone: string) => {
  const read = dateRange(from, to, timezone);
  if (!read.ok) return read.error;
  return [read.value.from, read.value.to].map((at) => new Date(at).toISOString().slice(0, 16));
};

test.each([
  ["2026-01-31", "2026-01-31", "UTC", ["2026-01-31T00:00", "2026-02-01T00:00"]],
  ["2026-01-30", "2026-01-31", "America/Sao_Paulo", ["2026-01-30T03:00", "2026-02-01T03:00"]],
  ["2026-01-31T03:00", "2026-01-31T05:30", "UTC", ["2026-01-31T03:00", "2026-01-31T05:31"]],
  ["2026-01-31T03:00-03:00", "2026-01-31 10:00Z", "UTC", ["2026-01-31T06:00", "2026-01-31T10:01"]],
  // A day of 23 hours, and one that begins with the jump itself.
  ["2026-03-29", "2026-03-29", "Europe/Berlin", ["2026-03-28T23:00", "2026-03-29T22:00"]],
  ["2018-11-04", "2018-11-04", "America/Sao_Paulo", ["2018-11-04T03:00", "2018-11-05T02:00"]],
])("%s to %s in %s", (from, to, timezone, range) => {
  expect(iso(from, to, timezone)).toEqual(range);
});

test.each([
  [
    "yesterday",
    "2026-01-31",
    "--from is a day or a time, such as 2026-01-31 or 2026-01-31T03:00; it can't be yesterday",
  ],
  [
    "2026-01-31",
    "2026-02-31",
    "--to is a day or a time, such as 2026-01-31 or 2026-01-31T03:00; it can't be 2026-02-31",
  ],
  [
    "2026-01-31",
    "2026-01-31T25:00",
    "--to is a day or a time, such as 2026-01-31 or 2026-01-31T03:00; it can't be 2026-01-31T25:00",
  ],
  ["2026-02-01", "2026-01-31", "--to 2026-01-31 is before --from 2026-02-01"],
])("%s to %s is refused", (from, to, message) => {
  expect(iso(from, to, "UTC")).toBe(message);
});
