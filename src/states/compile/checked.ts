import { err, ok, type Result } from "../../core/result.ts";
import type { Machine } from "../machine.ts";
import type { Definition, DefinitionProblem } from "../types.ts";
import { shapeProblems } from "../validate/validate.ts";
import { compileMachine } from "./compile.ts";

const compiled = new WeakMap<Definition, Result<Machine, readonly DefinitionProblem[]>>();

/**
 * The compiled form of a definition, or what is wrong with it. The same object is compiled once.
 */
export function checkedMachine(
  definition: Definition,
): Result<Machine, readonly DefinitionProblem[]> {
  const known = compiled.get(definition);
  if (known !== undefined) return known;
  const result = compileChecked(definition);
  compiled.set(definition, result);
  return result;
}

function compileChecked(definition: Definition): Result<Machine, readonly DefinitionProblem[]> {
  const shape = shapeProblems(definition);
  if (shape.some((problem) => problem.severity === "ERROR")) return err(shape);
  const problems: DefinitionProblem[] = [...shape];
  const machine = compileMachine(definition, problems);
  return problems.some((problem) => problem.severity === "ERROR") ? err(problems) : ok(machine);
}
