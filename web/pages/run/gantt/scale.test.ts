import { expect, test } from "vitest";

import { idleShare, scaleOf } from "./scale.ts";

const start = Date.parse("2026-11-13T06:00:00Z");
const minute = 60_000;
const at = (minutes: number): number => start + minutes * minute;

test("without a cut the axis is even, with ticks at full steps of the viewer's clock", () => {
  const scale = scaleOf([at(0), at(46)], [], false);
  expect([0, 23, 46].map((m) => scale.at(at(m)))).toEqual([0, 50, 100]);
  expect(scale.ticks.map(({ moment }) => (moment - start) / minute)).toEqual([0, 10, 20, 30, 40]);
  const india = scaleOf([at(0), at(46)], [], false, 330);
  expect(india.ticks.map(({ moment }) => (moment - start) / minute)).toEqual([0, 10, 20, 30, 40]);
});

test("a night of waiting is cut to a narrow place, and both its sides are seen", () => {
  const busy = [
    [at(0), at(10)],
    [at(490), at(500)],
  ] as const;
  expect(idleShare([at(0), at(500)], busy)).toBeCloseTo(0.95, 2);
  const scale = scaleOf([at(0), at(500)], busy, true);
  expect(scale.cuts).toHaveLength(1);
  expect(scale.cuts[0]?.at).toBeGreaterThan(scale.at(at(10)));
  expect(scale.cuts[0]?.milliseconds).toBeCloseTo(475.2 * minute, -2);
  expect(scale.at(at(500))).toBeCloseTo(100);
  expect(scale.at(at(10))).toBeGreaterThan(38);
  expect(scale.at(at(490)) - scale.at(at(10))).toBeLessThan(22);
  for (const minutes of [0, 5, 10, 200, 490, 497]) {
    expect(scale.momentAt(scale.at(at(minutes)))).toBeCloseTo(at(minutes), -1);
  }
  const places = scale.ticks.map((tick) => tick.at);
  expect(places.every((place, index) => index === 0 || place - places[index - 1]! > 11)).toBe(true);
});

test("a cut of a year has a few ticks, and is made at once", () => {
  const scale = scaleOf(
    [at(0), at(525_600)],
    [
      [at(0), at(1)],
      [at(525_599), at(525_600)],
    ],
    true,
  );
  expect(scale.ticks.length).toBeLessThan(8);
});

test("a run that has just begun has an axis", () => {
  expect(scaleOf([start, start], [], true).at(start)).toBe(0);
});
