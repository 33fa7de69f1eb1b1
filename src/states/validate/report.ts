import type { DefinitionProblem } from "../types.ts";

/** Gathers what is wrong with a definition. */
export interface Report {
  readonly problems: DefinitionProblem[];
}

export function problem(
  report: Report,
  location: string,
  message: string,
  code = "SCHEMA_VALIDATION_FAILED",
): void {
  report.problems.push({ code, location, message, severity: "ERROR" });
}

export function warning(report: Report, location: string, message: string, code: string): void {
  report.problems.push({ code, location, message, severity: "WARNING" });
}
