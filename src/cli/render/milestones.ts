import { readCause } from "../../runs/task-reading.ts";
import type { AttemptView, RunView, StepView } from "../../runs/model.ts";

/** Something that happened to a step and is worth a line. */
export interface Milestone {
  /** The same for the same happening, however often the history is read. */
  readonly key: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly step: string;
  readonly attempt: number;
  readonly item: number | undefined;
  readonly happened:
    | { readonly kind: "started" }
    | { readonly kind: "succeeded"; readonly durationMs: number }
    | { readonly kind: "failed"; readonly durationMs: number; readonly why: string }
    | { readonly kind: "retry"; readonly inMs: number | undefined; readonly why: string }
    | { readonly kind: "started-again"; readonly number: number; readonly of: number }
    | { readonly kind: "aborted" }
    | { readonly kind: "skipped" };
}

/** All that has happened so far, oldest first. */
export function milestones(view: RunView): Milestone[] {
  const inProgress = view.status === "RUNNING";
  return view.steps.flatMap((step) => ofStep(step, inProgress)).toSorted((a, b) => a.at - b.at);
}

function ofStep(step: StepView, inProgress: boolean): Milestone[] {
  const found = step.attempts.flatMap((attempt) => ofAttempt(step, attempt, inProgress));
  if (step.status === "skipped") {
    found.push({
      key: `${step.id}/skipped`,
      at: step.startedAt ?? step.endedAt ?? 0,
      step: step.id,
      attempt: 1,
      item: undefined,
      happened: { kind: "skipped" },
    });
  }
  return found;
}

function ofAttempt(step: StepView, attempt: AttemptView, inProgress: boolean): Milestone[] {
  const about = { step: step.id, attempt: attempt.number, item: attempt.item };
  const key = `${step.id}/${attempt.task}`;
  const found: Milestone[] = [];
  if (attempt.startedAt !== undefined) {
    found.push({
      ...about,
      key: `${key}/started`,
      at: attempt.startedAt,
      happened: { kind: "started" },
    });
  }
  const at = attempt.endedAt;
  if (at === undefined) return found;
  const durationMs = at - (attempt.startedAt ?? attempt.scheduledAt);
  const ended = (happened: Milestone["happened"]): void => {
    found.push({ ...about, key: `${key}/ended`, at, happened });
  };
  switch (attempt.status) {
    case "succeeded":
      ended({ kind: "succeeded", durationMs });
      break;
    case "failed":
    case "timed_out": {
      const why = reasonOf(attempt);
      const next = step.attempts.find(
        (other) => other.item === attempt.item && other.number === attempt.number + 1,
      );
      const retryAt = next?.scheduledAt ?? step.retryAt;
      // A failure that is the last one ends the run in the same breath: where the run continues,
      // another try follows.
      const { setback } = attempt;
      if (setback?.kind === "instance-lost" && setback.number <= setback.of) {
        ended({ ...setback, kind: "started-again" });
        break;
      }
      ended(
        next !== undefined || inProgress
          ? { kind: "retry", inMs: retryAt && Math.max(0, retryAt - at), why }
          : { kind: "failed", durationMs, why },
      );
      break;
    }
    case "aborted":
      ended({ kind: "aborted" });
      break;
    case "scheduled":
    case "running":
      break;
  }
  return found;
}

/** `exit code 1`, `out of memory`: why an attempt failed, short enough for a line. */
export function reasonOf(attempt: AttemptView): string {
  if (attempt.status === "timed_out") return "time limit reached";
  if (attempt.setback?.kind === "instance-lost") return "its instance was reclaimed";
  if (attempt.setback?.kind === "no-capacity") return "no instance had room for it";
  const task = readCause(attempt.cause);
  if (task?.reason.startsWith("OutOfMemoryError") === true) return "out of memory";
  if (task?.stopCode === "TaskFailedToStart") return "it could not begin";
  if (attempt.exitCode !== undefined && attempt.exitCode !== 0)
    return `exit code ${attempt.exitCode}`;
  return attempt.error ?? "it could not be started";
}
