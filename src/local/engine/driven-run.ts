import { readRunInput } from "../../runs/input.ts";
import { deployById } from "../store/deployments.ts";
import { openStepHold } from "../store/step-holds.ts";
import type { RunRow } from "../store/run-row.ts";
import type { DrivenRun, EngineContext } from "./context.ts";

/**
 * What a run is driven with, out of its row.
 *
 * @throws where the store lacks the run's deploy, which keeps it
 */
export function drivenRun(context: EngineContext, row: RunRow): DrivenRun {
  const deploy = deployById(context.store, row.deploy);
  if (deploy === undefined) throw new Error(`run ${row.run} has no deploy ${row.deploy}`);
  return {
    id: row.id,
    run: row.run,
    project: row.project,
    origin: row.origin,
    deploy,
    overrides: readRunInput(row.input).overrides,
    holds: openStepHold(context.store, row.id) !== undefined,
  };
}
