import { err, ok, type Result } from "../core/result.ts";
import { checkedMachine } from "./compile/checked.ts";
import { makeEngine } from "./engine/engine.ts";
import { executionOver } from "./execution.ts";
import { driverOf } from "./replay.ts";
import type {
  Definition,
  DefinitionProblem,
  Execution,
  ExecutionIdentity,
  InterpreterOptions,
} from "./types.ts";

/**
 * Makes an execution of a definition. Nothing has happened yet: it begins with the signal `start`.
 *
 * @param definition parsed Amazon States Language; not to be changed by the caller afterwards (what
 *   it compiles to is kept)
 * @returns the execution, or everything that is wrong with the definition
 */
export function openExecution(
  definition: Definition,
  identity: ExecutionIdentity,
  options: InterpreterOptions = {},
): Result<Execution, readonly DefinitionProblem[]> {
  const machine = checkedMachine(definition);
  if (!machine.ok) return err(machine.error);
  return ok(executionOver(driverOf(makeEngine(machine.value, identity, options))));
}
