import type { AttemptView, RunView, StepView } from "../model.ts";
import type { TaskReading } from "../task-reading.ts";

/** What is known of a run that didn't succeed. */
export interface Evidence {
  readonly view: RunView;
  /** The step that the failure is due to. */
  readonly step: StepView | undefined;
  /** Its last attempt that failed. */
  readonly attempt: AttemptView | undefined;
  /** How that attempt's task ended, where its document is known. */
  readonly task: TaskReading | undefined;
  /** `States.TaskFailed`, `ECS.ClientException`, … or empty. */
  readonly error: string;
  /** The cause as prose; empty where it is a task document. */
  readonly prose: string;
  /** All that ECS says about the task's end, in one text. */
  readonly reasons: string;
  /** The last lines of the attempt's log, without empty ones. */
  readonly log: readonly string[];
  /** Why no instance could be launched while it waited, newest first. */
  readonly launches: readonly string[];
}

/** One cause of failures that is known: how it is recognized, and what to say about it. */
export interface Rule {
  /** Stable; documented in `docs/reference/diagnoses.md`. */
  readonly code: `run/${string}`;
  /** What to say when it is this; undefined when it isn't. */
  readonly recognize: (evidence: Evidence) => Finding | undefined;
}

export interface Finding {
  /** What happened, without a full stop; begins with the step, where there is one. */
  readonly message: string;
  /** What to do, whole sentences. */
  readonly help: string;
}

/**
 * `score_model`, `describe_maker (item 3)`, `the run`: what failed, at the beginning of a sentence.
 * Items count from 1, as people do.
 */
export function subject({ step, attempt }: Evidence): string {
  if (step === undefined) return "the run";
  return attempt?.item === undefined ? step.id : `${step.id} (item ${attempt.item + 1})`;
}

/** The log's last line, short enough for a sentence; empty when there is none. */
export function lastLine({ log }: Evidence): string {
  const line = log.at(-1)?.trim() ?? "";
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}

/** `text: detail`, or the text alone. */
export function withDetail(text: string, detail: string): string {
  return detail === "" ? text : `${text}: ${detail}`;
}
