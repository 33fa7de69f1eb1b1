import type { Json } from "../../core/json.ts";
import { queryFailure, runtimeFailure, StateFailure } from "../failure.ts";
import type { MapState, NumberField } from "../machine.ts";
import { chain, type Maybe } from "../maybe.ts";
import { shown } from "../text.ts";
import type { Thread } from "./model.ts";
import { record } from "./record.ts";

/** A numeric field's value. Text that holds a number counts as that number, as it does on AWS. */
export function numberField(
  thread: Thread,
  field: NumberField,
  input: Json,
  name: string,
  whole = true,
): Maybe<number | undefined | StateFailure> {
  if (field === undefined || typeof field === "number") return field;
  return chain(field.evaluate(input, thread), (value) => {
    if (value instanceof StateFailure) return value;
    const parsed = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    if (typeof parsed === "number" && (whole ? Number.isInteger(parsed) : !Number.isNaN(parsed))) {
      return parsed;
    }
    const kind = whole ? "integer" : "float";
    const text = shown(value);
    return field.path === undefined
      ? queryFailure(name, `The ${name} field must be a valid ${kind} but was: ${text}`)
      : runtimeFailure(
          `The ${name}Path field refers to value "${text}" which is not a valid ${kind}: ${field.path}`,
        );
  });
}

/** How many iterations run side by side; 0 for as many as there are. */
export function concurrencyOf(
  thread: Thread,
  state: MapState,
  input: Json,
): Maybe<number | StateFailure> {
  return chain(numberField(thread, state.maxConcurrency, input, "MaxConcurrency"), (value) => {
    if (value instanceof StateFailure) return value;
    if (value !== undefined && value < 0) {
      return runtimeFailure(
        `Expected non-negative integer for MaxConcurrency, got '${value}' instead.`,
      );
    }
    return value ?? 0;
  });
}

/** How many of its items a Map state lets fail. */
export interface Tolerance {
  readonly count: number | undefined;
  /** 0 to 100. */
  readonly percentage: number | undefined;
}

function toleranceOf(
  thread: Thread,
  state: MapState,
  input: Json,
): Maybe<Tolerance | StateFailure> {
  const { toleratedFailureCount, toleratedFailurePercentage } = state;
  const tolerated = numberField(thread, toleratedFailureCount, input, "ToleratedFailureCount");
  return chain(tolerated, (count) => {
    if (count instanceof StateFailure) return count;
    if (count !== undefined && count < 0) {
      return runtimeFailure("ToleratedFailureCount cannot be negative.");
    }
    const name = "ToleratedFailurePercentage";
    const share = numberField(thread, toleratedFailurePercentage, input, name, false);
    return chain(share, (percentage) => {
      if (percentage instanceof StateFailure) return percentage;
      if (percentage !== undefined && !(percentage >= 0 && percentage <= 100)) {
        return runtimeFailure("ToleratedFailurePercentage must be between 0 and 100.");
      }
      return { count, percentage };
    });
  });
}

/**
 * Records that a Map state begins, and evaluates its tolerance: AWS does so only then, but a
 * failure of it follows the state's entry as if it had been before.
 *
 * @param items how many there are
 */
export function beginMap(
  thread: Thread,
  state: MapState,
  input: Json,
  items: number,
): Maybe<Tolerance | StateFailure> {
  const before = thread.last;
  record(thread, "MapStateStarted", { length: items });
  return chain(toleranceOf(thread, state, input), (tolerance) => {
    if (tolerance instanceof StateFailure) thread.last = before;
    return tolerance;
  });
}
