import type { Json } from "../../core/json.ts";
import { openEvaluator } from "../../local/evaluator/pool.ts";
import {
  simulate,
  type Simulation,
  type SimulateOptions,
  type TaskOutcome,
} from "../../states/simulate.ts";
import type { Definition } from "../../states/types.ts";

/** Runs a definition in virtual time. What doesn't come to an end is ended as it is on AWS. */
export async function simulateBounded(
  definition: Definition,
  input: Json,
  script: readonly TaskOutcome[],
  options: SimulateOptions,
): Promise<Simulation> {
  const evaluator = openEvaluator();
  try {
    return await simulate(definition, input, script, { ...options, evaluator });
  } finally {
    evaluator.close();
  }
}
