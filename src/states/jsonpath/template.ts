import type { Json, JsonObject } from "../../core/json.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { runtimeFailure, StateFailure } from "../failure.ts";
import type { Scope } from "../machine.ts";
import { compileIntrinsic } from "../intrinsics/compile.ts";
import { NoValue } from "./evaluate.ts";
import { parsePath } from "./parse.ts";
import { compileReference, valueAt } from "./reference.ts";

/** Takes what is wrong with a path, with its place below the template. */
export type ReportProblem = (path: readonly (string | number)[], message: string) => void;

/** JSONPath is evaluated at once, never later. */
export type EvaluateNow = (root: Json, scope: Scope) => Json | StateFailure;

/**
 * Compiles a payload template: in objects, the value of a key that ends in `.$` is a path or an
 * intrinsic call.
 */
export function compileTemplate(
  template: Json,
  report: ReportProblem,
  path: readonly (string | number)[] = [],
): EvaluateNow {
  return compileNode(template, report, path);
}

function compileNode(
  template: Json,
  report: ReportProblem,
  path: readonly (string | number)[],
): EvaluateNow {
  if (!holdsReference(template)) return () => template;
  if (Array.isArray(template)) {
    const items = (template as readonly Json[]).map((item, index) =>
      compileNode(item, report, [...path, index]),
    );
    return (root, scope) => {
      const values: Json[] = [];
      for (const item of items) {
        const value = item(root, scope);
        if (value instanceof StateFailure) return value;
        values.push(value);
      }
      return values;
    };
  }
  const fields = Object.entries(template as JsonObject).map(([key, value]) => {
    const at = [...path, key];
    if (!key.endsWith(".$")) return { key, evaluate: compileNode(value, report, at) };
    const compiled = compileField(key, value);
    if (!compiled.ok) report(at, compiled.error);
    return { key: key.slice(0, -2), evaluate: compiled.ok ? compiled.value : () => null };
  });
  return (root, scope) => {
    const values: [string, Json][] = [];
    for (const { key, evaluate } of fields) {
      const value = evaluate(root, scope);
      if (value instanceof StateFailure) return value;
      values.push([key, value]);
    }
    return Object.fromEntries(values);
  };
}

function compileField(key: string, text: Json): Result<EvaluateNow, string> {
  if (typeof text !== "string") {
    return err(`The value for the field '${key}' must be a valid JSONPath`);
  }
  if (!text.startsWith("$")) {
    const intrinsic = compileIntrinsic(text);
    return intrinsic.ok
      ? intrinsic
      : err(
          `The value for the field '${key}' must be a valid JSONPath or a valid intrinsic function call`,
        );
  }
  const path = parsePath(text);
  if (!path.ok) {
    return err(
      `The value for the field '${key}' must be a valid JSONPath or a valid intrinsic function call`,
    );
  }
  return ok((root, scope) => {
    const value = valueAt(path.value, root, scope);
    if (!(value instanceof NoValue)) return value;
    if (value.pastEnd) return null;
    // The language's specification says States.ParameterPathFailure; the service says
    // States.Runtime.
    return runtimeFailure(
      `The JSONPath '${text}' specified for the field '${key}' could not be found in the input '${JSON.stringify(root)}'`,
    );
  });
}

/** Whether anything in the template is to be evaluated. */
export function holdsReference(value: Json): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return (value as readonly Json[]).some(holdsReference);
  return Object.entries(value).some(([key, item]) => key.endsWith(".$") || holdsReference(item));
}

/** Compiles a field that holds a path, or an intrinsic call. */
export function compilePathOrIntrinsic(text: string): Result<EvaluateNow, string> {
  if (text.startsWith("States.")) return compileIntrinsic(text);
  const path = parsePath(text);
  return path.ok ? ok(compileReference(path.value)) : path;
}
