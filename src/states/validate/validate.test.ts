import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../core/json.ts";
import { recordedRows } from "../../../test/conformance/rows.ts";
import { validateDefinition } from "./validate.ts";

function problems(definition: unknown): string[] {
  return validateDefinition(definition as JsonObject).map(
    ({ code, location, message }) => `${code} ${location}: ${message}`,
  );
}

function states(all: JsonObject, more: JsonObject = {}): JsonObject {
  return { StartAt: Object.keys(all)[0] ?? "", States: all, ...more };
}

const pass: JsonObject = { Type: "Pass", End: true };

describe("what AWS refuses", () => {
  test.each<[string, unknown, string[]]>([
    ["no object", [], ["INVALID_JSON_DESCRIPTION : Expected value of type Object"]],
    [
      "nothing in it",
      {},
      ["SCHEMA_VALIDATION_FAILED : These fields are required: [StartAt, States]"],
    ],
    [
      "a target that isn't there, and so no end",
      states({ A: { Type: "Pass", Next: "NOPE" } }),
      [
        "MISSING_TRANSITION_TARGET /States/A/Next: Missing 'Next' target: NOPE",
        "MISSING_END_STATE : Workflow has no terminal state",
      ],
    ],
    [
      "a state nothing leads to",
      states({ A: pass, "B/C": pass }),
      ['MISSING_TRANSITION_TARGET /States/B~1C: State "B/C" is not reachable.'],
    ],
    [
      "a loop without an end",
      states({ A: { Type: "Pass", Next: "B" }, B: { Type: "Pass", Next: "A" } }),
      ["MISSING_END_STATE : Workflow has no terminal state"],
    ],
    [
      "targets of rules, defaults and catchers",
      states({
        C: {
          Type: "Choice",
          Choices: [{ Variable: "$.a", IsNull: true, Next: "X" }],
          Default: "T",
        },
        T: {
          Type: "Task",
          Resource: "arn:aws:lambda:::function:f",
          Catch: [{ ErrorEquals: ["States.ALL"], Next: "Y" }],
          End: true,
        },
      }),
      [
        "MISSING_TRANSITION_TARGET /States/C/Choices[0]/Next: Missing 'Next' target: X",
        "MISSING_TRANSITION_TARGET /States/T/Catch[0]/Next: Missing 'Next' target: Y",
      ],
    ],
    [
      "a field of another type of state",
      states({
        M: { Type: "Map", TimeoutSeconds: 1, ItemProcessor: states({ I: pass }), End: true },
      }),
      ["SCHEMA_VALIDATION_FAILED /States/M: Field 'TimeoutSeconds' is not supported"],
    ],
    [
      "a field of the other query language",
      states({ A: { Type: "Pass", Output: 1, End: true } }),
      [
        "SCHEMA_VALIDATION_FAILED /States/A: The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage",
      ],
    ],
    [
      "JSONPath within JSONata",
      states({ A: { ...pass, QueryLanguage: "JSONPath" } }, { QueryLanguage: "JSONata" }),
      [
        "SCHEMA_VALIDATION_FAILED /States/A: 'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
      ],
    ],
    [
      "a query language for an item processor",
      states({
        M: {
          Type: "Map",
          ItemProcessor: states({ I: pass }, { QueryLanguage: "JSONata" }),
          End: true,
        },
      }),
      ["SCHEMA_VALIDATION_FAILED /States/M/ItemProcessor: Field 'QueryLanguage' is not supported"],
    ],
    [
      "an expression that doesn't parse, and one that reads from nowhere",
      states(
        { A: { Type: "Pass", Output: { v: "{% 1 + %}", w: "{% phone %}" }, End: true } },
        { QueryLanguage: "JSONata" },
      ),
      [
        "INVALID_JSONATA_EXPRESSION /States/A/Output/v: Unexpected end of expression",
        "UNSUPPORTED_JSONATA_EXPRESSION /States/A/Output/w: Reference to 'phone' at the top level is not supported.",
      ],
    ],
    [
      "paths and calls that don't parse",
      states({
        A: {
          Type: "Pass",
          InputPath: "$.[",
          Parameters: { "x.$": "States.Nope()" },
          ResultPath: "$.a[*]",
          End: true,
        },
      }),
      [
        "SCHEMA_VALIDATION_FAILED /States/A/InputPath: Value is not a valid JSONPath",
        "SCHEMA_VALIDATION_FAILED /States/A/Parameters/x.$: The value for the field 'x.$' must be a valid JSONPath or a valid intrinsic function call",
        "SCHEMA_VALIDATION_FAILED /States/A/ResultPath: Value is not a Reference Path",
      ],
    ],
    [
      "neither Next nor End, and both",
      states({ A: { Type: "Pass", Next: "B", End: true }, B: { Type: "Pass" } }),
      [
        "SCHEMA_VALIDATION_FAILED /States/A: Exactly one of these fields is required: [Next, End]",
        "SCHEMA_VALIDATION_FAILED /States/B: Exactly one of these fields is required: [Next, End]",
      ],
    ],
    [
      "a wait of two lengths",
      states({ W: { Type: "Wait", Seconds: 1, SecondsPath: "$.s", End: true } }),
      [
        "SCHEMA_VALIDATION_FAILED /States/W: Exactly one of these fields is required: [Seconds, SecondsPath, Timestamp, TimestampPath]",
      ],
    ],
    [
      "a name twice",
      states({ P: { Type: "Parallel", Branches: [states({ P: pass })], End: true } }),
      ["DUPLICATE_STATE_NAME /States/P/Branches[0]/States/P: Duplicate State name: P"],
    ],
    [
      "a name of 81 characters",
      states({ ["x".repeat(81)]: pass }),
      [`INVALID_STATE_NAME /States/${"x".repeat(81)}: State name must have 1 to 80 characters`],
    ],
    [
      "retriers that can't be",
      states({
        T: {
          Type: "Task",
          Resource: "arn:aws:lambda:::function:f",
          Retry: [{ ErrorEquals: ["States.ALL", "E"], BackoffRate: 0.5, MaxDelaySeconds: 1 }],
          End: true,
        },
      }),
      [
        "SCHEMA_VALIDATION_FAILED /States/T/Retry[0]/ErrorEquals: States.ALL must appear alone, and in the last retrier or catcher",
        "SCHEMA_VALIDATION_FAILED /States/T/Retry[0]/BackoffRate: Value must be at least 1.0",
        "SCHEMA_VALIDATION_FAILED /States/T/Retry[0]/MaxDelaySeconds: Value must be greater than IntervalSeconds and at most 31622400",
      ],
    ],
    [
      "a rule with two operators",
      states({
        C: {
          Type: "Choice",
          Choices: [{ Variable: "$.a", IsNull: true, IsString: true, Next: "E" }],
        },
        E: { Type: "Succeed" },
      }),
      [
        "SCHEMA_VALIDATION_FAILED /States/C/Choices[0]: Exactly one comparison operator is required",
      ],
    ],
    [
      "an unknown type",
      states({ A: { Type: "Passs", End: true } }),
      [
        "SCHEMA_VALIDATION_FAILED /States/A/Type: Value must be one of: [Pass, Task, Choice, Wait, Succeed, Fail, Parallel, Map]",
      ],
    ],
  ])("%s", (_name, definition, expected) => {
    expect(problems(definition)).toEqual(expected);
  });

  test("warns of a path that stays text", () => {
    const definition = states({ A: { Type: "Pass", Result: { "a.$": "$.b" }, End: true } });
    expect(validateDefinition(definition)).toEqual([
      {
        code: "PASS_RESULT_IS_STATIC",
        location: "/States/A/Result/a.$",
        message: "A Pass state's Result is static: paths in it are not evaluated",
        severity: "WARNING",
      },
    ]);
  });
});

describe("what AWS accepted", () => {
  const rows = recordedRows();

  test("is accepted: every recorded definition", () => {
    const refused = rows.filter(({ definition }) =>
      validateDefinition(definition).some((problem) => problem.severity === "ERROR"),
    );
    expect(refused.map((row) => row.id)).toEqual([]);
  });
});

test.each([
  ["Not", (inner: Json): Json => ({ Not: inner }), { Variable: "$.a", IsNull: true }],
  ["And", (inner: Json): Json => ({ And: [inner] }), { Variable: "$.a", IsNull: true }],
])("30,000 times %s is a problem of the definition, not a stack overflow", (_name, wrap, last) => {
  let rule: Json = last;
  for (let depth = 0; depth < 30_000; depth += 1) rule = wrap(rule);
  const choice = { Type: "Choice", Choices: [{ ...(rule as JsonObject), Next: "B" }] };
  const definition = { StartAt: "A", States: { A: choice, B: { Type: "Succeed" } } };
  expect(validateDefinition(definition)).toEqual([
    {
      code: "INVALID_JSON_DESCRIPTION",
      location: "",
      message: "Definition must not nest deeper than 500 levels",
      severity: "ERROR",
    },
  ]);
});
