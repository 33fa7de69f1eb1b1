import type { HistoryEvent } from "../../core/history.ts";
import { isSkippedRun } from "../../runs/close.ts";
import { diagnose, failedAttempt } from "../../runs/diagnose.ts";
import { foldRun } from "../../runs/fold.ts";
import { composeNotification } from "../../runs/notification.ts";
import type { Outcome } from "../../states/types.ts";
import { attemptDirectory } from "../layout.ts";
import { logTail } from "../runs/log-tail.ts";
import type { RunEnd } from "../store/events.ts";
import { findRun, lastEnded, summaryOf } from "../store/runs.ts";
import { secretsMask } from "./secrets-mask.ts";
import type { DrivenRun, EngineContext } from "./context.ts";

/** Lines of a failed attempt's log that the diagnosis looks at. */
const diagnosedLines = 50;

/** What is kept of a run that has ended, beside its events. Inside the `write` that records it. */
export function endOf(
  {
    layout,
    store,
    environment,
    processEnvironment,
  }: Pick<EngineContext, "layout" | "store" | "environment" | "processEnvironment">,
  run: DrivenRun,
  history: readonly HistoryEvent[],
  outcome: Outcome,
  at: number,
): RunEnd {
  const { release } = run.deploy;
  const view = foldRun(history, release.steps);
  const { attempt } = failedAttempt(view);
  const mask = secretsMask(layout, run.project, release.task.secrets, processEnvironment);
  // Before anything is made of them: the diagnosis and the notification repeat lines.
  const tail =
    attempt === undefined
      ? []
      : logTail(attemptDirectory(layout, run.run, attempt.task), diagnosedLines).map(mask);
  const diagnosis = diagnose(view, tail, [], "local");
  const row = findRun(store, environment, run.run);
  if (row === undefined) throw new Error(`run ${run.run} vanished`);
  const end = {
    status: outcome.status,
    endedAt: view.endedAt ?? at,
    skipped: isSkippedRun(view),
    failure: diagnosis?.message,
  };
  const notification = composeNotification({
    run: { ...summaryOf(row, at, layout), ...end, interrupted: false },
    view,
    diagnosis,
    logTail: tail,
    previous: lastEnded(store, environment, run.project),
    recipients: release.notifications,
  });
  return { ...end, notification };
}
