import * as fc from "fast-check";
import { expect, test } from "vitest";

import { globOf, literalPrefix } from "./globs.ts";

test.each([
  ["in/*.csv", ["in/a.csv", "in/.csv"], ["in/b/a.csv", "in/a.csv.gz", "IN/a.csv", "a.csv"]],
  ["in/", ["in/a", "in/b/c"], ["in/", "in", "out/a"]],
  ["in/**/*.csv", ["in/a.csv", "in/b/c/a.csv"], ["in/b/c/a.txt", "ina.csv", "x/in/a.csv"]],
  ["day-??.json", ["day-01.json"], ["day-1.json", "day-0/.json"]],
  ["**/done", ["done", "a/b/done"], ["adone", "a/done/b"]],
  ["", ["a", "a/b"], [""]],
  ["a.csv", ["a.csv"], ["a!csv", "a.csv/b"]],
])("%s", (pattern, matching, others) => {
  const glob = globOf(pattern);
  expect(matching.filter((path) => !glob.matches(path))).toEqual([]);
  expect(others.filter((path) => glob.matches(path))).toEqual([]);
});

test.each([
  ["out/*.csv", "artifacts/scores/", false],
  ["**/*.csv", "artifacts/scores/", true],
  ["artifacts/*/*/*.csv", "artifacts/scores/", true],
  ["artifacts/*.csv", "artifacts/scores/", false],
  ["artifacts/", "artifacts/scores/", true],
  ["artifacts/scores/", "artifacts/scores/", true],
  ["artifacts/scores", "artifacts/scores/", false],
  ["", "artifacts/scores/", true],
])("%s may match below %s: %s", (pattern, prefix, may) => {
  expect(globOf(pattern).mayMatchBelow(prefix)).toBe(may);
});

test("what a pattern matches it may match below each of the path's folders", () => {
  const part = fc.stringMatching(/^[ab*?]{1,3}$/).filter((text) => !text.includes("**"));
  const pattern = fc.array(fc.oneof(part, fc.constant("**")), { minLength: 1, maxLength: 4 });
  const path = fc.array(fc.stringMatching(/^[ab]{1,2}$/), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(pattern, path, (parts, names) => {
      const glob = globOf(parts.join("/"));
      const expected = new RegExp(`^${parts.map(source).join("")}$`).test(names.join("/"));
      expect(glob.matches(names.join("/"))).toBe(expected);
      const folders = names.slice(1).map((_, depth) => `${names.slice(0, depth + 1).join("/")}/`);
      const missed = folders.filter((folder) => expected && !glob.mayMatchBelow(folder));
      expect(missed).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

/** The same pattern as a regular expression. */
function source(part: string, index: number, parts: readonly string[]): string {
  const isLast = index === parts.length - 1;
  if (part === "**") return isLast ? ".+" : "(.*/)?";
  const text = part.replaceAll("*", "[^/]*").replaceAll("?", "[^/]");
  return isLast ? text : `${text}/`;
}

test("hostile patterns take no longer than their length", () => {
  const glob = globOf(`${"*a".repeat(500)}b`);
  expect(glob.matches("a".repeat(1024))).toBe(false);
});

test("what comes before the first wildcard", () => {
  expect(["in/*.csv", "a?b", "plain/a.csv", "**/x"].map(literalPrefix)).toEqual([
    "in/",
    "a",
    "plain/a.csv",
    "",
  ]);
});
