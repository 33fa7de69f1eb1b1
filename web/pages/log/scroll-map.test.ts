import { expect, test } from "vitest";

import { lineHeight, moved, scrollMap } from "./scroll-map.ts";

test("a short log is as high as its lines", () => {
  const map = scrollMap(1_000);
  expect(map).toMatchObject({ height: 18_000, compressed: false });
  expect(map.lineAt(1_809)).toBe(100.5);
  expect(map.topOf(100.5)).toBe(1_809);
});

test("every line of a log of ten million can be reached, and its ends pixel by pixel", () => {
  const lines = 10_000_000;
  const map = scrollMap(lines);
  expect(map).toMatchObject({ height: 8_000_000, compressed: true });
  for (const line of [0, 3_000, 5_000_000, lines]) {
    expect(map.lineAt(map.topOf(line))).toBeCloseTo(line, 3);
  }
  expect(map.lineAt(8_000_000 - lineHeight)).toBe(lines - 1);
});

test("lines that are wrapped are moved over by their own height", () => {
  const heightOf = (line: number) => (line === 1 ? 54 : 18);
  expect(moved({ line: 0, above: 0 }, 30, 10, heightOf)).toEqual({ line: 1, above: 12 });
  expect(moved({ line: 0, above: 0 }, 72, 10, heightOf)).toEqual({ line: 2, above: 0 });
  expect(moved({ line: 2, above: 0 }, -10, 10, heightOf)).toEqual({ line: 1, above: 44 });
  expect(moved({ line: 0, above: 4 }, -400, 10, heightOf)).toEqual({ line: 0, above: 0 });
});
