import type { Json, JsonObject } from "../../core/json.ts";
import { StateFailure } from "../failure.ts";
import type { Evaluate } from "../machine.ts";
import { chain, type Maybe } from "../maybe.ts";
import { compileExpression, isExpression, type ExpressionProblem } from "./expression.ts";

/** Takes what is wrong with an expression, with its place below the template. */
export type ReportProblem = (
  path: readonly (string | number)[],
  problem: ExpressionProblem,
) => void;

/** Compiles a JSON value in which strings may be JSONata expressions. */
export function compileTemplate(
  template: Json,
  location: string,
  report: ReportProblem,
  path: readonly (string | number)[] = [],
): Evaluate {
  if (typeof template === "string" && isExpression(template)) {
    const compiled = compileExpression(template, location);
    if (compiled.ok) return compiled.value;
    report(path, compiled.error);
    return () => null;
  }
  if (!holdsExpression(template)) return () => template;
  if (Array.isArray(template)) {
    const items = (template as readonly Json[]).map((item, index) =>
      compileTemplate(item, `${location}[${index}]`, report, [...path, index]),
    );
    return (root, scope) =>
      chain(
        inOrder(items, (item) => item(root, scope)),
        (values) => values,
      );
  }
  const object = template as JsonObject;
  const fields = Object.entries(object).map(([key, value]) => ({
    key,
    evaluate: compileTemplate(value, `${location}/${key}`, report, [...path, key]),
  }));
  return (root, scope) =>
    chain(
      inOrder(fields, (field) => field.evaluate(root, scope)),
      (values) =>
        values instanceof StateFailure
          ? values
          : Object.fromEntries(fields.map((field, index) => [field.key, values[index] ?? null])),
    );
}

/**
 * Evaluates one after the other, so that the first failure is always the same one; at once as far
 * as that goes.
 */
function inOrder<T>(
  items: readonly T[],
  evaluate: (item: T) => ReturnType<Evaluate>,
  values: Json[] = [],
): Maybe<Json[] | StateFailure> {
  for (let at = values.length; at < items.length; at += 1) {
    const value = evaluate(items[at] as T);
    if (value instanceof Promise) {
      return value.then((later) => {
        if (later instanceof StateFailure) return later;
        values.push(later);
        return inOrder(items, evaluate, values);
      });
    }
    if (value instanceof StateFailure) return value;
    values.push(value);
  }
  return values;
}

/** Whether anything in the value is an expression. What is constant is handed on without a copy. */
export function holdsExpression(value: Json): boolean {
  if (typeof value === "string") return isExpression(value);
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return (value as readonly Json[]).some(holdsExpression);
  return Object.values(value).some(holdsExpression);
}
