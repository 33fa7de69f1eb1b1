import type { HistoryEvent } from "../core/history.ts";
import { isJsonObject } from "../core/json.ts";
import { CAPACITY_PAUSE_SECONDS } from "../core/task-loss.ts";
import { SKIPPED_OUTPUT } from "../core/state-names.ts";
import type { MutableAttempt } from "./attempts.ts";
import type { RunView, StepStatus, StepView } from "./model.ts";
import type { OpenStep } from "./open-step.ts";

/**
 * Gives each step its status, once all events are read: much of what a step is follows from how the
 * run ended.
 *
 * @param end the event that ended the run, if it has ended
 * @param blamed the step that the end is due to, as the chain of events shows
 */
export function closeSteps(
  steps: readonly OpenStep[],
  end: HistoryEvent | undefined,
  blamed: string | undefined,
): StepView[] {
  const failed = end?.type === "ExecutionFailed" ? (blamed ?? lastToFail(steps)) : undefined;
  const skipped = end?.type === "ExecutionSucceeded" && isSkipped(end.details["output"]);
  return steps.map((step): StepView => {
    const attempts = [...step.attempts.values()].map((attempt) => closeAttempt(attempt, end));
    const status = skipped ? "skipped" : statusOf(step, end, failed);
    return {
      id: step.declared.id,
      name: step.declared.name,
      timeoutSeconds: step.declared.timeoutSeconds,
      memoryBytes:
        step.declared.resources === undefined
          ? undefined
          : step.declared.resources.memoryGb * 1024 ** 3,
      status,
      startedAt: step.enteredAt,
      endedAt: endedAt(step, status, attempts, end),
      attempts,
      retryAt: end === undefined && step.exitedAt === undefined ? retryAt(step) : undefined,
    };
  });
}

/**
 * True for a run that ended at once because an earlier one was still going (`schedule.overlap:
 * skip`).
 */
export function isSkippedRun(view: Pick<RunView, "status" | "output">): boolean {
  return view.status === "SUCCEEDED" && isSkipped(view.output);
}

function isSkipped(output: RunView["output"]): boolean {
  return isJsonObject(output) && output["esteira"] === SKIPPED_OUTPUT.esteira;
}

function statusOf(
  step: OpenStep,
  end: HistoryEvent | undefined,
  failed: string | undefined,
): StepStatus {
  if (step.exitedAt !== undefined) return "succeeded";
  if (step.skippedAt !== undefined) return "skipped";
  if (step.declared.id === failed || step.caughtAt !== undefined) {
    return [...step.attempts.values()].at(-1)?.status === "timed_out" ? "timed_out" : "failed";
  }
  if (step.enteredAt === undefined) {
    return step.placesAskedAt !== undefined && end === undefined ? "waiting" : "pending";
  }
  if (step.abortedAt !== undefined) return "aborted";
  if (end === undefined) return stateOfOpen(step);
  return end.type === "ExecutionTimedOut" ? "timed_out" : "aborted";
}

/**
 * A step that has begun and not ended: something of it runs, or all of it waits for capacity or for
 * its next try.
 */
function stateOfOpen(step: OpenStep): StepStatus {
  const attempts = [...step.attempts.values()];
  if (attempts.some(({ status }) => status === "running")) return "running";
  const waits = attempts.some(({ status }) => status === "scheduled");
  return waits || waitingAttempts(step).length > 0 ? "waiting" : "running";
}

/** An attempt that the history leaves open ended with the run. */
function closeAttempt(attempt: MutableAttempt, end: HistoryEvent | undefined): MutableAttempt {
  if (attempt.endedAt !== undefined || end === undefined) return { ...attempt };
  const status = end.type === "ExecutionTimedOut" ? "timed_out" : "aborted";
  return { ...attempt, status, endedAt: end.timestamp };
}

function endedAt(
  step: OpenStep,
  status: StepStatus,
  attempts: readonly MutableAttempt[],
  end: HistoryEvent | undefined,
): number | undefined {
  if (status === "succeeded") return step.exitedAt;
  if (status === "skipped") return step.skippedAt ?? end?.timestamp;
  if (step.enteredAt === undefined || status === "running" || status === "waiting")
    return undefined;
  return step.abortedAt ?? attempts.at(-1)?.endedAt ?? end?.timestamp;
}

/**
 * Errors of the services, which a compiled pipeline tries again by a separate rule, at a time
 * that chance decides.
 */
function isOfService(error: string | undefined): boolean {
  return error !== undefined && /^(Amazon)?ECS\./.test(error);
}

/** The newest attempt of each item, where it has failed and will be tried again. */
function waitingAttempts(step: OpenStep): readonly MutableAttempt[] {
  const { retries = 0 } = step.declared;
  const newest = new Map<number | undefined, MutableAttempt>();
  for (const attempt of step.attempts.values()) newest.set(attempt.item, attempt);
  return [...newest.values()].filter(
    ({ status, error, item, setback }) =>
      (status === "failed" || status === "timed_out") &&
      (isOfService(error) || setback !== undefined || failures(step, item) <= retries),
  );
}

/** How often the step's own command has failed for an item. */
function failures(step: OpenStep, item: number | undefined): number {
  return [...step.attempts.values()].filter(
    (attempt) =>
      attempt.item === item &&
      attempt.task > step.countedFrom &&
      (attempt.status === "failed" || attempt.status === "timed_out") &&
      attempt.setback === undefined &&
      !isOfService(attempt.error),
  ).length;
}

/** When the next retry is due, as the step's retry rule has it. */
function retryAt(step: OpenStep): number | undefined {
  const { retry } = step.declared;
  const due = waitingAttempts(step).flatMap(({ endedAt, error, item, setback }) => {
    if (endedAt === undefined) return [];
    if (setback?.kind === "no-capacity") return [endedAt + CAPACITY_PAUSE_SECONDS * 1000];
    if (setback !== undefined || isOfService(error) || !retry) return [];
    const longest = Math.max(retry.maxIntervalSeconds, retry.intervalSeconds);
    const grown = retry.intervalSeconds * retry.backoffRate ** (failures(step, item) - 1);
    return [endedAt + Math.min(grown, longest) * 1000];
  });
  return due.length === 0 ? undefined : Math.min(...due);
}

/**
 * The step whose attempt failed last: what remains to go by when the chain of events doesn't lead
 * to one.
 */
function lastToFail(steps: readonly OpenStep[]): string | undefined {
  const candidates = steps.flatMap((step) =>
    step.exitedAt === undefined
      ? [...step.attempts.values()].flatMap(({ status, endedAt }) =>
          endedAt !== undefined && (status === "failed" || status === "timed_out")
            ? [{ id: step.declared.id, endedAt }]
            : [],
        )
      : [],
  );
  return candidates.toSorted((a, b) => b.endedAt - a.endedAt)[0]?.id;
}
