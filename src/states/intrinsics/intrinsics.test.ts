import { describe, expect, test } from "vitest";
import type { Json } from "../../core/json.ts";
import { StateFailure } from "../failure.ts";
import type { Scope } from "../machine.ts";
import { compileIntrinsic } from "./compile.ts";

const scope: Scope = {
  input: {},
  result: undefined,
  errorOutput: undefined,
  variables: { own: { name: "Ana" }, outer: undefined },
  context: () => ({ Execution: { Name: "run" } }),
  now: () => 0,
  random: () => 0.5,
  uuid: () => "00000000-0000-4000-8000-000000000000",
};

function call(text: string, input: Json = {}): Json | undefined {
  const compiled = compileIntrinsic(text);
  if (!compiled.ok) return `refused: ${compiled.error}`;
  const value = compiled.value(input, scope);
  return value instanceof StateFailure ? `${value.error ?? ""}: ${value.cause ?? ""}` : value;
}

describe("intrinsic functions", () => {
  test.each<[string, Json]>([
    ["States.Array()", []],
    ["States.Array(1, 'two', true, null, $.x)", [1, "two", true, null, { y: 3 }]],
    [
      "States.ArrayPartition($.list, 2)",
      [
        [1, 2],
        [2, 3],
      ],
    ],
    ["States.ArrayContains($.list, 3)", true],
    ["States.ArrayRange(1, 9, 2)", [1, 3, 5, 7, 9]],
    ["States.ArrayRange(5, 1, -2)", [5, 3, 1]],
    ["States.ArrayGetItem($.list, 3)", 3],
    ["States.ArrayLength($.list)", 4],
    ["States.ArrayUnique($.list)", [1, 2, 3]],
    ["States.Base64Encode('açaí')", "YcOnYcOt"],
    ["States.Base64Decode('YcOnYcOt')", "açaí"],
    ["States.Hash('a', 'SHA-1')", "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"],
    ["States.JsonMerge($.x, $.z, false)", { y: 4 }],
    ["States.StringToJson('[1, {}]')", [1, {}]],
    ["States.JsonToString($.x)", '{"y":3}'],
    ["States.MathAdd(1.5, -0.5)", 2],
    ["States.MathRandom(1, 11)", 6],
    ["States.StringSplit('1,2.3,,4', ',.')", ["1", "2", "3", "4"]],
    ["States.UUID()", "00000000-0000-4000-8000-000000000000"],
    [
      "States.Format('{} is {}, \\{not\\} \\'{}\\'', $name, $.list, $$.Execution.Name)",
      "Ana is [1, 2, 2, 3], {not} 'run'",
    ],
    ["States.Format('{} {} {} {}', $.x, States.Array(), true, null)", "{y=3} [] true null"],
    ["States.Format('{}', States.ArrayGetItem(States.StringSplit('a/b', '/'), 1))", "b"],
    ["States.ArrayGetItem($.list[?(@ > 1)], 0)", 2],
  ])("%s", (text, expected) => {
    expect(call(text, { list: [1, 2, 2, 3], x: { y: 3 }, z: { y: 4 } })).toEqual(expected);
  });

  test.each([
    [
      "States.Format('{}', $.gone)",
      "States.Runtime: The function 'States.Format('{}', $.gone)' had the following error: The JsonPath argument for the field '$.gone' could not be found in the input '{}'",
    ],
    [
      "States.StringToJson('{')",
      "States.IntrinsicFailure: The function 'States.StringToJson('{')' had the following error: The argument is not valid JSON",
    ],
    [
      "States.ArrayRange(0, 5000, 1)",
      "States.IntrinsicFailure: The function 'States.ArrayRange(0, 5000, 1)' had the following error: The array must not have more than 1000 elements",
    ],
  ])("%s fails", (text, message) => {
    expect(call(text)).toBe(message);
  });

  test.each([
    "States.Nope()",
    "States.ArrayLength()",
    "States.UUID(1)",
    "States.Format('open)",
    "States.MathAdd(1, 2) more",
    "States.Array(bare)",
  ])("%s is refused", (text) => {
    expect(call(text)).toContain("refused: ");
  });

  test("are refused where they are nested deeper than ten", () => {
    const nested = `${"States.Array(".repeat(12)}1${")".repeat(12)}`;
    expect(call(nested)).toBe("refused: More than 10 nested calls");
  });
});
