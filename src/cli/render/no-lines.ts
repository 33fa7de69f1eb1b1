import { unreachable } from "../../core/unreachable.ts";
import type { RunView, StepStatus } from "../../runs/model.ts";

/**
 * Why a run's log shows nothing, in one line.
 *
 * @param step the only one that was asked for
 */
export function whyNoLines(run: string, view: RunView, step: string | undefined): string {
  if (step !== undefined) {
    const status = view.steps.find(({ id }) => id === step)?.status ?? "pending";
    return `Nothing to show: ${step} ${stepWords(status, isOver(view))}.`;
  }
  if (view.steps.every(({ attempts }) => attempts.length === 0)) {
    const when = isOver(view) ? "was started" : "has started yet";
    return `Nothing to show: no step of ${run} ${when}.`;
  }
  const quiet = isOver(view) ? "wrote nothing" : "have written nothing yet";
  return `Nothing to show: the steps of ${run} ${quiet}, or their logs were removed.`;
}

function isOver({ status }: RunView): boolean {
  return status !== "RUNNING" && status !== "PENDING_REDRIVE";
}

function stepWords(status: StepStatus, over: boolean): string {
  switch (status) {
    case "pending":
      return over ? "was not started" : "has not started yet";
    case "skipped":
      return "was skipped in this run";
    case "running":
    case "waiting":
      return "has written nothing yet";
    case "succeeded":
    case "failed":
    case "aborted":
    case "timed_out":
      return "wrote nothing, or its log was removed";
    default:
      return unreachable(status);
  }
}
