import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { threadMs } from "../../core/fixtures/thread-time.ts";
import { wildcardMatcher } from "./wildcard.ts";

describe("StringMatches", () => {
  test.each([
    ["", "", true],
    ["", "a", false],
    ["*", "", true],
    ["a*", "abc", true],
    ["*c", "abc", true],
    ["a*c", "ac", true],
    ["a*a", "a", false],
    ["ab*ba", "aba", false],
    ["*b*", "abc", true],
    ["*aab*", "aaab", true],
    ["a*b*c", "a-b-b-c", true],
    ["a*b*c", "acb", false],
    [String.raw`a\*`, "a*", true],
    [String.raw`a\*`, "ab", false],
    [String.raw`a\\*`, String.raw`a\b`, true],
    ["a.c", "abc", false],
    ["*", "two\nlines", true],
  ])("%j of %j: %j", (pattern, text, expected) => {
    expect(wildcardMatcher(pattern)(text)).toBe(expected);
  });

  test("is what a regular expression says", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 12 });
    const patterns = fc.string({ unit: fc.constantFrom("a", "b", "*"), maxLength: 8 });
    fc.assert(
      fc.property(patterns, letters, (pattern, text) => {
        const expression = new RegExp(`^${pattern.replaceAll("*", ".*")}$`);
        expect(wildcardMatcher(pattern)(text)).toBe(expression.test(text));
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ["many stars", `${"*a".repeat(20_000)}*b`, "a".repeat(262_144)],
    ["a long part that nearly fits everywhere", `*${"a".repeat(100_000)}b*`, "a".repeat(262_144)],
  ])("%s take no time", (_name, pattern, text) => {
    const start = threadMs();
    expect(wildcardMatcher(pattern)(text)).toBe(false);
    expect(threadMs() - start).toBeLessThan(2000);
  });
});
