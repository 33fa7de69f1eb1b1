import type { Project } from "../../config/model.ts";
import { placeInDefinition } from "../../config/own-definition.ts";
import type { Diagnostic } from "../../core/diagnostic.ts";
import type { JsonObject } from "../../core/json.ts";
import { compilePipeline } from "../../pipeline/compile.ts";
import type { DefinitionProblem } from "../../states/types.ts";

/** Names that a definition is checked with: any will do. */
const target = { cluster: "c", capacityProvider: "c", container: "c", model: false };

/**
 * What Step Functions would refuse in the projects' own definitions, each once and at its place in
 * the file. The definition is checked as it is deployed, steps and prologue included.
 */
export async function definitionDiagnostics(projects: readonly Project[]): Promise<Diagnostic[]> {
  const own = projects.filter(({ definition }) => definition !== undefined);
  if (own.length === 0) return [];
  // The interpreter takes time to load, and few projects need it.
  const { validateDefinition } = await import("../../states/validate/validate.ts");
  const found = new Map<string, Diagnostic>();
  for (const project of own) {
    for (const diagnostic of problemsOf(project, validateDefinition)) {
      found.set(JSON.stringify([diagnostic.location, diagnostic.message]), diagnostic);
    }
  }
  return [...found.values()];
}

function problemsOf(
  project: Project,
  check: (definition: JsonObject) => readonly DefinitionProblem[],
): Diagnostic[] {
  const { definition, directory } = project;
  if (definition === undefined) return [];
  const compiled = compilePipeline(project, target);
  if (compiled === undefined) return [];
  return check(compiled).map((problem) => ({
    code: "definition/invalid",
    severity: problem.severity === "ERROR" ? "error" : "warning",
    message: messageOf(problem),
    help: `Step Functions says ${problem.code} at ${problem.location === "" ? "/" : problem.location}`,
    location: placeInDefinition(directory, definition, problem.location),
  }));
}

function messageOf({ message }: DefinitionProblem): string {
  return message.replace(/\.$/, "");
}
