import { hostname } from "node:os";

import type { HistoryEvent } from "../../core/history.ts";
import { type ProjectName, projectName } from "../../core/ids.ts";
import { isSkippedRun } from "../../runs/close.ts";
import { diagnose, failedAttempt } from "../../runs/diagnose.ts";
import { foldRun } from "../../runs/fold.ts";
import { composeNotification } from "../../runs/notification.ts";
import { isOfWorkingCopy } from "../../release/working-copy.ts";
import { runParameters } from "../../runs/parameters.ts";
import { nextFire } from "../../schedule/fire-times.ts";
import type { Outcome } from "../../states/types.ts";
import { attemptDirectory } from "../layout.ts";
import { logTail } from "../runs/log-tail.ts";
import type { RunEnd } from "../store/events.ts";
import { findRun, lastEnded, lastSuccess } from "../store/runs.ts";
import { summaryOf } from "../store/run-row.ts";
import { scheduleOf } from "../store/schedules.ts";
import { hasReport } from "./report-there.ts";
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
    language,
  }: Pick<EngineContext, "layout" | "store" | "environment" | "processEnvironment" | "language">,
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
  // Somebody sits before it.
  if (isOfWorkingCopy(release)) return { ...end, notification: undefined };
  const notification = composeNotification({
    run: { ...summaryOf(row, at, layout), ...end, interrupted: false },
    view,
    diagnosis,
    logTail: tail,
    previous: lastEnded(store, environment, run.project),
    recipients: release.notifications,
    ...(hasReport(layout, run, release.steps) ? { report: {} } : {}),
    around: {
      language,
      workspace: release.workspace,
      host: hostname(),
      owners: release.owners,
      timezone: release.schedule?.timezone ?? "UTC",
      nextRun: nextRunOf(store, environment, projectName(run.project), end.endedAt),
      lastSuccess: lastSuccess(store, environment, run.project, run.id),
      params: runParameters(release.parameters, view.input),
      ...(row.modelVersion === undefined && asksForModel(release)
        ? { missingModel: release.model.name }
        : {}),
    },
  });
  return { ...end, notification };
}

/** When the project's schedule fires next; undefined where it doesn't. */
function nextRunOf(
  store: EngineContext["store"],
  environment: string,
  project: ProjectName,
  after: number,
): number | undefined {
  const row = scheduleOf(store, environment, project);
  if (row?.enabled !== true || row.spec.cron === undefined) return undefined;
  return nextFire(row.spec.expression, row.spec.timezone, after);
}

/** Whether its steps should find a version: they are pointed to a registry, and need a model. */
function asksForModel({ model, task }: DrivenRun["deploy"]["release"]): boolean {
  return model.required && task.environment["MLFLOW_TRACKING_URI"] !== undefined;
}
