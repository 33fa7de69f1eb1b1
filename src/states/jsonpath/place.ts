import { isJsonObject, type Json } from "../../core/json.ts";
import { placedFailure, type StateFailure } from "../failure.ts";
import type { Path, PathStep } from "./path.ts";

/**
 * Compiles a `ResultPath`: a function that puts a result into a state's input without changing the
 * input.
 */
export function compilePlacement(path: Path): (input: Json, result: Json) => Json | StateFailure {
  const { steps } = path;
  if (steps.length === 0) return (_input, result) => result;
  return (input, result) => {
    const placed = put(input, steps, 0, result);
    if (placed !== undefined) return placed;
    return placedFailure(
      "States.ResultPathMatchFailure",
      `Unable to apply ReferencePath ${path.text} to input ${JSON.stringify(input)}`,
    );
  };
}

/**
 * A copy of `value` with `result` at the end of the steps; undefined where a step finds no place.
 */
function put(
  value: Json | undefined,
  steps: readonly PathStep[],
  at: number,
  result: Json,
): Json | undefined {
  const step = steps[at];
  if (step === undefined) return result;
  if (step.kind === "index") {
    if (!Array.isArray(value) || step.index >= value.length || step.index < 0) return undefined;
    const inner = put((value as readonly Json[])[step.index], steps, at + 1, result);
    return inner === undefined ? undefined : (value as readonly Json[]).with(step.index, inner);
  }
  if (step.kind !== "name") return undefined;
  const object = value ?? {};
  if (!isJsonObject(object)) return undefined;
  const held = Object.hasOwn(object, step.name) ? object[step.name] : undefined;
  const inner = put(held, steps, at + 1, result);
  return inner === undefined ? undefined : { ...object, [step.name]: inner };
}
