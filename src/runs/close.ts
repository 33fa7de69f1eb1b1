import type { HistoryEvent } from "../core/history.ts";
import type { MutableAttempt } from "./attempts.ts";
import type { OpenStep } from "./fold.ts";
import type { StepStatus, StepView } from "./model.ts";

/**
 * Gives each step its status, once all events are read: most of what a step is follows from how the run ended.
 *
 * @param end the event that ended the run, if it has ended
 * @param blamed the step that the end is due to, as the chain of events tells
 */
export function closeSteps(
  steps: readonly OpenStep[],
  end: HistoryEvent | undefined,
  blamed: string | undefined,
): StepView[] {
  const failed = end?.type === "ExecutionFailed" ? (blamed ?? lastToFail(steps)) : undefined;
  return steps.map((step) => {
    const status = statusOf(step, end, failed);
    const attempts = step.attempts.map((attempt) => closeAttempt(attempt, end));
    return {
      id: step.id,
      name: step.name,
      status,
      startedAt: step.entered,
      endedAt: step.exited ?? (step.entered === undefined ? undefined : end?.timestamp),
      attempts,
      retryAt: undefined,
    };
  });
}

function statusOf(
  step: OpenStep,
  end: HistoryEvent | undefined,
  failed: string | undefined,
): StepStatus {
  if (step.skipped) return "skipped";
  if (step.entered === undefined) return "pending";
  if (step.exited !== undefined) return "succeeded";
  if (end === undefined) return stateOfOpen(step);
  if (step.id === failed)
    return step.attempts.at(-1)?.status === "timed_out" ? "timed_out" : "failed";
  return end.type === "ExecutionTimedOut" ? "timed_out" : "aborted";
}

/** A step that has begun and not ended: something of it runs, or it waits for capacity or for its next try. */
function stateOfOpen({ attempts }: OpenStep): StepStatus {
  if (attempts.length === 0 || attempts.some(({ status }) => status === "running"))
    return "running";
  return "waiting";
}

/** An attempt that the history leaves open ended with the run. */
function closeAttempt(attempt: MutableAttempt, end: HistoryEvent | undefined): MutableAttempt {
  if (attempt.endedAt !== undefined || end === undefined) return attempt;
  return { ...attempt, status: "aborted", endedAt: end.timestamp };
}

/** The step whose attempt failed last: what remains to go by when the chain of events doesn't lead to one. */
function lastToFail(steps: readonly OpenStep[]): string | undefined {
  const candidates = steps.flatMap((step) =>
    step.exited === undefined
      ? step.attempts.flatMap(({ status, endedAt }) =>
          endedAt !== undefined && (status === "failed" || status === "timed_out")
            ? [{ id: step.id, endedAt }]
            : [],
        )
      : [],
  );
  return candidates.toSorted((a, b) => b.endedAt - a.endedAt)[0]?.id;
}
