import type { DefinitionProblem } from "../types.ts";
import type { QueryLanguage } from "../machine.ts";

/** What validation has to know of the place it is at. */
export interface Level {
  readonly location: string;
  readonly outermost: boolean;
  /** Query language of the whole definition. */
  readonly language: QueryLanguage;
  /** Names of states so far: unique in the whole definition. */
  readonly names: Set<string>;
}

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
