import type { HistoryEvent } from "../../core/history.ts";
import { foldRun } from "../../runs/fold.ts";
import type { Deploy } from "../store/deployments.ts";

/** Steps that have succeeded, by id. */
export function finishedSteps(history: readonly HistoryEvent[], deploy: Deploy): string[] {
  return foldRun(history, deploy.release.steps)
    .steps.filter(({ status }) => status === "succeeded")
    .map(({ id }) => id);
}
