import { sayDuration } from "../duration.ts";
import type { AttemptView, RunView, StepView } from "../model.ts";
import type { TaskReading } from "../task-reading.ts";

/** What is known of a step whose command ended badly. */
export interface CommandEvidence {
  /** The step that the failure is due to. */
  readonly step: Pick<StepView, "id" | "memoryBytes" | "timeoutSeconds"> | undefined;
  /** Its last attempt that failed. */
  readonly attempt: Pick<AttemptView, "item" | "checks"> | undefined;
  /** How that attempt's task ended, where its document is known. */
  readonly task: TaskReading | undefined;
  /** All that ECS says about the task's end, in one text. */
  readonly reasons: string;
  /** The last lines of the attempt's log, without empty ones. */
  readonly log: readonly string[];
  /**
   * Where it ran: what is to be done depends on it. A trial is a step that `dev` runs here: there
   * is no run to be resumed.
   */
  readonly place: "aws" | "local" | "trial";
}

/** What is known of a run that didn't succeed. */
export interface Evidence extends CommandEvidence {
  readonly view: RunView;
  readonly step: StepView | undefined;
  readonly attempt: AttemptView | undefined;
  /** `States.TaskFailed`, `ECS.ClientException`, … or empty. */
  readonly error: string;
  /** The cause as prose; empty where it is a task document. */
  readonly prose: string;
  /** Why no instance could be launched while it waited, newest first. */
  readonly launches: readonly string[];
  readonly place: "aws" | "local";
}

/** How much of its limits an attempt used, as far as that is known. */
export interface Use {
  /** Of memory, in bytes. */
  readonly peak: number | undefined;
  readonly memory: number | undefined;
  /** Of time, in milliseconds. */
  readonly lasted: number | undefined;
  readonly limit: number | undefined;
}

/** What the attempt's document says, and else what the step declares. */
export function useOf({ task, step }: CommandEvidence): Use {
  const figures = task?.figures;
  const seconds = figures?.timeLimitSeconds ?? step?.timeoutSeconds;
  return {
    peak: figures?.peakMemoryBytes,
    memory: figures?.memoryLimitBytes ?? step?.memoryBytes,
    lasted: task?.lastedMs,
    limit: seconds === undefined ? undefined : seconds * 1000,
  };
}

/** `it used at most 0.31 of 2 GiB of memory, and ran for 5.0s of at most 1h 00m`; or empty. */
export function useText(evidence: CommandEvidence): string {
  const { peak, memory, lasted, limit } = useOf(evidence);
  const of = memory === undefined ? "" : ` of ${gibText(memory)}`;
  const used =
    peak === undefined
      ? memory === undefined
        ? []
        : [`how much of its ${gibText(memory)} GiB of memory it used is not known`]
      : [`it used at most ${gibText(peak)}${of} GiB of memory`];
  const most = limit === undefined ? "" : ` of at most ${sayDuration(limit)}`;
  const ran = lasted === undefined ? [] : [`ran for ${sayDuration(lasted)}${most}`];
  return [...used, ...ran.map((text) => (peak === undefined ? `it ${text}` : text))].join(", and ");
}

/**
 * How to give the step twice as much in the resumed run alone: a sentence with a space before it,
 * or empty where the limit isn't known.
 */
export function onceMore(evidence: CommandEvidence, what: "memory" | "limit"): string {
  const { [what]: had } = useOf(evidence);
  if (had === undefined || evidence.step === undefined || evidence.place === "trial") return "";
  const flag =
    what === "memory"
      ? `--memory ${evidence.step.id}=${gibText(2 * had)}`
      : `--timeout ${evidence.step.id}=${Math.round((2 * had) / 1000)}`;
  return ` To try more this once, resume the run with \`${flag}\`.`;
}

/** What is left to do once the cause is gone: a part of a sentence that a trial goes without. */
export function afterwards({ place }: CommandEvidence, text: string): string {
  return place === "trial" ? "" : text;
}

/** GiB with two digits at most after the point: `0.31`, `2`. */
export function gibText(bytes: number): string {
  return String(Number((bytes / 1024 ** 3).toFixed(2)));
}

/** One cause of failures that is known: how it is recognized, and what to say about it. */
export interface Rule<E extends CommandEvidence = Evidence> {
  /** Stable; documented in `docs/reference/diagnoses.md`. */
  readonly code: `run/${string}`;
  /** What to say when it is this; undefined when it isn't. */
  readonly recognize: (evidence: E) => Finding | undefined;
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
export function subject({ step, attempt }: CommandEvidence): string {
  if (step === undefined) return "the run";
  return attempt?.item === undefined ? step.id : `${step.id} (item ${attempt.item + 1})`;
}

/** The log's last line, short enough for a sentence; empty when there is none. */
export function lastLine({ log }: CommandEvidence): string {
  return shortened(log.at(-1)?.trim() ?? "");
}

/** A line of a log, short enough for a sentence. */
export function shortened(line: string): string {
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}

/** `text: detail`, or the text alone. */
export function withDetail(text: string, detail: string): string {
  return detail === "" ? text : `${text}: ${detail}`;
}
