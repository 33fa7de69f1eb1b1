import { expect, test } from "vitest";
import { didYouMean, nearest } from "./suggest.ts";

test.each([
  ["memory", "memory_gb", "memory_gb"],
  ["gb", "memory_gb", undefined],
  ["memorygb", "memory_gb", "memory_gb"],
  ["schedul", "schedule", "schedule"],
  ["shcedule", "schedule", "schedule"],
  ["CPU", "cpu", "cpu"],
  ["ab", "ba", "ba"],
  ["a", "b", undefined],
  ["", "a", undefined],
  ["x".repeat(100_000), "cpu", undefined],
])("%s near %s", (word, candidate, expected) => {
  expect(nearest(word, [candidate])).toBe(expected);
});

test("the nearest of several", () => {
  expect(nearest("on_succes", ["on_failure", "on_success"])).toBe("on_success");
});

test("what there is to choose from", () => {
  expect(didYouMean("scoer", ["extract", "score"])).toBe('did you mean "score"?');
  expect(didYouMean("x", [])).toBe("there is none yet");
  expect(didYouMean("xyz", ["extract"])).toBe('there is only "extract"');
  expect(didYouMean("xyz", ["extract", "score", "extract"])).toBe('there are "extract", "score"');
  const many = Array.from({ length: 20 }, (_, index) => `step_${index}`);
  expect(didYouMean("xyz", many)).toMatch(/^there are "step_0", .*"step_11" and more$/);
});
