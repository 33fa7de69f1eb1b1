import type { Json, JsonObject } from "../../core/json.ts";
import type { Catcher, Retrier, State } from "../machine.ts";
import { placement, template, type Place } from "./fields.ts";

/** What every state has, compiled. */
export type Base = Pick<
  State,
  "name" | "language" | "next" | "inputPath" | "outputPath" | "assign" | "output"
>;

/** `Parameters`, `ResultSelector` and `ResultPath`. */
export function resultFlow(
  state: JsonObject,
  place: Place,
): Pick<Extract<State, { kind: "pass" }>, "parameters" | "resultSelector" | "resultPath"> {
  const jsonPath = place.language === "JSONPath";
  return {
    parameters: jsonPath ? template(place, state, "Parameters") : undefined,
    resultSelector: jsonPath ? template(place, state, "ResultSelector") : undefined,
    resultPath: placement(place, state),
  };
}

/** `Retry` and `Catch`. */
export function handled(
  state: JsonObject,
  place: Place,
): { readonly retry: readonly Retrier[]; readonly catch: readonly Catcher[] } {
  return {
    retry: objects(state["Retry"]).map((retrier) => ({
      errors: retrier["ErrorEquals"] as readonly string[],
      intervalSeconds: numberOr(retrier["IntervalSeconds"], 1),
      maxAttempts: numberOr(retrier["MaxAttempts"], 3),
      backoffRate: numberOr(retrier["BackoffRate"], 2),
      maxDelaySeconds: retrier["MaxDelaySeconds"] as number | undefined,
      fullJitter: retrier["JitterStrategy"] === "FULL",
    })),
    catch: objects(state["Catch"]).map((catcher, index) => {
      const at = {
        ...place,
        location: `${place.location}/Catch[${index}]`,
        within: `Catch[${index}]/`,
      };
      return {
        errors: catcher["ErrorEquals"] as readonly string[],
        next: catcher["Next"] as string,
        resultPath: placement(at, catcher),
        assign: template(at, catcher, "Assign"),
        output: place.language === "JSONata" ? template(at, catcher, "Output") : undefined,
      };
    }),
  };
}

function objects(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly JsonObject[]) : [];
}

function numberOr(value: Json | undefined, fallback: number): number {
  return typeof value === "number" ? value : fallback;
}
