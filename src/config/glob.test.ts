import { expect, test } from "vitest";

import { matchesGlob } from "./glob.ts";

test.each([
  ["src/projects/recsys", "src/projects/*", true],
  ["src/projects/recsys/deep", "src/projects/*", false],
  ["src/recsys-v2", "src/rec*-*2", true],
  ["src/recsys", "src/rec*ecsys", false],
  ["src/aba", "src/ab*ba", false],
  ["src/abba", "src/ab*ba", true],
  ["src/a.b", "src/a.*", true],
  ["src/axb", "src/a.*", false],
  ["src/.hidden", "src/*", false],
  ["src/node_modules", "src/*", false],
])("%s is of %s: %s", (path, glob, expected) => {
  expect(matchesGlob(path, glob)).toBe(expected);
});

test("stars are matched in the time of one look, however many there are", () => {
  const stars = `src/${"*a".repeat(60)}*b`;
  expect(matchesGlob(`src/${"a".repeat(255)}`, stars)).toBe(false);
  expect(matchesGlob(`src/${"a".repeat(255)}b`, stars)).toBe(true);
});
