import type { JsonObject } from "../../core/json.ts";
import { runtimeFailure, StateFailure } from "../failure.ts";
import type { Evaluate, WaitState } from "../machine.ts";
import { chain } from "../maybe.ts";
import { reference, typedField, type Place } from "./fields.ts";
import { shown } from "../text.ts";
import { instantOf } from "../timestamps.ts";

/** Compiles when a Wait state ends. */
export function compileUntil(state: JsonObject, place: Place): WaitState["until"] {
  const seconds = state["Seconds"];
  if (typeof seconds === "number") {
    return (_root, scope) => scope.now() + seconds * 1000;
  }
  if (seconds !== undefined) {
    return fromSeconds(typedField(place, state, "Seconds", "number"), "Seconds", shown(seconds));
  }
  const secondsPath = state["SecondsPath"];
  if (secondsPath !== undefined) {
    const evaluate = reference(place, secondsPath, "SecondsPath");
    return fromSeconds(evaluate, "SecondsPath", shown(secondsPath));
  }
  const timestamp = state["Timestamp"];
  const timestampPath = state["TimestampPath"];
  if (timestampPath !== undefined) {
    const evaluate = reference(place, timestampPath, "TimestampPath");
    return fromTimestamp(evaluate, "TimestampPath", shown(timestampPath));
  }
  if (place.language === "JSONPath") {
    const instant = typeof timestamp === "string" ? instantOf(timestamp) : undefined;
    return () => instant ?? 0;
  }
  const evaluate = typedField(place, state, "Timestamp", "string");
  return fromTimestamp(evaluate, "Timestamp", shown(timestamp));
}

function fromSeconds(
  evaluate: Evaluate | undefined,
  field: string,
  path: string,
): WaitState["until"] {
  return (root, scope) =>
    chain(evaluate === undefined ? 0 : evaluate(root, scope), (value) => {
      if (value instanceof StateFailure) return value;
      if (typeof value === "number" && Number.isInteger(value)) {
        if (value >= 0) return scope.now() + value * 1000;
        return runtimeFailure(
          `The ${field} parameter references a negative value: ${path} == ${JSON.stringify(value)}`,
        );
      }
      return runtimeFailure(
        `The ${field} parameter cannot be parsed as a long value: ${path} == ${JSON.stringify(value)}`,
      );
    });
}

function fromTimestamp(
  evaluate: Evaluate | undefined,
  field: string,
  path: string,
): WaitState["until"] {
  return (root, scope) =>
    chain(evaluate === undefined ? "" : evaluate(root, scope), (value) => {
      if (value instanceof StateFailure) return value;
      const instant = typeof value === "string" ? instantOf(value) : undefined;
      if (instant !== undefined) return instant;
      return runtimeFailure(
        `The ${field} parameter does not reference a valid ISO-8601 extended offset date-time format string: ${path} == ${shown(value)}`,
      );
    });
}
