import { expect, test } from "vitest";

import { scaleOf } from "./scale.ts";

const hour = 3_600_000;
const noon = Date.parse("2026-11-13T12:00:00Z");
const day = { from: noon - 12 * hour, to: noon + 12 * hour };

test("a day is laid out evenly", () => {
  const scale = scaleOf(day, [], false);
  expect([day.from, noon, day.to].map(scale.at)).toEqual([0, 50, 100]);
  expect(scale.cuts).toEqual([]);
  expect(scale.ticks).toHaveLength(13);
  expect(scale.ticks.every((tick) => tick % (2 * hour) === day.from % (2 * hour))).toBe(true);
});

test("idle time is cut out, and everything stays in its order and within the axis", () => {
  const busy = [
    { from: noon - 10 * hour, to: noon - 9 * hour },
    { from: noon + 6 * hour, to: noon + 7 * hour },
  ];
  const scale = scaleOf(day, busy, true);
  // Before the first, between both and after the last one, each half an hour away from them.
  expect(scale.cuts.map(({ length }) => length / hour)).toEqual([14, 4.5]);
  const times = Array.from({ length: 97 }, (_, quarter) => day.from + (quarter * hour) / 4);
  const places = times.map(scale.at);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(places[0]).toBe(0);
  expect(places.at(-1)).toBeCloseTo(100, 9);
  // An hour in which something happens is wider than on the whole axis.
  expect(scale.at(busy[0]!.to) - scale.at(busy[0]!.from)).toBeGreaterThan(100 / 24);
  for (const { at, width } of scale.cuts) {
    expect(scale.ticks.map(scale.at).every((tick) => tick <= at || tick >= at + width)).toBe(true);
  }
});

test("an hour has ticks of five minutes", () => {
  const scale = scaleOf({ from: noon, to: noon + hour }, [], false);
  expect(scale.ticks.map((tick) => (tick - noon) / 60_000)).toEqual([
    0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60,
  ]);
});
