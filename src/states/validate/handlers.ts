import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import type { QueryLanguage } from "../machine.ts";
import type { FieldRule } from "./fields.ts";
import { problem, type Report } from "./report.ts";
import { misfit } from "./values.ts";
import { own } from "../own.ts";

const retrier: Readonly<Record<string, FieldRule>> = {
  Comment: { kind: "string" },
  ErrorEquals: { kind: "array" },
  IntervalSeconds: { kind: "positive" },
  MaxAttempts: { kind: "count" },
  BackoffRate: { kind: "number" },
  MaxDelaySeconds: { kind: "positive" },
  JitterStrategy: { kind: "string" },
};
const catcher: Readonly<Record<string, FieldRule>> = {
  Comment: { kind: "string" },
  ErrorEquals: { kind: "array" },
  Next: { kind: "string" },
  ResultPath: { kind: "path", only: "JSONPath" },
  Assign: { kind: "object" },
  Output: { kind: "any", only: "JSONata" },
};

/** Checks `Retry` and `Catch`. */
export function validateHandlers(
  state: JsonObject,
  language: QueryLanguage,
  location: string,
  report: Report,
): void {
  check(state["Retry"], `${location}/Retry`, retrier, ["ErrorEquals"], language, report);
  check(state["Catch"], `${location}/Catch`, catcher, ["ErrorEquals", "Next"], language, report);
}

function check(
  list: Json | undefined,
  location: string,
  rules: Readonly<Record<string, FieldRule>>,
  required: readonly string[],
  language: QueryLanguage,
  report: Report,
): void {
  if (!Array.isArray(list)) return;
  for (const [index, item] of (list as readonly Json[]).entries()) {
    const at = `${location}[${index}]`;
    if (!isJsonObject(item)) {
      problem(report, at, "Expected value of type Object");
      continue;
    }
    for (const [field, value] of Object.entries(item)) {
      const rule = own(rules, field);
      if (rule === undefined) {
        problem(report, at, `Field '${field}' is not supported`);
      } else if (rule.only !== undefined && rule.only !== language) {
        problem(
          report,
          at,
          `The QueryLanguage is set to '${language}', but field '${field}' is only supported for the '${rule.only}' QueryLanguage`,
        );
      } else {
        const message = misfit(value, rule, language);
        if (message !== undefined) problem(report, `${at}/${field}`, message);
      }
    }
    const missing = required.filter((field) => item[field] === undefined);
    if (missing.length > 0) {
      problem(report, at, `These fields are required: [${missing.join(", ")}]`);
    }
    checkErrors(item["ErrorEquals"], at, index === list.length - 1, report);
    checkNumbers(item, at, report);
  }
}

function checkErrors(errors: Json | undefined, at: string, last: boolean, report: Report): void {
  if (!Array.isArray(errors)) return;
  const names = errors as readonly Json[];
  if (names.length === 0) problem(report, `${at}/ErrorEquals`, "Must contain at least one item");
  if (names.some((name) => typeof name !== "string")) {
    problem(report, `${at}/ErrorEquals`, "Expected value of type String");
  }
  if (names.includes("States.ALL") && (names.length > 1 || !last)) {
    problem(
      report,
      `${at}/ErrorEquals`,
      "States.ALL must appear alone, and in the last retrier or catcher",
    );
  }
}

function checkNumbers(item: JsonObject, at: string, report: Report): void {
  const { BackoffRate: rate, JitterStrategy: jitter, MaxDelaySeconds: most } = item;
  if (typeof rate === "number" && rate < 1) {
    problem(report, `${at}/BackoffRate`, "Value must be at least 1.0");
  }
  if (jitter !== undefined && jitter !== "FULL" && jitter !== "NONE") {
    problem(report, `${at}/JitterStrategy`, "Value must be one of: [FULL, NONE]");
  }
  const interval = typeof item["IntervalSeconds"] === "number" ? item["IntervalSeconds"] : 1;
  if (typeof most === "number" && (most <= interval || most > 31_622_400)) {
    problem(
      report,
      `${at}/MaxDelaySeconds`,
      "Value must be greater than IntervalSeconds and at most 31622400",
    );
  }
}
