import type { HistoryEvent } from "../../core/history.ts";
import type { Outcome } from "../../states/types.ts";
import type { RunEnd } from "../store/events.ts";
import type { DrivenRun } from "./context.ts";

/** What is kept of a run that has ended, beside its events. */
export function endOf(
  _run: DrivenRun,
  _history: readonly HistoryEvent[],
  outcome: Outcome,
  at: number,
): RunEnd {
  return {
    status: outcome.status,
    endedAt: at,
    skipped: false,
    failure: outcome.status === "SUCCEEDED" ? undefined : outcome.error,
    notification: undefined,
  };
}
