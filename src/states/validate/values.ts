import { isJsonObject, type Json } from "../../core/json.ts";
import { isExpression } from "../jsonata/expression.ts";
import type { QueryLanguage } from "../machine.ts";
import { instantOf } from "../timestamps.ts";
import type { FieldKind, FieldRule } from "./fields.ts";

const expected: Readonly<Record<FieldKind, string>> = {
  string: "Expected value of type String",
  boolean: "Expected value of type Boolean",
  object: "Expected value of type Object",
  array: "Expected value of type Array",
  any: "",
  count: "Expected value of type Integer, at least 0",
  positive: "Expected value of type Integer, at least 1",
  number: "Expected value of type Number",
  path: "Value is not a valid JSONPath",
  timestamp: "Expected value of type Timestamp",
};

/** Why a value doesn't fit its field; undefined when it does. */
export function misfit(value: Json, rule: FieldRule, language: QueryLanguage): string | undefined {
  const mayBeExpression = rule.expression === true && language === "JSONata";
  if (mayBeExpression && typeof value === "string" && isExpression(value)) return undefined;
  return fits(value, rule.kind) ? undefined : expected[rule.kind];
}

function fits(value: Json, kind: FieldKind): boolean {
  switch (kind) {
    case "string":
      return typeof value === "string";
    case "boolean":
      return typeof value === "boolean";
    case "object":
      return isJsonObject(value);
    case "array":
      return Array.isArray(value);
    case "any":
      return true;
    case "count":
      return typeof value === "number" && Number.isInteger(value) && value >= 0;
    case "positive":
      return typeof value === "number" && Number.isInteger(value) && value >= 1;
    case "number":
      return typeof value === "number";
    case "path":
      return value === null || typeof value === "string";
    case "timestamp":
      return typeof value === "string" && instantOf(value) !== undefined;
  }
}
