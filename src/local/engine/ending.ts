import type { HistoryEvent } from "../../core/history.ts";
import { isSkippedRun } from "../../runs/close.ts";
import { foldRun } from "../../runs/fold.ts";
import type { RunView } from "../../runs/model.ts";
import type { Outcome } from "../../states/types.ts";
import type { RunEnd } from "../store/events.ts";
import type { DrivenRun } from "./context.ts";

/** What is kept of a run that has ended, beside its events. */
export function endOf(
  run: DrivenRun,
  history: readonly HistoryEvent[],
  outcome: Outcome,
  at: number,
): RunEnd {
  const view = foldRun(history, run.deploy.release.steps);
  return {
    status: outcome.status,
    endedAt: view.endedAt ?? at,
    skipped: isSkippedRun(view),
    failure: failureOf(view),
    notification: undefined,
  };
}

function failureOf(view: RunView): string | undefined {
  if (view.status === "SUCCEEDED") return undefined;
  const step = view.steps.find(({ status }) => status === "failed" || status === "timed_out");
  const exitCode = step?.attempts.at(-1)?.exitCode;
  const why = exitCode === undefined ? (view.error ?? view.status) : `exit code ${exitCode}`;
  return step === undefined ? why : `${step.id}: ${why}`;
}
