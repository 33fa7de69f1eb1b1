import type { Json } from "../../core/json.ts";
import { StateFailure } from "../failure.ts";
import type { Scope } from "../machine.ts";
import type { Maybe } from "../maybe.ts";
import { excessFailure } from "./excess.ts";
import type { Job } from "./job.ts";

/** Evaluates here and now, whatever it takes. */
export type EvaluateNow<T extends Json> = (root: Json, scope: Scope) => T | StateFailure;

/**
 * An evaluator of JSONPath that lets what may take long be evaluated where it can be ended, if the
 * scope knows of such a place.
 */
export function delegated<T extends Json>(
  job: Job,
  costly: boolean,
  here: EvaluateNow<T>,
): (root: Json, scope: Scope) => Maybe<T | StateFailure> {
  const bounded: EvaluateNow<T> = (root, scope) => {
    try {
      return here(root, scope);
    } catch (error) {
      // A text longer than texts can be, or a value that nests deeper than a stack goes.
      if (error instanceof RangeError) return excessFailure(job, "memory");
      throw error;
    }
  };
  if (!costly) return bounded;
  return (root, scope) =>
    scope.elsewhere === undefined
      ? bounded(root, scope)
      : (scope.elsewhere(job, root, scope) as Promise<T | StateFailure>);
}
