import { actorText } from "../core/actor.ts";
import { cleanText } from "../core/clean-text.ts";
import { sayDuration, sayInstant } from "./duration.ts";
import type { Diagnosis, Notification, RunSummary, RunView, StepView } from "./model.ts";

/** Everything that the notification of a run's outcome is made of. */
export interface NotificationFacts {
  readonly run: RunSummary;
  readonly view: RunView;
  readonly diagnosis: Diagnosis | undefined;
  /** The last lines of the failed attempt's log, oldest first. */
  readonly logTail: readonly string[];
  /**
   * The run of the same project that ended before this one, or this one's own end before it was
   * redriven; undefined for the first.
   */
  readonly previous: Pick<RunSummary, "status" | "run"> | undefined;
  readonly recipients: {
    readonly onSuccess: readonly Recipient[];
    readonly onFailure: readonly Recipient[];
  };
  /** Address of the run in the console; undefined where there is none. */
  readonly url?: string;
}

type Recipient =
  | { readonly kind: "email"; readonly address: string }
  | { readonly kind: "webhook"; readonly url: string };

/** Log lines that a message shows at most. */
const LOG_LINES = 15;
const LINE_LENGTH = 300;

/**
 * Composes what people are notified of a run's end, as plain text. FAILED, TIMED_OUT and ABORTED
 * are all failures; the first success after one is a recovery, which goes to those who got the
 * failure as well.
 *
 * @returns undefined when there is nothing to report or nobody to notify: the run is in progress,
 *   was skipped, or has no recipients
 */
export function composeNotification(facts: NotificationFacts): Notification | undefined {
  const { run, previous, recipients } = facts;
  if (run.status === "RUNNING" || run.status === "PENDING_REDRIVE" || run.skipped) return undefined;
  const outcome = outcomeOf(run, previous);
  const audience = {
    success: recipients.onSuccess,
    failure: recipients.onFailure,
    recovery: [...recipients.onSuccess, ...recipients.onFailure],
  }[outcome];
  const addresses = [...new Set(audience.map(addressOf))];
  if (addresses.length === 0) return undefined;
  return {
    outcome,
    recipients: addresses,
    subject: subjectOf(facts, outcome),
    body: bodyOf(facts, outcome),
  };
}

type Outcome = Notification["outcome"];

function outcomeOf(run: RunSummary, previous: NotificationFacts["previous"]): Outcome {
  if (run.status !== "SUCCEEDED") return "failure";
  return previous && isFailure(previous.status) ? "recovery" : "success";
}

function isFailure(status: RunSummary["status"]): boolean {
  return status === "FAILED" || status === "TIMED_OUT" || status === "ABORTED";
}

function addressOf(recipient: Recipient): string {
  return recipient.kind === "email" ? recipient.address : recipient.url;
}

/** One line without line breaks: it becomes a mail's header. */
function subjectOf({ run, diagnosis }: NotificationFacts, outcome: Outcome): string {
  const what = outcome === "recovery" ? "succeeded again" : WORDS[run.status];
  const step =
    diagnosis?.step === undefined || outcome !== "failure" ? "" : ` at ${diagnosis.step}`;
  return `[${run.environment}] ${run.project} ${what}${step}`.replaceAll(/\s+/g, " ");
}

const WORDS: Readonly<Record<RunSummary["status"], string>> = {
  RUNNING: "is running",
  PENDING_REDRIVE: "is resuming",
  SUCCEEDED: "succeeded",
  FAILED: "failed",
  TIMED_OUT: "timed out",
  ABORTED: "was stopped",
};

function bodyOf(facts: NotificationFacts, outcome: Outcome): string {
  const { run, diagnosis, previous } = facts;
  const took =
    run.endedAt === undefined ? "" : ` after ${sayDuration(run.endedAt - run.startedAt)}`;
  const headline = `${run.project} ${run.version} ${WORDS[run.status]} in ${run.environment}${took}.`;
  const paragraphs: (readonly string[])[] = [[headline]];
  if (outcome === "recovery" && previous) {
    paragraphs.push([
      previous.run === run.run
        ? `It ${WORDS[previous.status]} before, and was resumed.`
        : `The run before it, ${previous.run}, ${WORDS[previous.status]}.`,
    ]);
  }
  if (outcome === "failure" && diagnosis) {
    paragraphs.push([`What happened: ${diagnosis.message}`, `What to do:    ${diagnosis.help}`]);
  }
  paragraphs.push(factsOf(run), stepLines(facts.view));
  if (outcome === "failure") paragraphs.push(logLines(facts), nextLines(facts));
  else paragraphs.push([`Open: ${openCommand(facts)}`]);
  return `${paragraphs
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function factsOf(run: RunSummary): string[] {
  const rows: (readonly [string, string])[] = [
    ["Run", run.run],
    ["Started", `${sayInstant(run.startedAt)}, ${startedBy(run)}`],
  ];
  if (run.scheduledTime !== undefined) rows.push(["Scheduled", sayInstant(run.scheduledTime)]);
  if (run.endedAt !== undefined) rows.push(["Ended", sayInstant(run.endedAt)]);
  if (run.origin !== run.run) rows.push(["Continues", run.origin]);
  if (run.modelVersion !== undefined) rows.push(["Model", run.modelVersion]);
  return aligned(rows);
}

function startedBy(run: RunSummary): string {
  const by = run.actor === "" ? "" : ` by ${actorText(run.actor)}`;
  return {
    manual: `by hand${by}`,
    schedule: "by its schedule",
    backfill: `as a backfill${by}`,
    resume: `to resume${by}`,
  }[run.trigger];
}

function stepLines(view: RunView): string[] {
  if (view.steps.length === 0) return [];
  return ["Steps", ...aligned(view.steps.map((step) => [`  ${step.id}`, stepText(step)]))];
}

function stepText(step: StepView): string {
  const status = step.status.replace("_", " ");
  const { startedAt, endedAt } = step;
  const took =
    startedAt === undefined || endedAt === undefined
      ? ""
      : ` in ${sayDuration(endedAt - startedAt)}`;
  const tries = Math.max(0, ...step.attempts.map(({ number }) => number));
  return `${status}${took}${tries > 1 ? `, ${tries} attempts` : ""}`;
}

function logLines({ logTail, diagnosis }: NotificationFacts): string[] {
  const lines = logTail
    .map(plain)
    .filter((line) => line.trim() !== "")
    .slice(-LOG_LINES);
  if (lines.length === 0) return [];
  const of = diagnosis?.step === undefined ? "" : ` of ${diagnosis.step}`;
  return [
    `The last lines${of}`,
    ...lines.map((line) => `  ${line.slice(0, LINE_LENGTH).toWellFormed()}`),
  ];
}

/**
 * A log line without what only terminals understand: colours, and what a progress bar wrote over.
 */
function plain(line: string): string {
  const text = line.trimEnd();
  return cleanText(text.slice(text.lastIndexOf("\r") + 1)).replaceAll("\n", "");
}

function nextLines(facts: NotificationFacts): string[] {
  const { run, diagnosis } = facts;
  const step = diagnosis?.step === undefined ? "" : ` --step ${diagnosis.step}`;
  return aligned([
    ["Open", openCommand(facts)],
    ["Log", `esteira logs ${run.run}${step} -e ${run.environment}`],
    ["Resume", `esteira resume ${run.run} -e ${run.environment}`],
  ]);
}

function openCommand({ run, url }: NotificationFacts): string {
  return url ?? `esteira status ${run.run} -e ${run.environment}`;
}

function aligned(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, text]) => `${label.padEnd(width)}  ${text}`);
}
