import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/core/json.ts";
import { validateDefinition } from "../../src/states/validate/validate.ts";

// The package has no types.
const aslValidator = createRequire(import.meta.url)("asl-validator") as (definition: unknown) => {
  readonly isValid: boolean;
};

function states(all: JsonObject, more: JsonObject = {}): JsonObject {
  return { StartAt: Object.keys(all)[0] ?? "", States: all, ...more };
}

const pass: JsonObject = { Type: "Pass", End: true };

describe("asl-validator", () => {
  const agrees = (definition: JsonObject): boolean => aslValidator(definition).isValid;
  const ours = (definition: JsonObject): boolean =>
    validateDefinition(definition).every((problem) => problem.severity !== "ERROR");

  const task: JsonObject = {
    Type: "Task",
    Resource: "arn:aws:lambda:us-east-1:111111111111:function:f",
    End: true,
  };
  test.each<[string, JsonObject, boolean]>([
    ["a task", states({ T: task }), true],
    [
      "a task with handlers",
      states({
        T: {
          ...task,
          Retry: [{ ErrorEquals: ["E"], MaxAttempts: 1 }],
          Catch: [{ ErrorEquals: ["States.ALL"], Next: "E" }],
        },
        E: { Type: "Fail", Error: "e" },
      }),
      true,
    ],
    [
      "a JSONata chain",
      states(
        { A: { Type: "Pass", Output: "{% 1 %}", Next: "B" }, B: { Type: "Succeed" } },
        { QueryLanguage: "JSONata" },
      ),
      true,
    ],
    ["a map", states({ M: { Type: "Map", ItemProcessor: states({ I: pass }), End: true } }), true],
    [
      "branches",
      states({ P: { Type: "Parallel", Branches: [states({ B: pass })], End: true } }),
      true,
    ],
    [
      "a choice",
      states({
        C: {
          Type: "Choice",
          Choices: [{ Variable: "$.a", NumericEquals: 1, Next: "E" }],
          Default: "E",
        },
        E: { Type: "Succeed" },
      }),
      true,
    ],
    ["a wait", states({ W: { Type: "Wait", SecondsPath: "$.s", End: true } }), true],
    ["a task without a resource", states({ T: { Type: "Task", End: true } }), false],
    ["a missing target", states({ A: { Type: "Pass", Next: "B" } }), false],
    ["an unknown type", states({ A: { Type: "Nope", End: true } }), false],
    ["no way on", states({ A: { Type: "Pass" } }), false],
    ["no start", { States: { A: pass } }, false],
    ["an unknown field", states({ A: { ...pass, Nope: 1 } }), false],
    ["an unreachable state", states({ A: pass, B: pass }), false],
    [
      "a choice without rules",
      states({ C: { Type: "Choice", Default: "E" }, E: { Type: "Succeed" } }),
      false,
    ],
  ])("agrees on %s", (_name, definition, valid) => {
    expect({ ours: ours(definition), theirs: agrees(definition) }).toEqual({
      ours: valid,
      theirs: valid,
    });
  });
});
