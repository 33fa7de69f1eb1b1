import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import { passes } from "./filter.ts";
import { isDefinite, type Path, type PathStep } from "./path.ts";

/** A path that leads nowhere: why, in the words of the JSONPath engine that AWS uses. */
export class NoValue {
  readonly reason: string;
  /** The path's last step is an index past the array's end; templates take that for null. */
  readonly pastEnd: boolean;
  constructor(reason: string, pastEnd = false) {
    this.reason = reason;
    this.pastEnd = pastEnd;
  }
}

/**
 * The value of a definite path, or the list of values of another; from `root`, which the caller has
 * picked by `path.root`.
 */
export function evaluatePath(path: Path, root: Json): Json | NoValue {
  return path.definite ? follow(path, root) : collect(path.steps, root, root);
}

function follow(path: Path, root: Json): Json | NoValue {
  const { steps } = path;
  let value = root;
  for (let at = 0; at < steps.length; at += 1) {
    const step = steps[at] as PathStep;
    if (step.kind === "name") {
      if (!isJsonObject(value)) return notAnObject(steps, at, value);
      const next = Object.hasOwn(value, step.name) ? value[step.name] : undefined;
      if (next === undefined) return missing(steps, at);
      value = next;
    } else if (step.kind === "index") {
      if (!Array.isArray(value)) return notAnArray(steps, at, value);
      const next = (value as readonly Json[]).at(step.index);
      if (next === undefined || step.index < -value.length) {
        return new NoValue(
          `Index out of bounds when evaluating path ${written(steps, at + 1)}`,
          at === steps.length - 1,
        );
      }
      value = next;
    } else if (step.kind === "names") {
      if (!isJsonObject(value)) return notAnObject(steps, at, value);
      value = picked(value, step.names);
    } else {
      const applied = applyFunction(step, value);
      if (applied === undefined) return missing(steps, at);
      value = applied;
    }
  }
  return value;
}

function missing(steps: readonly PathStep[], at: number): NoValue {
  const leaf = at === steps.length - 1;
  return new NoValue(
    leaf
      ? `No results for path: ${written(steps, steps.length)}`
      : `Missing property in path ${written(steps, at + 1)}`,
  );
}

function notAnObject(steps: readonly PathStep[], at: number, value: Json): NoValue {
  const step = steps[at];
  const name = step?.kind === "name" ? step.name : "";
  const found = value === null ? "null" : `'${javaName(value)}'`;
  return new NoValue(
    `Expected to find an object with property ['${name}'] in path ${written(steps, at)} but found ${found}. This is not a json object according to the JsonProvider: 'com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider'.`,
  );
}

function notAnArray(steps: readonly PathStep[], at: number, value: Json): NoValue {
  return value === null
    ? new NoValue(`The path ${written(steps, at)} is null`)
    : new NoValue(
        `Filter: [${(steps[at] as { index: number }).index}] can only be applied to arrays. Current context is: ${JSON.stringify(value)}`,
      );
}

function javaName(value: Json): string {
  if (Array.isArray(value)) return "com.fasterxml.jackson.databind.node.ArrayNode";
  switch (typeof value) {
    case "string":
      return "com.fasterxml.jackson.databind.node.TextNode";
    case "number":
      return Number.isInteger(value)
        ? "com.fasterxml.jackson.databind.node.IntNode"
        : "com.fasterxml.jackson.databind.node.DoubleNode";
    case "boolean":
      return "com.fasterxml.jackson.databind.node.BooleanNode";
    default:
      return "com.fasterxml.jackson.databind.node.ObjectNode";
  }
}

/** `$['a'][0]`: the first steps of a definite path in brackets. */
function written(steps: readonly PathStep[], count: number): string {
  let text = "$";
  for (const step of steps.slice(0, count)) {
    if (step.kind === "name") text += `['${step.name}']`;
    else if (step.kind === "index") text += `[${step.index}]`;
    else if (step.kind === "function") text += `.${step.name}()`;
  }
  return text;
}

/** All values that the steps lead to; places that a step doesn't fit are passed over. */
export function collect(steps: readonly PathStep[], from: Json, document: Json): Json[] {
  let values: Json[] = [from];
  for (const [at, step] of steps.entries()) {
    if (step.kind === "function") {
      // A function at the end of an indefinite path is applied to the list as a whole.
      const input = steps.slice(0, at).every(isDefinite) ? (values[0] ?? null) : values;
      const applied = applyFunction(step, input);
      values = applied === undefined ? [] : [applied];
    } else {
      const last = at === steps.length - 1;
      values =
        step.kind === "names" && !last
          ? values.flatMap((value) => step.names.flatMap((name) => named(value, name)))
          : values.flatMap((value) => stepInto(step, value, document));
    }
  }
  return values;
}

function stepInto(step: PathStep, value: Json, document: Json): Json[] {
  switch (step.kind) {
    case "name":
      return named(value, step.name);
    case "names":
      return isJsonObject(value) ? [picked(value, step.names)] : [];
    case "index":
      return Array.isArray(value) ? indexed(value as readonly Json[], step.index) : [];
    case "indices":
      return Array.isArray(value)
        ? step.indices.flatMap((index) => indexed(value as readonly Json[], index))
        : [];
    case "slice":
      return Array.isArray(value) ? (value as readonly Json[]).slice(step.from, step.to) : [];
    case "wildcard":
      return childrenOf(value);
    case "descendants":
      return descendantsOf(value).flatMap((one) => stepInto(step.inner, one, document));
    case "filter":
      return candidates(value).filter((item) => passes(step.filter, item, document, collect));
    case "function":
      return [];
  }
}

function named(value: Json, name: string): Json[] {
  if (!isJsonObject(value) || !Object.hasOwn(value, name)) return [];
  return [value[name] ?? null];
}

function picked(value: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(value, name)).map((name) => [name, value[name] ?? null]),
  );
}

function indexed(array: readonly Json[], index: number): Json[] {
  const item = array.at(index);
  return item === undefined ? [] : [item];
}

function childrenOf(value: Json): Json[] {
  if (Array.isArray(value)) return [...(value as readonly Json[])];
  return isJsonObject(value) ? Object.values(value) : [];
}

function candidates(value: Json): Json[] {
  if (Array.isArray(value)) return [...(value as readonly Json[])];
  return isJsonObject(value) ? [value] : [];
}

/**
 * A value and all below it, each before what it holds. Without recursion: how deep a value goes is
 * for its writer to say.
 */
function descendantsOf(value: Json): Json[] {
  const found: Json[] = [];
  const open: Json[] = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    found.push(next);
    for (const child of childrenOf(next).toReversed()) open.push(child);
  }
  return found;
}

function applyFunction(step: PathStep, value: Json): Json | undefined {
  if (step.kind !== "function") return undefined;
  if (step.name === "length" || step.name === "size") {
    if (typeof value === "string" || Array.isArray(value)) return value.length;
    return isJsonObject(value) ? Object.keys(value).length : undefined;
  }
  if (step.name === "keys") return isJsonObject(value) ? Object.keys(value) : undefined;
  if (!Array.isArray(value)) return undefined;
  const numbers = (value as readonly Json[]).filter((item) => typeof item === "number");
  if (numbers.length === 0) return undefined;
  const sum = numbers.reduce((total, number) => total + number, 0);
  switch (step.name) {
    case "sum":
      return sum;
    case "avg":
      return sum / numbers.length;
    case "min":
      return numbers.reduce((least, number) => Math.min(least, number));
    case "max":
      return numbers.reduce((most, number) => Math.max(most, number));
    default:
      return undefined;
  }
}
