import { expect, test } from "vitest";

import { lastNights } from "./nights.ts";

const iso = (at: number): string => new Date(at).toISOString().slice(0, 16);
const shown = (now: string, zone: string, count: number): string[] =>
  lastNights(Date.parse(now), zone, count).map(
    ({ date, from, to }) => `${date} ${iso(from)} ${iso(to)}`,
  );

test("a night goes from noon to noon and has the date of its morning", () => {
  expect(shown("2026-01-31T03:00Z", "UTC", 2)).toEqual([
    "2026-01-30 2026-01-29T12:00 2026-01-30T12:00",
    "2026-01-31 2026-01-30T12:00 2026-01-31T12:00",
  ]);
  expect(shown("2026-01-31T12:00Z", "UTC", 1)).toEqual([
    "2026-02-01 2026-01-31T12:00 2026-02-01T12:00",
  ]);
});

test("noon is that of the zone, also in a night in which clocks are changed", () => {
  expect(shown("2026-03-29T09:00Z", "Europe/Berlin", 2)).toEqual([
    "2026-03-28 2026-03-27T11:00 2026-03-28T11:00",
    "2026-03-29 2026-03-28T11:00 2026-03-29T10:00",
  ]);
  expect(shown("2026-01-31T14:00Z", "America/Sao_Paulo", 1)).toEqual([
    "2026-01-31 2026-01-30T15:00 2026-01-31T15:00",
  ]);
});
