import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../core/json.ts";
import { simulate } from "./simulate.ts";
import { validateDefinition } from "./validate/validate.ts";

/** Names that every object of JavaScript knows, and one that `JSON.parse` makes a field of. */
const names = [
  "constructor",
  "toString",
  "valueOf",
  "hasOwnProperty",
  "__proto__",
  "isPrototypeOf",
];

/** An object with one field, whatever its name. */
const field = (name: string, value: Json): JsonObject => Object.fromEntries([[name, value]]);

async function output(definition: JsonObject, input: Json = {}): Promise<Json | undefined> {
  const run = await simulate(definition, input);
  return run.status === "SUCCEEDED" ? run.output : `${run.error}: ${run.cause}`;
}

function problemsOf(definition: JsonObject): string[] {
  return validateDefinition(definition).map(
    ({ location, message }) => `${location === "" ? "/" : location}: ${message}`,
  );
}

describe.each(names)("%s", (name) => {
  test("is a name of a state", async () => {
    const definition: JsonObject = {
      StartAt: name,
      States: field(name, { Type: "Pass", Result: 1, End: true }),
    };
    expect(await output(definition)).toBe(1);
    const wrong = { StartAt: "A", States: { A: { Type: "Pass", Next: name } } };
    expect(problemsOf(wrong)[0]).toBe(`/States/A/Next: Missing 'Next' target: ${name}`);
  });

  test("is neither a type nor a field nor an operator", () => {
    const typed = { StartAt: "A", States: { A: { Type: name, End: true } } };
    expect(problemsOf(typed)[0]).toMatch(/^\/States\/A\/Type: Value must be one of: \[/);
    const extra = { StartAt: "A", States: { A: { Type: "Pass", End: true, ...field(name, 1) } } };
    expect(problemsOf(extra)).not.toEqual([]);
    const rule = { Variable: "$.a", ...field(name, 1), Next: "B" };
    const chosen = {
      StartAt: "A",
      States: { A: { Type: "Choice", Choices: [rule] }, B: { Type: "Succeed" } },
    };
    expect(problemsOf(chosen)).not.toEqual([]);
    const retrier = { ErrorEquals: ["States.ALL"], ...field(name, 1) };
    const task = { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", End: true };
    const retried = { StartAt: "A", States: { A: { ...task, Retry: [retrier] } } };
    expect(problemsOf(retried)).not.toEqual([]);
  });

  test("is a name in templates, paths and variables of JSONPath", async () => {
    const definition: JsonObject = {
      StartAt: "A",
      States: {
        A: {
          Type: "Pass",
          Assign: field(`${name}.$`, `$['${name}']`),
          Parameters: field(`${name}.$`, "$.value"),
          Next: "B",
        },
        B: {
          Type: "Pass",
          Parameters: { "field.$": `$['${name}']`, "variable.$": `$${name}` },
          End: true,
        },
      },
    };
    expect(await output(definition, { value: 7 })).toEqual({ field: 7, variable: 7 });
    const gone = {
      StartAt: "A",
      States: { A: { Type: "Pass", OutputPath: `$.${name}`, End: true } },
    };
    expect(await output(gone)).toBe(
      `States.Runtime: An error occurred while executing the state 'A' (entered at the event id #2). Invalid path '$.${name}' : No results for path: $['${name}']`,
    );
    const placed = {
      StartAt: "A",
      States: { A: { Type: "Pass", Result: 1, ResultPath: `$.${name}`, End: true } },
    };
    const run = await output(placed);
    expect(Object.entries(run as JsonObject)).toEqual([[name, 1]]);
  });

  test("is a name in JSONata", async () => {
    const asked = (expression: string): JsonObject => ({
      QueryLanguage: "JSONata",
      StartAt: "A",
      States: { A: { Type: "Pass", Output: `{% ${expression} %}`, End: true } },
    });
    for (const expression of [
      `$exists($states.input.${name})`,
      `$exists($states.input.a.${name})`,
      `$exists($lookup($states.input, '${name}'))`,
    ]) {
      expect(await output(asked(expression), { a: {} })).toBe(false);
    }
    expect(await output(asked(`$states.input.${name}`), field(name, 3))).toBe(3);
    expect(await output(asked(`1 + $states.input.${name}`), field(name, 3))).toBe(4);
  });

  test("is neither a function nor an algorithm", async () => {
    const call = (text: string): JsonObject => ({
      StartAt: "A",
      States: { A: { Type: "Pass", Parameters: { "x.$": text }, End: true } },
    });
    expect(problemsOf(call(`States.${name.replaceAll("_", "")}()`))).not.toEqual([]);
    expect(await output(call(`States.Hash('a', '${name}')`))).toBe(
      `States.IntrinsicFailure: An error occurred while executing the state 'A' (entered at the event id #2). The function 'States.Hash('a', '${name}')' had the following error: The hash algorithm is not supported`,
    );
  });
});
