import type { HistoryEvent } from "../../core/history.ts";
import { isSkippedRun } from "../../runs/close.ts";
import { diagnose, failedAttempt } from "../../runs/diagnose.ts";
import { foldRun } from "../../runs/fold.ts";
import type { Outcome } from "../../states/types.ts";
import { attemptDirectory } from "../layout.ts";
import { logTail } from "../log-tail.ts";
import type { RunEnd } from "../store/events.ts";
import type { DrivenRun, EngineContext } from "./context.ts";

/** Lines of a failed attempt's log that the diagnosis looks at. */
const diagnosedLines = 50;

/** What is kept of a run that has ended, beside its events. */
export function endOf(
  { layout }: Pick<EngineContext, "layout">,
  run: DrivenRun,
  history: readonly HistoryEvent[],
  outcome: Outcome,
  at: number,
): RunEnd {
  const view = foldRun(history, run.deploy.release.steps);
  const { attempt } = failedAttempt(view);
  const tail =
    attempt === undefined
      ? []
      : logTail(attemptDirectory(layout, run.run, attempt.task), diagnosedLines);
  return {
    status: outcome.status,
    endedAt: view.endedAt ?? at,
    skipped: isSkippedRun(view),
    failure: diagnose(view, tail)?.message,
    notification: undefined,
  };
}
