import type { Json, JsonObject } from "../../core/json.ts";
import { delegated } from "../elsewhere/delegate.ts";
import type { ExpectedType } from "../elsewhere/job.ts";
import { runtimeFailure, StateFailure } from "../failure.ts";
import { compileExpression, isExpression } from "../jsonata/expression.ts";
import { compileTemplate as compileJsonata } from "../jsonata/template.ts";
import { holdsCostlyText, isCostlyText } from "../jsonpath/cost.ts";
import { parsePath } from "../jsonpath/parse.ts";
import { compilePlacement } from "../jsonpath/place.ts";
import {
  compilePathOrIntrinsic,
  compileTemplate as compileJsonPath,
} from "../jsonpath/template.ts";
import type { Evaluate, NumberField, QueryLanguage, ResultFlow } from "../machine.ts";
import { shown } from "../text.ts";
import type { DefinitionProblem } from "../types.ts";

/** A place in a definition that is being compiled. */
export interface Place {
  readonly language: QueryLanguage;
  /** What run-time errors put before a field's name: `Catch[0]/`. */
  readonly within: string;
  /** `/States/Score` */
  readonly location: string;
  readonly problems: DefinitionProblem[];
}

export function report(
  place: Place,
  path: readonly (string | number)[],
  message: string,
  code = "SCHEMA_VALIDATION_FAILED",
): void {
  const location = place.location + path.map(written).join("");
  place.problems.push({ code, location, message, severity: "ERROR" });
}

function written(part: string | number): string {
  return typeof part === "number" ? `[${part}]` : `/${escaped(part)}`;
}

/** Part of a JSON pointer. */
export function escaped(part: string): string {
  return part.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** A template of the place's own query language. */
export function template(place: Place, object: JsonObject, field: string): Evaluate | undefined {
  const value = object[field];
  if (value === undefined) return undefined;
  if (place.language === "JSONata") {
    return compileJsonata(value, `${place.within}${field}`, (path, problem) => {
      report(place, [field, ...path], problem.message, problem.code);
    });
  }
  const evaluate = compileJsonPath(value, (path, message) => {
    report(place, [field, ...path], message);
  });
  return delegated({ kind: "template", template: value }, holdsCostlyText(value), evaluate);
}

/** A field that holds a path (JSONPath only). `null` stands for the empty object. */
export function pathField(place: Place, object: JsonObject, field: string): Evaluate | undefined {
  const value = object[field];
  if (value === undefined || place.language === "JSONata" || value === "$") return undefined;
  if (value === null) return () => ({});
  return reference(place, value, field);
}

/** A field that must hold a path or an intrinsic call. */
export function reference(place: Place, value: Json, field: string): Evaluate {
  const compiled = typeof value === "string" ? compilePathOrIntrinsic(value) : undefined;
  if (compiled?.ok === true) {
    const text = shown(value);
    return delegated({ kind: "reference", text }, isCostlyText(text), compiled.value);
  }
  report(place, [field], "Value is not a valid JSONPath");
  return () => null;
}

/** `ResultPath`: undefined where the result takes the place of the input. */
export function placement(place: Place, object: JsonObject): ResultFlow["resultPath"] {
  const value = object["ResultPath"];
  if (value === undefined || value === "$" || place.language === "JSONata") return undefined;
  if (value === null) return (input) => input;
  const path = typeof value === "string" ? parsePath(value) : undefined;
  if (
    path?.ok === true &&
    path.value.root.kind === "input" &&
    path.value.steps.every((step) => step.kind === "name" || step.kind === "index")
  ) {
    return compilePlacement(path.value);
  }
  report(place, ["ResultPath"], "Value is not a Reference Path");
  return undefined;
}

/** A JSONata field that may be a literal of its type or an expression that gives one. */
export function typedField(
  place: Place,
  object: JsonObject,
  field: string,
  expected: ExpectedType,
): Evaluate | undefined {
  const value = object[field];
  if (value === undefined) return undefined;
  if (typeof value === "string" && isExpression(value)) {
    const compiled = compileExpression(value, `${place.within}${field}`, expected);
    if (compiled.ok) return compiled.value;
    report(place, [field], compiled.error.message, compiled.error.code);
  }
  return () => value;
}

/** `Field`, `FieldPath` (JSONPath) or `{% … %}` (JSONata) of a number. */
export function numeric(place: Place, object: JsonObject, field: string): NumberField {
  const value = object[field];
  if (typeof value === "number") return value;
  if (place.language === "JSONata") {
    const evaluate = typedField(place, object, field, "number");
    return evaluate === undefined ? undefined : { evaluate, path: undefined };
  }
  const path = object[`${field}Path`];
  if (path === undefined) return undefined;
  return { evaluate: reference(place, path, `${field}Path`), path: shown(path) };
}

/** A text that must come out as a text. */
export function textOrFailure(value: Json, what: string): string | StateFailure {
  return typeof value === "string"
    ? value
    : runtimeFailure(`${what} is not a string: ${JSON.stringify(value)}`);
}
