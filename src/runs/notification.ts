import { addressed } from "./addressed.ts";
import { composeMessage } from "./message/compose.ts";
import { messageText } from "./message/text.ts";
import type { Notification, NotificationAbout, RunSummary } from "./model.ts";
import type { NotificationFacts } from "./notification-facts.ts";

/**
 * Composes what people are notified of a run's end. FAILED and TIMED_OUT are failures; the first
 * success after one is a recovery, which goes to those who got the failure as well. A run that a
 * person stopped is known to that person: nobody is notified. Those of a backfill are reported
 * together.
 *
 * @returns undefined when there is nothing to report or nobody to notify: the run is in progress,
 *   was skipped or stopped, is of a backfill, or has no recipients
 */
export function composeNotification(facts: NotificationFacts): Notification | undefined {
  const { run, previous, recipients } = facts;
  if (run.status === "RUNNING" || run.status === "PENDING_REDRIVE" || run.skipped) return undefined;
  if (run.status === "ABORTED") return undefined;
  // A backfill is reported once, at its end: see `backfill-report.ts`.
  if (run.trigger === "backfill") return undefined;
  const outcome = outcomeOf(run, previous);
  const audience = {
    success: recipients.onSuccess,
    failure: recipients.onFailure,
    recovery: [...recipients.onSuccess, ...recipients.onFailure],
  }[outcome];
  if (audience.length === 0) return undefined;
  const message = composeMessage(facts, outcome);
  return {
    outcome,
    ...addressed(audience),
    subject: `[${run.environment}] ${message.title}`,
    body: messageText(message),
    message,
    about: aboutOf(facts),
  };
}

type Outcome = Notification["outcome"];

function outcomeOf(run: RunSummary, previous: NotificationFacts["previous"]): Outcome {
  if (run.status !== "SUCCEEDED") return "failure";
  return previous && isFailure(previous.status) ? "recovery" : "success";
}

function isFailure(status: RunSummary["status"]): boolean {
  return status === "FAILED" || status === "TIMED_OUT";
}

function aboutOf({ run, diagnosis, around }: NotificationFacts): NotificationAbout {
  return {
    kind: "run",
    workspace: around?.workspace ?? null,
    environment: run.environment,
    project: run.project,
    version: run.version,
    run: run.run,
    status: run.status,
    startedAt: run.startedAt,
    endedAt: run.endedAt ?? null,
    step: diagnosis?.step ?? null,
    diagnosis: diagnosis?.code ?? null,
  };
}
