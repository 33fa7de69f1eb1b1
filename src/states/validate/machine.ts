import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import { escaped } from "../compile/fields.ts";
import { problem, type Report } from "./report.ts";
import { validateState } from "./state.ts";
import { validateTransitions } from "./transitions.ts";
import type { Level } from "./report.ts";

/**
 * Characters of a state's name, at most.
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
const maxName = 80;

const topFields: ReadonlySet<string> = new Set([
  "Comment",
  "QueryLanguage",
  "StartAt",
  "States",
  "TimeoutSeconds",
  "Version",
]);
const branchFields: ReadonlySet<string> = new Set([
  "Comment",
  "ProcessorConfig",
  "StartAt",
  "States",
]);

/** Checks a set of states: the definition itself, a branch, an item processor. */
export function validateMachine(machine: JsonObject, level: Level, report: Report): void {
  const { location } = level;
  const allowed = level.outermost ? topFields : branchFields;
  for (const field of Object.keys(machine)) {
    if (!allowed.has(field)) problem(report, location, `Field '${field}' is not supported`);
  }
  const missing = ["StartAt", "States"].filter((field) => machine[field] === undefined);
  if (missing.length > 0) {
    problem(report, location, `These fields are required: [${missing.join(", ")}]`);
  }
  checkScalars(machine, level, report);
  const { StartAt: startAt, States: states } = machine;
  if (startAt !== undefined && typeof startAt !== "string") {
    problem(report, `${location}/StartAt`, "Expected value of type String");
  }
  if (states === undefined) return;
  if (!isJsonObject(states)) {
    problem(report, `${location}/States`, "Expected value of type Object");
    return;
  }
  if (Object.keys(states).length === 0) {
    problem(report, `${location}/States`, "Must contain at least one state");
    return;
  }
  for (const [name, state] of Object.entries(states)) {
    const at = `${location}/States/${escaped(name)}`;
    checkName(name, at, level, report);
    if (isJsonObject(state)) {
      validateState(state, { ...level, location: at }, report, validateMachine);
    } else {
      problem(report, at, "Expected value of type Object");
    }
  }
  validateTransitions(startAt, states, level, report);
}

function checkName(name: string, at: string, level: Level, report: Report): void {
  if (name.length === 0 || name.length > maxName) {
    const message = `State name must have 1 to ${maxName} characters`;
    problem(report, at, message, "INVALID_STATE_NAME");
  }
  if (level.names.has(name)) {
    problem(report, at, `Duplicate State name: ${name}`, "DUPLICATE_STATE_NAME");
  }
  level.names.add(name);
}

function checkScalars(machine: JsonObject, level: Level, report: Report): void {
  const { location } = level;
  const text = (field: string): void => {
    const value: Json | undefined = machine[field];
    if (value !== undefined && typeof value !== "string") {
      problem(report, `${location}/${field}`, "Expected value of type String");
    }
  };
  text("Comment");
  if (!level.outermost) return;
  text("Version");
  const { TimeoutSeconds: timeout, QueryLanguage: language } = machine;
  if (timeout !== undefined && !(Number.isInteger(timeout) && Number(timeout) >= 1)) {
    problem(report, `${location}/TimeoutSeconds`, "Expected value of type Integer, at least 1");
  }
  if (language !== undefined && language !== "JSONPath" && language !== "JSONata") {
    problem(report, `${location}/QueryLanguage`, "Value must be one of: [JSONPath, JSONata]");
  }
}
