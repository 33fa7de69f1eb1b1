import type { Json } from "../../core/json.ts";
import { queryFailure, runtimeFailure, StateFailure } from "../failure.ts";
import type { MapState, NumberField } from "../machine.ts";
import { chain, type Maybe } from "../maybe.ts";
import { shown } from "../text.ts";
import type { Thread } from "./model.ts";

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

/** A Map state's limits, evaluated. */
export interface MapLimits {
  /** 0 for none. */
  readonly maxConcurrency: number;
  readonly toleratedFailureCount: number | undefined;
  readonly toleratedFailurePercentage: number | undefined;
}

export function mapLimits(
  thread: Thread,
  state: MapState,
  input: Json,
): Maybe<MapLimits | StateFailure> {
  const concurrency = numberField(thread, state.maxConcurrency, input, "MaxConcurrency");
  return chain(concurrency, (maxConcurrency) => {
    if (maxConcurrency instanceof StateFailure) return maxConcurrency;
    if (maxConcurrency !== undefined && maxConcurrency < 0) {
      return runtimeFailure(
        `Expected non-negative integer for MaxConcurrency, got '${maxConcurrency}' instead.`,
      );
    }
    const tolerated = numberField(
      thread,
      state.toleratedFailureCount,
      input,
      "ToleratedFailureCount",
    );
    return chain(tolerated, (count) => {
      if (count instanceof StateFailure) return count;
      if (count !== undefined && count < 0) {
        return runtimeFailure("ToleratedFailureCount cannot be negative.");
      }
      const share = numberField(
        thread,
        state.toleratedFailurePercentage,
        input,
        "ToleratedFailurePercentage",
        false,
      );
      return chain(share, (percentage) => {
        if (percentage instanceof StateFailure) return percentage;
        if (percentage !== undefined && !(percentage >= 0 && percentage <= 100)) {
          return runtimeFailure("ToleratedFailurePercentage must be between 0 and 100.");
        }
        return {
          maxConcurrency: maxConcurrency ?? 0,
          toleratedFailureCount: count,
          toleratedFailurePercentage: percentage,
        };
      });
    });
  });
}
