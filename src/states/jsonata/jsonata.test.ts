import { describe, expect, test } from "vitest";
import type { Json } from "../../core/json.ts";
import { StateFailure } from "../failure.ts";
import type { Scope } from "../machine.ts";
import { compileExpression } from "./expression.ts";
import { compileTemplate } from "./template.ts";

const scope: Scope = {
  input: { n: 4, list: [3, 1, 2], one: [7], deep: { a: { b: null } }, text: "ção" },
  result: { ok: true },
  errorOutput: undefined,
  variables: {
    own: { inner: 1 },
    outer: { own: { inner: 9, outer: [{ x: 1 }] }, outer: undefined },
  },
  context: () => ({ Execution: { Name: "run" } }),
  now: () => Date.UTC(2026, 0, 31, 3),
  random: () => 0.25,
  uuid: () => "the uuid",
};

async function value(source: string): Promise<Json | undefined> {
  const compiled = compileExpression(`{% ${source} %}`, "Output");
  if (!compiled.ok) return `${compiled.error.code}: ${compiled.error.message}`;
  const answer = await compiled.value(null, scope);
  return answer instanceof StateFailure ? (answer.cause ?? "") : answer;
}

describe("expressions", () => {
  test.each<[string, Json]>([
    ["$states.input.n + $inner", 5],
    ["$states.input.deep.a.b", null],
    ["$states.result", { ok: true }],
    ["$states.context.Execution.Name", "run"],
    ["$outer.x", 1],
    ["$states.input.one", [7]],
    ["$states.input.list[$ > 1]", [3, 2]],
    ["$sort($states.input.list)", [1, 2, 3]],
    ["$map([1, 2], function($v) { $v * 2 })", [2, 4]],
    ["$now()", "2026-01-31T03:00:00.000Z"],
    ["$now('[Y]/[M]')", "2026/1"],
    ["$millis()", 1_769_828_400_000],
    ["$uuid()", "the uuid"],
    ["$random()", 0.25],
    ["$random(42)", 0.727_563_680_032_868_1],
    ["$partition([1, 2, 3], 2)", [[1, 2], [3]]],
    ["$range(0, 6, 2)", [0, 2, 4, 6]],
    ["$range(1, 9, 9)", 1],
    ["[$range(1, 9, 9)]", [1]],
    ["$range(1, 0, 1)", []],
    ["$hash($states.input.text, 'MD5')", "28452896dc8896b5ec91899a8f0c4143"],
    ['$parse("{\\"a\\": [1]}").a', [1]],
    ["1 / 0", "Infinity"],
  ])("%s", async (source, expected) => {
    expect(await value(source)).toEqual(expected);
  });

  const named = (source: string): string =>
    `The JSONata expression '${source}' specified for the field 'Output'`;

  test.each([
    ["$gone", `${named("$gone")} returned nothing (undefined).`],
    ["$states.input.gone", `${named("$states.input.gone")} returned nothing (undefined).`],
    ["$sum", `${named("$sum")} returned an unsupported result type.`],
    [
      "$eval('1')",
      `${named("$eval('1')")} threw an error during evaluation. T1006: Attempted to invoke a non-function`,
    ],
    [
      "1 + 'a'",
      `${named("1 + 'a'")} threw an error during evaluation. T2002: The right side of the "+" operator must evaluate to a number`,
    ],
    [
      "$abs('x')",
      `${named("$abs('x')")} threw an error during evaluation. T0410: Argument 1 of function "abs" does not match function signature`,
    ],
    [
      "($f := function($n) { 1 + $f($n) }; $f(1))",
      `${named("($f := function($n) { 1 + $f($n) }; $f(1))")} threw an error during evaluation: Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive.`,
    ],
  ])("%s fails", async (source, cause) => {
    expect(await value(source)).toBe(cause);
  });

  test("that never end are stopped, at the same step on every machine", async () => {
    const source = "($f := function($n) { $f($n + 1) }; $f(1))";
    expect(await value(source)).toBe(
      `${named(source)} threw an error during evaluation: Expression evaluation timeout: Check for infinite loop`,
    );
  });

  test.each([
    ["1 +", "INVALID_JSONATA_EXPRESSION: Unexpected end of expression"],
    [
      "phone",
      "UNSUPPORTED_JSONATA_EXPRESSION: Reference to 'phone' at the top level is not supported.",
    ],
    [
      "$sum(a.b)",
      "UNSUPPORTED_JSONATA_EXPRESSION: Reference to 'a' at the top level is not supported.",
    ],
  ])("%s is refused", async (source, problem) => {
    expect(await value(source)).toBe(problem);
  });

  test.each(["$states.input.list.(a)", "$outer[x = 1].x", "$outer{'k': x}", "$outer^(x).x"])(
    "%s reads names from what is before them",
    async (source) => {
      expect(JSON.stringify(await value(source))).not.toContain("UNSUPPORTED");
    },
  );
});

describe("templates", () => {
  test("evaluate expressions wherever they are, and keep everything else", async () => {
    const template = {
      a: ["{% $inner %}", "$inner"],
      b: { c: "{% $states.input.n > 3 %}" },
      d: "{% not closed",
    };
    const evaluate = compileTemplate(template, "Output", () => expect.unreachable());
    expect(await evaluate(null, scope)).toEqual({
      a: [1, "$inner"],
      b: { c: true },
      d: "{% not closed",
    });
  });

  test("name the place of a failure", async () => {
    const evaluate = compileTemplate({ a: [1, { b: "{% $gone %}" }] }, "Output", () =>
      expect.unreachable(),
    );
    const failure = await evaluate(null, scope);
    expect(failure).toMatchObject({
      error: "States.QueryEvaluationError",
      location: "Output/a[1]/b",
    });
  });
});

describe("an expression that nests without end is refused, and overflows no stack", () => {
  test.each([
    ["(", ")"],
    ["[", "]"],
    ["{'a':", "}"],
    ["-", ""],
    ["1+", ""],
    ["1?1:", ""],
    ["$not(", ")"],
    ["$f(", ")"],
    ["function(){", "}"],
    ["a.", ""],
  ])("30,000 times %s", async (open, close) => {
    const nested = (times: number): string => `${open.repeat(times)}1${close.repeat(times)}`;
    expect(await value(nested(30_000))).toBe(
      "INVALID_JSONATA_EXPRESSION: The expression nests too deeply; assign its parts to variables",
    );
    // What the parser still takes may be more than what walks through it does: any answer will do.
    for (const times of [300, 1000, 2000, 4000]) await value(nested(times));
  });

  test("30,000 times !(, which isn't an operator of JSONata", async () => {
    expect(await value("!(".repeat(30_000))).toBe(
      'INVALID_JSONATA_EXPRESSION: Unknown operator: "!"',
    );
  });
});
