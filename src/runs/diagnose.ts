import { COMMAND_RULES } from "./diagnosis/command-rules.ts";
import { lastLine, subject, withDetail, type Evidence, type Rule } from "./diagnosis/rule.ts";
import { RUN_RULES, SERVICE_RULES } from "./diagnosis/service-rules.ts";
import { START_RULES } from "./diagnosis/start-rules.ts";
import type { Diagnosis, RunView } from "./model.ts";
import { readCause } from "./task-reading.ts";

/**
 * What can go wrong, the more particular first: the first rule that recognizes its case is the
 * answer.
 */
export const RULES: readonly Rule[] = [
  ...RUN_RULES,
  ...START_RULES,
  ...COMMAND_RULES,
  ...SERVICE_RULES,
];

/**
 * Says why a run failed and what to do, in one line each.
 *
 * @param logTail the last lines of the log of the attempt that `failedAttempt` names, oldest first;
 *   the more particular answers need them
 * @param launchFailures why no instance could be launched while the attempt waited, newest first:
 *   see `capacity.ts`
 * @param place where it ran, for the advice
 * @returns undefined while the run is in progress and when it succeeded
 */
export function diagnose(
  view: RunView,
  logTail: readonly string[] = [],
  launchFailures: readonly string[] = [],
  place: Evidence["place"] = "aws",
): Diagnosis | undefined {
  if (view.status === "RUNNING" || view.status === "SUCCEEDED") return undefined;
  if (view.status === "PENDING_REDRIVE") return undefined;
  const evidence = evidenceOf(view, logTail, launchFailures, place);
  const step = evidence.step?.id;
  for (const { code, recognize } of RULES) {
    const finding = recognize(evidence);
    if (finding) return { code, step, ...finding };
  }
  const what = [evidence.error, evidence.prose || lastLine(evidence)].filter((text) => text !== "");
  return {
    code: "run/failed",
    step,
    message: withDetail(`${subject(evidence)} failed`, what.join(": ")),
    help: "The events of the run say more.",
  };
}

/** The attempt that a failed run is due to, and its step: the one whose log is worth reading. */
export function failedAttempt(view: RunView): Pick<Evidence, "step" | "attempt"> {
  const step =
    view.steps.find(({ status }) => status === "failed") ??
    view.steps.find(({ status }) => status === "timed_out");
  const attempt = step?.attempts
    .filter(({ status }) => status === "failed" || status === "timed_out")
    .toSorted((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0))[0];
  return { step, attempt };
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
const TOO_MANY_FAILED = "States.ExceedToleratedFailureThreshold";

function evidenceOf(
  view: RunView,
  logTail: readonly string[],
  launches: readonly string[],
  place: Evidence["place"],
): Evidence {
  const { step, attempt } = failedAttempt(view);
  // Of items with executions by themselves, the run says no more than that too many failed.
  const { error, cause } =
    view.error === TOO_MANY_FAILED && attempt !== undefined
      ? attempt
      : { error: view.error ?? attempt?.error, cause: view.cause ?? attempt?.cause };
  const task = readCause(cause) ?? readCause(attempt?.cause);
  return {
    view,
    step,
    attempt,
    task,
    error: error ?? "",
    prose: task === undefined ? (cause ?? "") : "",
    reasons: task === undefined ? "" : `${task.stopCode} ${task.stoppedReason} ${task.reason}`,
    log: logTail.filter((line) => line.trim() !== ""),
    launches,
    place,
  };
}
