import { expect, test } from "vitest";

import { logMatcher } from "./log-matcher.ts";

test("small letters find capital ones, and capital letters only themselves", () => {
  expect(logMatcher("error").marks("Error: an ERROR")).toEqual([
    [0, 5],
    [10, 5],
  ]);
  expect(logMatcher("ERROR").marks("Error: an ERROR")).toEqual([[10, 5]]);
});

test("signs of expressions are signs", () => {
  expect(logMatcher("a.b*(c)").marks("axb a.b*(c)")).toEqual([[4, 7]]);
  expect(logMatcher("[/-]").marks("x[/-]")).toEqual([[1, 4]]);
});

test("letters beyond ASCII are found in bytes too, in both sizes", () => {
  const { bytes, marks } = logMatcher("ção");
  for (const line of ["execução", "EXECUÇÃO"]) {
    bytes.lastIndex = 0;
    expect(bytes.test(Buffer.from(line).toString("latin1"))).toBe(true);
    expect(marks(line)).toEqual([[5, 3]]);
  }
});
