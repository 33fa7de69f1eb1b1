import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import type { QueryLanguage } from "../machine.ts";
import { validateChoices } from "./choices.ts";
import { exclusive, oneOf, stateRules, type StateRule } from "./fields.ts";
import { validateHandlers } from "./handlers.ts";
import { type Level, problem, type Report, warning } from "./report.ts";
import { misfit } from "./values.ts";
import { own } from "../own.ts";

type ValidateMachine = (machine: JsonObject, level: Level, report: Report) => void;

/** Checks one state and the states within it. */
export function validateState(
  state: JsonObject,
  level: Level,
  report: Report,
  validateMachine: ValidateMachine,
): void {
  const { location } = level;
  const { Type: type } = state;
  const rule = typeof type === "string" ? own(stateRules, type) : undefined;
  if (rule === undefined) {
    const message =
      type === undefined
        ? "These fields are required: [Type]"
        : `Value must be one of: [${Object.keys(stateRules).join(", ")}]`;
    problem(report, type === undefined ? location : `${location}/Type`, message);
    return;
  }
  const language = languageOf(state, level, report);
  checkFields(state, rule, language, location, report);
  checkGroups(state, rule, location, report);
  validateHandlers(state, language, location, report);
  if (type === "Choice") validateChoices(state["Choices"], language, location, report);
  if (type === "Pass") checkResult(state["Result"], location, report);
  if (type === "Task") checkResource(state["Resource"], location, report);
  if (Array.isArray(state["Branches"])) {
    for (const [index, branch] of (state["Branches"] as readonly Json[]).entries()) {
      inner(branch, `${location}/Branches[${index}]`);
    }
  }
  for (const field of ["ItemProcessor", "Iterator"]) {
    if (isJsonObject(state[field])) inner(state[field], `${location}/${field}`);
  }

  function inner(machine: Json | undefined, at: string): void {
    if (isJsonObject(machine)) {
      validateMachine(machine, { ...level, location: at, outermost: false }, report);
    } else {
      problem(report, at, "Expected value of type Object");
    }
  }
}

function languageOf(state: JsonObject, level: Level, report: Report): QueryLanguage {
  const { QueryLanguage: own } = state;
  if (own === undefined) return level.language;
  if (own !== "JSONPath" && own !== "JSONata") {
    problem(report, `${level.location}/QueryLanguage`, "Value must be one of: [JSONPath, JSONata]");
    return level.language;
  }
  if (own === "JSONPath" && level.language === "JSONata") {
    problem(
      report,
      level.location,
      "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
    );
  }
  return own;
}

function checkFields(
  state: JsonObject,
  rule: StateRule,
  language: QueryLanguage,
  location: string,
  report: Report,
): void {
  for (const [field, value] of Object.entries(state)) {
    const fieldRule = own(rule.fields, field);
    if (fieldRule === undefined) {
      problem(report, location, `Field '${field}' is not supported`);
      continue;
    }
    if (fieldRule.only !== undefined && fieldRule.only !== language) {
      problem(
        report,
        location,
        `The QueryLanguage is set to '${language}', but field '${field}' is only supported for the '${fieldRule.only}' QueryLanguage`,
      );
      continue;
    }
    const message = misfit(value, fieldRule, language);
    if (message !== undefined) problem(report, `${location}/${field}`, message);
  }
  const missing = rule.required.filter((field) => state[field] === undefined);
  if (missing.length > 0) {
    problem(report, location, `These fields are required: [${missing.join(", ")}]`);
  }
}

function checkGroups(state: JsonObject, rule: StateRule, location: string, report: Report): void {
  const present = (fields: readonly string[]): string[] =>
    fields.filter((field) => state[field] !== undefined);
  if (rule.transition) {
    const ends = state["End"] === true || typeof state["Next"] === "string";
    if (!ends || present(["Next", "End"]).length > 1) {
      problem(report, location, "Exactly one of these fields is required: [Next, End]");
    }
  }
  const group = own(oneOf, state["Type"] as string);
  if (group !== undefined && present(group).length !== 1) {
    problem(report, location, `Exactly one of these fields is required: [${group.join(", ")}]`);
    return;
  }
  for (const fields of exclusive) {
    if (present(fields).length > 1) {
      problem(report, location, `At most one of these fields is allowed: [${fields.join(", ")}]`);
    }
  }
  for (const field of ["Branches", "Choices"]) {
    if (Array.isArray(state[field]) && state[field].length === 0) {
      problem(report, `${location}/${field}`, "Must contain at least one item");
    }
  }
}

/** A path in what is handed on unchanged is a slip. */
function checkResult(result: Json | undefined, location: string, report: Report): void {
  if (!isJsonObject(result)) return;
  for (const key of Object.keys(result)) {
    if (key.endsWith(".$")) {
      const message = "A Pass state's Result is static: paths in it are not evaluated";
      warning(report, `${location}/Result/${key}`, message, "PASS_RESULT_IS_STATIC");
    }
  }
}

function checkResource(resource: Json | undefined, location: string, report: Report): void {
  if (typeof resource === "string" && !/^[\w.{}$-]+:./.test(resource)) {
    problem(
      report,
      `${location}/Resource`,
      "Value is not a valid resource ARN",
      "INVALID_RESOURCE",
    );
  }
}
