import jsonata from "jsonata";
import type { Json } from "../../core/json.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { namedExpression } from "../elsewhere/excess.ts";
import type { ExpectedType, Job } from "../elsewhere/job.ts";
import { queryFailure, StateFailure } from "../failure.ts";
import type { Evaluate, Scope, Variables } from "../machine.ts";
import { bare, mayNamePrototype } from "./bare.ts";
import { isAffordable } from "./affordable.ts";
import { costOf } from "./cost.ts";
import { addFunctions, scopeKey } from "./functions.ts";
import { boundExpression, boundOf, tooDeep } from "./bounds.ts";
import { topLevelReference } from "./references.ts";
import { notSimple, simpleEvaluator } from "./simple.ts";
import { asJson, typeName, unsupported } from "./values.ts";

/** Why AWS refuses an expression. */
export interface ExpressionProblem {
  readonly code: "INVALID_JSONATA_EXPRESSION" | "UNSUPPORTED_JSONATA_EXPRESSION";
  readonly message: string;
}

/**
 * Whether a string of a definition is a JSONata expression: all of it is between `{%` and `%}`.
 */
export function isExpression(text: string): boolean {
  return text.startsWith("{%") && text.endsWith("%}") && text.length >= 4;
}

/**
 * Compiles one `{% … %}` string.
 *
 * @param location the field as AWS names it in errors: `Arguments`, `Output/score`
 * @param expected the only type that the field takes
 * @returns the evaluator, or why the expression doesn't parse
 */
export function compileExpression(
  text: string,
  location: string,
  expected?: ExpectedType,
): Result<Evaluate, ExpressionProblem> {
  try {
    return compile(text, location, expected);
  } catch (error) {
    // The parser and all that walks through what it gives go as deep as the expression nests.
    if (!(error instanceof RangeError)) throw error;
    return err({
      code: "INVALID_JSONATA_EXPRESSION",
      message: "The expression nests too deeply; assign its parts to variables",
    });
  }
}

function compile(
  text: string,
  location: string,
  expected: ExpectedType | undefined,
): Result<Evaluate, ExpressionProblem> {
  const source = text.slice(2, -2).trim();
  let expression: jsonata.Expression;
  try {
    expression = jsonata(source);
  } catch (error) {
    if (error instanceof RangeError) throw error;
    return err({ code: "INVALID_JSONATA_EXPRESSION", message: textOf(error) });
  }
  const name = topLevelReference(expression.ast());
  if (name !== undefined) {
    const message = `Reference to '${name}' at the top level is not supported.`;
    return err({ code: "UNSUPPORTED_JSONATA_EXPRESSION", message });
  }
  addFunctions(expression);
  const counts = boundExpression(expression);
  const needsContext = /\$states(?!\s*\.\s*(?:input|result|errorOutput)\b)/.test(source);
  const named = namedExpression(text, location);

  const plain: (value: Json) => Json = mayNamePrototype(source) ? bare : (value) => value;

  const checked = (value: Json): Json | StateFailure =>
    expected === undefined || typeName(value) === expected
      ? value
      : queryFailure(
          location,
          `${named} returned an unexpected result type. Expected '${expected}', but was '${typeName(value)}' for value: ${JSON.stringify(value)}`,
        );
  const nothing = queryFailure(location, `${named} returned nothing (undefined).`);

  const evaluate = async (scope: Scope): Promise<Json | StateFailure> => {
    let value: Json | typeof unsupported;
    try {
      const bindings = { ...bindingsOf(scope, needsContext, plain), ...counts() };
      const raw: unknown = await expression.evaluate(undefined, bindings);
      if (raw === undefined) return nothing;
      value = asJson(raw);
    } catch (error) {
      if (error instanceof RangeError) {
        return queryFailure(location, `${named} threw an error during evaluation: ${tooDeep}`);
      }
      const bound = boundOf(error);
      const message = bound === undefined ? `. ${messageOf(error)}` : `: ${bound}`;
      return queryFailure(location, `${named} threw an error during evaluation${message}`);
    }
    return value === unsupported
      ? queryFailure(location, `${named} returned an unsupported result type.`)
      : checked(value);
  };

  const job: Job = {
    kind: "expression",
    text,
    location,
    ...(expected === undefined ? {} : { expected }),
  };
  const cost = costOf(expression.ast());
  const evaluateBounded = (root: Json, scope: Scope): Promise<Json | StateFailure> =>
    scope.elsewhere === undefined ||
    (cost !== undefined && isAffordable(cost, source.length, scope))
      ? evaluate(scope)
      : scope.elsewhere(job, root, scope);

  const simple = simpleEvaluator(expression.ast());
  if (simple === undefined) return ok(evaluateBounded);
  return ok((root, scope) => {
    const value = simple(scope);
    if (value === notSimple) return evaluateBounded(root, scope);
    return value === undefined ? nothing : checked(value);
  });
}

/**
 * What the expression sees by name: the variables, `$states`, and (unnamable) the scope for our
 * functions.
 */
function bindingsOf(
  scope: Scope,
  needsContext: boolean,
  plain: (value: Json) => Json,
): Record<string, unknown> {
  const bindings = Object.create(null) as Record<string, unknown>;
  bindVariables(bindings, scope.variables, plain);
  const states = Object.create(null) as Record<string, unknown>;
  states["input"] = plain(scope.input);
  if (scope.result !== undefined) states["result"] = plain(scope.result);
  if (scope.errorOutput !== undefined) states["errorOutput"] = plain(scope.errorOutput);
  if (needsContext) states["context"] = plain(scope.context());
  bindings["states"] = states;
  bindings[scopeKey] = scope;
  return bindings;
}

function bindVariables(
  bindings: Record<string, unknown>,
  variables: Variables,
  plain: (value: Json) => Json,
): void {
  if (variables.outer !== undefined) bindVariables(bindings, variables.outer, plain);
  for (const [name, value] of Object.entries(variables.own)) bindings[name] = plain(value);
}

/** `T1006: Attempted to invoke a non-function`: the code and the text of JSONata's own errors. */
function messageOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return String(error);
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? `${code}: ${textOf(error)}` : textOf(error);
}

function textOf(error: unknown): string {
  const message = (error as { message?: unknown } | undefined)?.message;
  return typeof message === "string" ? message : String(error);
}
