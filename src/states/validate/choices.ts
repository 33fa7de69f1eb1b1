import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import { comparisons, isTest } from "../choice/operators.ts";
import type { QueryLanguage } from "../machine.ts";
import { instantOf } from "../timestamps.ts";
import { problem, type Report } from "./report.ts";
import { own } from "../own.ts";

/** Checks a Choice state's rules. */
export function validateChoices(
  choices: Json | undefined,
  language: QueryLanguage,
  location: string,
  report: Report,
): void {
  if (!Array.isArray(choices)) return;
  for (const [index, rule] of (choices as readonly Json[]).entries()) {
    const at = `${location}/Choices[${index}]`;
    if (!isJsonObject(rule)) {
      problem(report, at, "Expected value of type Object");
    } else {
      if (typeof rule["Next"] !== "string") {
        problem(report, at, "These fields are required: [Next]");
      }
      if (language === "JSONata") checkCondition(rule, at, report);
      else checkRule(rule, at, true, report);
    }
  }
}

const conditionFields: ReadonlySet<string> = new Set([
  "Comment",
  "Condition",
  "Next",
  "Assign",
  "Output",
]);

function checkCondition(rule: JsonObject, at: string, report: Report): void {
  for (const field of Object.keys(rule)) {
    if (!conditionFields.has(field)) problem(report, at, `Field '${field}' is not supported`);
  }
  const { Condition: condition } = rule;
  if (condition === undefined) {
    problem(report, at, "These fields are required: [Condition]");
  } else if (typeof condition !== "boolean" && typeof condition !== "string") {
    problem(report, `${at}/Condition`, "Expected value of type Boolean");
  }
}

function checkRule(rule: JsonObject, at: string, outermost: boolean, report: Report): void {
  const operators: string[] = [];
  for (const field of Object.keys(rule)) {
    if (isOperator(field)) operators.push(field);
    else if (!isPlain(field, outermost)) problem(report, at, `Field '${field}' is not supported`);
  }
  if (operators.length !== 1) {
    problem(report, at, "Exactly one comparison operator is required");
    return;
  }
  const operator = operators[0] ?? "";
  const value = rule[operator];
  if (operator === "Not") {
    if (isJsonObject(value)) checkRule(value, `${at}/Not`, false, report);
    else problem(report, `${at}/Not`, "Expected value of type Object");
    return;
  }
  if (operator === "And" || operator === "Or") {
    if (!Array.isArray(value) || value.length === 0) {
      problem(report, `${at}/${operator}`, "Expected value of type Array, with at least one item");
      return;
    }
    for (const [index, part] of (value as readonly Json[]).entries()) {
      const inner = `${at}/${operator}[${index}]`;
      if (isJsonObject(part)) checkRule(part, inner, false, report);
      else problem(report, inner, "Expected value of type Object");
    }
    return;
  }
  if (rule["Variable"] === undefined) {
    problem(report, at, "These fields are required: [Variable]");
  }
  const message = misfit(operator, value);
  if (message !== undefined) problem(report, `${at}/${operator}`, message);
}

function isPlain(field: string, outermost: boolean): boolean {
  if (field === "Variable" || field === "Comment") return true;
  return outermost && (field === "Next" || field === "Assign");
}

function isOperator(field: string): boolean {
  if (field === "And" || field === "Or" || field === "Not") return true;
  if (own(comparisons, field) !== undefined) return true;
  const name = field.replace(/Path$/, "");
  return (
    name !== field &&
    own(comparisons, name) !== undefined &&
    !isTest(name) &&
    name !== "StringMatches"
  );
}

function misfit(operator: string, value: Json | undefined): string | undefined {
  if (operator.endsWith("Path")) {
    return typeof value === "string" ? undefined : "Value is not a Reference Path";
  }
  if (operator.startsWith("Is") || operator.startsWith("Boolean")) {
    return typeof value === "boolean" ? undefined : "Expected value of type Boolean";
  }
  if (operator.startsWith("Numeric")) {
    return typeof value === "number" ? undefined : "Expected value of type Number";
  }
  if (typeof value !== "string") return "Expected value of type String";
  const timestamp = operator.startsWith("Timestamp");
  return timestamp && instantOf(value) === undefined
    ? "Expected value of type Timestamp"
    : undefined;
}
