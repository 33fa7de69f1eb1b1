import { isJsonObject, type JsonObject } from "../../core/json.ts";
import { compileRule } from "../choice/rule.ts";
import { delegated } from "../elsewhere/delegate.ts";
import { StateFailure } from "../failure.ts";
import { holdsCostlyText } from "../jsonpath/cost.ts";
import type { ChoiceRule, ChoiceState, Test } from "../machine.ts";
import { chain } from "../maybe.ts";
import type { Base } from "./handlers.ts";
import { report, template, typedField, type Place } from "./fields.ts";

export function compileChoice(base: Base, state: JsonObject, place: Place): ChoiceState {
  const fallback = state["Default"];
  return {
    ...base,
    kind: "choice",
    entered: "ChoiceStateEntered",
    exited: "ChoiceStateExited",
    default: typeof fallback === "string" ? fallback : undefined,
    rules: (state["Choices"] as readonly JsonObject[])
      .filter(isJsonObject)
      .map((rule, index): ChoiceRule => {
        const at: Place = {
          ...place,
          location: `${place.location}/Choices[${index}]`,
          within: `Choices[${index}]/`,
        };
        return {
          test: testOf(rule, at),
          next: rule["Next"] as string,
          assign: template(at, rule, "Assign"),
          output: place.language === "JSONata" ? template(at, rule, "Output") : undefined,
        };
      }),
  };
}

function testOf(rule: JsonObject, place: Place): Test {
  if (place.language === "JSONPath") {
    const test = compileRule(rule, (path, message) => {
      report(place, path, message);
    });
    const { Next: _next, Assign: _assign, Output: _output, ...condition } = rule;
    return delegated({ kind: "rule", rule: condition }, holdsCostlyText(condition), test);
  }
  const named = { Condition: rule["Condition"] ?? false };
  const condition = typedField(place, named, "Condition", "boolean");
  return (root, scope) =>
    condition === undefined
      ? false
      : chain(condition(root, scope), (value) =>
          value instanceof StateFailure ? value : value === true,
        );
}
