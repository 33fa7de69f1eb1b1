import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../core/json.ts";
import { StateFailure } from "../failure.ts";
import type { Scope } from "../machine.ts";
import { compileRule } from "./rule.ts";

const scope: Scope = {
  input: {},
  result: undefined,
  errorOutput: undefined,
  variables: { own: { limit: 3 }, outer: undefined },
  context: () => ({}),
  now: () => 0,
  random: () => 0,
  uuid: () => "",
};

function answer(rule: JsonObject, input: Json): boolean | string {
  const test = compileRule(rule, (path, message) => {
    throw new Error(`${path.join("/")}: ${message}`);
  });
  const value = test(input, scope);
  return value instanceof StateFailure ? (value.cause ?? "") : value;
}

const at = "2026-01-31T03:00:00Z";

describe("choice rules", () => {
  test.each<[string, JsonObject, Json, boolean]>([
    ["equal text", { Variable: "$.v", StringEquals: "a" }, { v: "a" }, true],
    ["text in order", { Variable: "$.v", StringLessThan: "b" }, { v: "a" }, true],
    ["text against a number", { Variable: "$.v", StringEquals: "1" }, { v: 1 }, false],
    ["numbers", { Variable: "$.v", NumericGreaterThanEquals: 2 }, { v: 2 }, true],
    ["a number against text", { Variable: "$.v", NumericEquals: 2 }, { v: "2" }, false],
    ["a path to compare with", { Variable: "$.v", NumericLessThanPath: "$limit" }, { v: 2 }, true],
    ["booleans", { Variable: "$.v", BooleanEquals: false }, { v: false }, true],
    ["a pattern", { Variable: "$.v", StringMatches: "log-*.txt" }, { v: "log-1.2.txt" }, true],
    ["a star in a pattern", { Variable: "$.v", StringMatches: "a\\*b" }, { v: "axb" }, false],
    ["an escaped star", { Variable: "$.v", StringMatches: "a\\*b" }, { v: "a*b" }, true],
    ["a pattern over lines", { Variable: "$.v", StringMatches: "a*b" }, { v: "a\nb" }, true],
    [
      "the same instant elsewhere",
      { Variable: "$.v", TimestampEquals: at },
      { v: "2026-01-31T00:00:00-03:00" },
      true,
    ],
    [
      "a time without an offset",
      { Variable: "$.v", IsTimestamp: true },
      { v: "2026-01-31T03:00:00" },
      false,
    ],
    ["a timestamp", { Variable: "$.v", IsTimestamp: true }, { v: at }, true],
    ["presence", { Variable: "$.v", IsPresent: false }, {}, true],
    ["presence in an array", { Variable: "$.v[3]", IsPresent: true }, { v: [1] }, false],
    ["null", { Variable: "$.v", IsNull: true }, { v: null }, true],
    ["not a number", { Not: { Variable: "$.v", IsNumeric: true } }, { v: "1" }, true],
    [
      "all of several",
      {
        And: [
          { Variable: "$.v", IsString: true },
          { Variable: "$.v", StringEquals: "b" },
        ],
      },
      { v: "a" },
      false,
    ],
    [
      "any of several, the rest unread",
      {
        Or: [
          { Variable: "$.v", IsString: true },
          { Variable: "$.gone", IsNull: true },
        ],
      },
      { v: "a" },
      true,
    ],
  ])("%s", (_name, rule, input, expected) => {
    expect(answer(rule, input)).toBe(expected);
  });

  test("fail on a variable that isn't there", () => {
    expect(answer({ Variable: "$.gone", StringEquals: "a" }, {})).toBe(
      "Invalid path '$.gone': The choice state's condition path references an invalid value.",
    );
  });
});
