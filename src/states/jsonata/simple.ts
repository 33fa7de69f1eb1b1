import type { Json } from "../../core/json.ts";
import { isJsonObject } from "../../core/json.ts";
import type { Scope } from "../machine.ts";
import { lookUp } from "../variables.ts";

/** The evaluator asks the library: this input isn't as plain as the expression. */
export const notSimple: unique symbol = Symbol("not simple");

/** The value, undefined for none. */
export type Simple = (scope: Scope) => Json | undefined | typeof notSimple;

const plainKeys: ReadonlySet<string> = new Set(["type", "value", "position"]);

/**
 * An evaluator of expressions that only name a place, `$states.input.a.b` or `$variable.a`, as long
 * as all on the way to it are objects: then the library's answer is known without asking it, and at
 * once. Undefined for any other expression.
 */
export function simpleEvaluator(ast: unknown): Simple | undefined {
  const names = namesOf(ast);
  if (names === undefined) return undefined;
  const [variable = "", ...path] = names;
  if (variable !== "states") {
    return (scope) => {
      const value = lookUp(scope.variables, variable);
      // It may be the name of one of JSONata's functions.
      return value === undefined ? notSimple : follow(value, path);
    };
  }
  const [field, ...rest] = path;
  switch (field) {
    case "input":
      return (scope) => follow(scope.input, rest);
    case "result":
      return (scope) => follow(scope.result, rest);
    case "errorOutput":
      return (scope) => follow(scope.errorOutput, rest);
    case "context":
      return (scope) => follow(scope.context(), rest);
    default:
      return undefined;
  }
}

function follow(
  from: Json | undefined,
  path: readonly string[],
): Json | undefined | typeof notSimple {
  let value = from;
  for (const name of path) {
    if (!isJsonObject(value)) return notSimple;
    value = Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value;
}

/**
 * The names of a path that starts at a variable and has nothing but names; undefined for anything
 * else.
 */
function namesOf(ast: unknown): readonly string[] | undefined {
  const node = ast as { type?: unknown; steps?: unknown; value?: unknown };
  if (node.type === "variable") return isPlain(node) ? [String(node.value)] : undefined;
  if (node.type !== "path" || !Array.isArray(node.steps)) return undefined;
  if (Object.keys(node).some((key) => key !== "type" && key !== "steps")) return undefined;
  const names: string[] = [];
  for (const [index, step] of (node.steps as unknown[]).entries()) {
    const { type, value } = step as { type?: unknown; value?: unknown };
    const wanted = index === 0 ? "variable" : "name";
    if (type !== wanted || typeof value !== "string" || value === "" || !isPlain(step)) {
      return undefined;
    }
    names.push(value);
  }
  return names;
}

function isPlain(node: unknown): boolean {
  return Object.keys(node as object).every((key) => plainKeys.has(key));
}
