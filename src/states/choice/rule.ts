import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import { runtimeFailure, StateFailure } from "../failure.ts";
import { NoValue } from "../jsonpath/evaluate.ts";
import { parsePath } from "../jsonpath/parse.ts";
import type { Path } from "../jsonpath/path.ts";
import { valueAt } from "../jsonpath/reference.ts";
import type { ReportProblem } from "../jsonpath/template.ts";
import type { Scope } from "../machine.ts";
import { comparisons, isTest } from "./operators.ts";
import { own } from "../own.ts";

/** A Choice rule's condition in JSONPath: always known at once. */
export type TestNow = (root: Json, scope: Scope) => boolean | StateFailure;

/** Compiles a rule (`Next` apart): `And`, `Or`, `Not`, or a comparison of a `Variable`. */
export function compileRule(
  rule: JsonObject,
  report: ReportProblem,
  path: readonly (string | number)[] = [],
): TestNow {
  const parts = (field: string): TestNow[] =>
    (rule[field] as readonly Json[]).map((part, index) =>
      compileRule(isJsonObject(part) ? part : {}, report, [...path, field, index]),
    );
  if (Array.isArray(rule["And"])) return allOf(parts("And"));
  if (Array.isArray(rule["Or"])) return anyOf(parts("Or"));
  if (isJsonObject(rule["Not"])) return negated(compileRule(rule["Not"], report, [...path, "Not"]));
  return compileComparison(rule, report, path);
}

function allOf(parts: readonly TestNow[]): TestNow {
  return (root, scope) => {
    for (const part of parts) {
      const answer = part(root, scope);
      if (answer !== true) return answer;
    }
    return true;
  };
}

function anyOf(parts: readonly TestNow[]): TestNow {
  return (root, scope) => {
    for (const part of parts) {
      const answer = part(root, scope);
      if (answer !== false) return answer;
    }
    return false;
  };
}

function negated(part: TestNow): TestNow {
  return (root, scope) => {
    const answer = part(root, scope);
    return answer instanceof StateFailure ? answer : !answer;
  };
}

function compileComparison(
  rule: JsonObject,
  report: ReportProblem,
  path: readonly (string | number)[],
): TestNow {
  const variable = compilePath(rule["Variable"], "Variable", report, path);
  const operator = Object.keys(rule).find((key) => own(comparisons, key.replace(/Path$/, "")));
  if (variable === undefined || operator === undefined) return () => false;
  const name = operator.replace(/Path$/, "");
  const compare = own(comparisons, name) ?? (() => false);
  if (name === "IsPresent") {
    const wanted = rule[operator] === true;
    return (root, scope) => !(valueAt(variable, root, scope) instanceof NoValue) === wanted;
  }
  if (name === operator || isTest(name)) {
    const wanted = rule[operator] ?? null;
    return (root, scope) => {
      const value = valueAt(variable, root, scope);
      return value instanceof NoValue ? invalid(variable) : compare(value, wanted);
    };
  }
  const other = compilePath(rule[operator], operator, report, path);
  if (other === undefined) return () => false;
  return (root, scope) => {
    const value = valueAt(variable, root, scope);
    if (value instanceof NoValue) return invalid(variable);
    const wanted = valueAt(other, root, scope);
    return wanted instanceof NoValue ? invalid(other) : compare(value, wanted);
  };
}

function compilePath(
  text: Json | undefined,
  field: string,
  report: ReportProblem,
  path: readonly (string | number)[],
): Path | undefined {
  const parsed = typeof text === "string" ? parsePath(text) : undefined;
  if (parsed?.ok === true) return parsed.value;
  report([...path, field], "Value is not a Reference Path");
  return undefined;
}

function invalid(path: Path): StateFailure {
  return runtimeFailure(
    `Invalid path '${path.text}': The choice state's condition path references an invalid value.`,
  );
}
