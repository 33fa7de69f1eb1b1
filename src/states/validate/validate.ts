import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import { compileMachine } from "../compile/compile.ts";
import type { DefinitionProblem } from "../types.ts";
import { validateMachine } from "./machine.ts";
import type { Report } from "./report.ts";

/**
 * Bytes of a definition, at most.
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
const maxBytes = 1_048_576;

/** Levels of a definition, at most: what is checked and compiled level by level needs a stack. */
const maxDepth = 500;

/**
 * Checks a definition as AWS's ValidateStateMachineDefinition does. Errors keep it from running,
 * warnings don't.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html
 */
export function validateDefinition(definition: Json): readonly DefinitionProblem[] {
  const problems = shapeProblems(definition);
  if (problems.some((one) => one.severity === "ERROR") || !isJsonObject(definition)) {
    return problems;
  }
  const more: DefinitionProblem[] = [];
  compileMachine(definition, more);
  return [...problems, ...more];
}

/** What is wrong with a definition's shape; its expressions and paths are not looked into. */
export function shapeProblems(definition: Json): readonly DefinitionProblem[] {
  const report: Report = { problems: [] };
  if (!isJsonObject(definition)) {
    const message = "Expected value of type Object";
    return [{ code: "INVALID_JSON_DESCRIPTION", location: "", message, severity: "ERROR" }];
  }
  if (nestsDeeper(definition, maxDepth)) {
    const message = `Definition must not nest deeper than ${maxDepth} levels`;
    return [{ code: "INVALID_JSON_DESCRIPTION", location: "", message, severity: "ERROR" }];
  }
  const language = definition["QueryLanguage"] === "JSONata" ? "JSONata" : "JSONPath";
  validateMachine(
    definition,
    { location: "", outermost: true, language, names: new Set() },
    report,
  );
  if (JSON.stringify(definition).length > maxBytes) {
    report.problems.push({
      code: "SCHEMA_VALIDATION_FAILED",
      location: "",
      message: `Definition must not be larger than ${maxBytes} bytes`,
      severity: "ERROR",
    });
  }
  return report.problems;
}

/** Whether objects and lists are within one another more often than that. Without recursion. */
function nestsDeeper(value: Json, levels: number): boolean {
  let level: readonly Json[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > levels) return true;
    level = level.flatMap((one) =>
      typeof one === "object" && one !== null ? Object.values(one as JsonObject) : [],
    );
  }
  return false;
}
