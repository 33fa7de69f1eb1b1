import type { Json } from "../../core/json.ts";
import { runtimeFailure, StateFailure } from "../failure.ts";
import type { Scope } from "../machine.ts";
import { lookUp } from "../variables.ts";
import { evaluatePath, NoValue } from "./evaluate.ts";
import type { Path } from "./path.ts";

/** What a path's root stands for right now; undefined for a variable that has not been assigned. */
export function rootOf(path: Path, input: Json, scope: Scope): Json | undefined {
  switch (path.root.kind) {
    case "input":
      return input;
    case "context":
      return scope.context();
    case "variable":
      return lookUp(scope.variables, path.root.name);
  }
}

/** The value that a path leads to, or why it leads nowhere. */
export function valueAt(path: Path, input: Json, scope: Scope): Json | NoValue {
  if (path.steps.length === 0 && path.root.kind === "input") return input;
  const root = rootOf(path, input, scope);
  if (root === undefined) return new NoValue(`No results for path: ${path.text}`);
  return evaluatePath(path, root);
}

/**
 * An evaluator of a path that is alone in a field (`InputPath`, `ItemsPath`, `SecondsPath` …).
 */
export function compileReference(path: Path): (input: Json, scope: Scope) => Json | StateFailure {
  return (input, scope) => {
    const value = valueAt(path, input, scope);
    return value instanceof NoValue ? invalidPath(path.text, value.reason) : value;
  };
}

export function invalidPath(text: string, reason: string): StateFailure {
  return runtimeFailure(`Invalid path '${text}' : ${reason}`);
}
