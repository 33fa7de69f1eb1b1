import type { Json, JsonObject } from "../core/json.ts";
import type { Variables } from "./machine.ts";

/** The variable's value, from the innermost scope that has it; undefined before it is assigned. */
export function lookUp(variables: Variables, name: string): Json | undefined {
  for (let scope: Variables | undefined = variables; scope !== undefined; scope = scope.outer) {
    if (Object.hasOwn(scope.own, name)) return scope.own[name];
  }
  return undefined;
}

/** Adds variables to a scope's own. */
export function assigned(variables: Variables, values: JsonObject): Variables {
  return { own: { ...variables.own, ...values }, outer: variables.outer };
}
