import type { ExecutionStatus } from "../core/history.ts";
import type { Json } from "../core/json.ts";
import type { WebhookFormat } from "../core/webhook-format.ts";
import type { Message } from "./message/message.ts";
import type { AttemptFigures } from "./task-facts.ts";

/** What starts a run; version 1 of the run input, every field optional in the raw form. */
export interface RunInput {
  readonly params: Readonly<Record<string, string>>;
  readonly only: readonly string[];
  readonly skip: readonly string[];
  /** ISO 8601 instant. */
  readonly scheduled_time: string | null;
  /** `2026-01-31`, where it isn't that of `scheduled_time` in the schedule's zone. */
  readonly scheduled_date?: string;
  /** The run whose artifacts this one continues with. */
  readonly origin: string | null;
  readonly trigger: Trigger;
  readonly actor: string;
  /** By project, the run that it follows; absent: it follows none. */
  readonly after?: Readonly<Record<string, string>>;
  /** The data that started it; absent: something else did. */
  readonly on?: Arrived;
  /** What steps get in this run in place of what the release declares, by their ids. */
  readonly overrides?: Readonly<Record<string, StepOverride>>;
  /**
   * For steps with `cache`. `refresh`: they run; `off`: and what they leave is for no later run.
   * Absent: they take what earlier runs left, but in a backfill, which is `off`.
   */
  readonly cache?: CacheMode;
  /** A quick trial: parameters and variables have their values for samples. */
  readonly sample?: true;
}

/** As `config.yaml` writes it: GiB, and seconds that an attempt's command may run. */
export type StepOverride = Readonly<Partial<Record<"memory_gb" | "timeout_seconds", number>>>;

export type CacheMode = "refresh" | "off";

/**
 * What has arrived: how many objects or files, and their URIs, or where a JSON list of these is
 * when it is long.
 */
export type Arrived = { readonly count: number } & (
  | { readonly uris: readonly string[] }
  | { readonly list: string }
);

/** `after`: runs of other projects, which this one follows. `on`: data that has arrived. */
export type Trigger = "manual" | "schedule" | "backfill" | "resume" | "after" | "on";

/**
 * A run's row in a list: kept beside the events, derivable from them. Times in milliseconds since
 * the epoch.
 */
export interface RunSummary {
  readonly run: string;
  readonly project: string;
  readonly environment: string;
  readonly status: ExecutionStatus;
  /**
   * True for a run that ended at once because an earlier one was still going (`schedule.overlap:
   * skip`).
   */
  readonly skipped: boolean;
  /** A RUNNING run that nobody drives: its process is gone. `resume` continues it. */
  readonly interrupted: boolean;
  readonly trigger: Trigger;
  readonly actor: string;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  readonly scheduledTime: number | undefined;
  readonly origin: string;
  /** URI of what its steps left, with a `/` at its end. */
  readonly artifacts: string;
  readonly release: string;
  readonly version: string;
  readonly modelVersion: string | undefined;
  /** One line: what went wrong. */
  readonly failure: string | undefined;
  /**
   * The run that continued after this one ended; undefined where nobody resumed it, and where it
   * was resumed as itself.
   */
  readonly resumedBy: string | undefined;
}

/** What the history says about a run, step by step: folded, never stored. */
export interface RunView {
  readonly status: ExecutionStatus;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  readonly input: Json;
  readonly output: Json | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  /** In the order of the release's steps; steps that the history doesn't know yet are `pending`. */
  readonly steps: readonly StepView[];
}

/** Failed steps of a run that has ended, whose places somebody can enter. */
export interface StepHold {
  /** Milliseconds since the epoch. */
  readonly until: number;
  readonly steps: readonly {
    readonly step: string;
    /** Index of the `for_each` item. */
    readonly item: number | undefined;
  }[];
}

export type StepStatus =
  | "pending"
  | "running"
  | "waiting"
  | "succeeded"
  | "failed"
  | "skipped"
  | "aborted"
  | "timed_out";

export interface StepView {
  readonly id: string;
  readonly name: string;
  readonly status: StepStatus;
  /** Seconds that one attempt's command may run, as declared; undefined where nobody knows. */
  readonly timeoutSeconds: number | undefined;
  /** Memory that it may use, as declared, in bytes. */
  readonly memoryBytes: number | undefined;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  /** One an attempt of each item; a step without `for_each` has items of index undefined only. */
  readonly attempts: readonly AttemptView[];
  /** Set while a retry waits: when it is due. */
  readonly retryAt: number | undefined;
}

export interface AttemptView extends AttemptFigures {
  /** Id of the event that scheduled it: names the attempt in the run. */
  readonly task: number;
  /** 1 for the first try. */
  readonly number: number;
  /** Index of the `for_each` item. */
  readonly item: number | undefined;
  readonly status: "scheduled" | "running" | "succeeded" | "failed" | "timed_out" | "aborted";
  readonly scheduledAt: number;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  readonly exitCode: number | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  /** Set where it ended for a reason that is not its command's. */
  readonly setback?: SetbackView;
  /** Where its log is: the container's task id on AWS, the attempt's key locally. */
  readonly log: string | undefined;
}

/**
 * Why an attempt ended that its step is not to blame for. It is tried again out of a separate
 * budget.
 */
export type SetbackView =
  /** Its instance was lost, for the `number`-th time; the step is started again `of` times. */
  | { readonly kind: "instance-lost"; readonly number: number; readonly of: number }
  /** No instance had room for it within the time that ECS waits. */
  | { readonly kind: "no-capacity" };

/** A short, stable answer to "why did it fail and what now". */
export interface Diagnosis {
  /** `run/out-of-memory`, … */
  readonly code: string;
  readonly step: string | undefined;
  readonly message: string;
  readonly help: string;
}

/** The notification of a run's outcome, composed; who sends it is another matter. */
export interface Notification {
  readonly outcome: "success" | "failure" | "recovery";
  readonly recipients: readonly string[];
  /** By a webhook's URL, the form that it was configured with; of all others their host decides. */
  readonly formats?: Readonly<Record<string, WebhookFormat>>;
  readonly subject: string;
  /** Plain text. */
  readonly body: string;
  /**
   * The same field by field. Absent: it is not about a run, or was composed before there was it.
   */
  readonly message?: Message;
  /** The same for programs. Absent: it was composed before there was this. */
  readonly about?: NotificationAbout;
}

/** What a notification is about; `null`: unknown, or there is none. */
export interface NotificationAbout {
  /** The end of a run or of a backfill, what watching found, or a message for trying. */
  readonly kind: "run" | "watch" | "test" | "backfill";
  readonly workspace: string | null;
  readonly environment: string;
  readonly project: string | null;
  readonly version: string | null;
  readonly run: string | null;
  readonly status: RunSummary["status"] | null;
  /** Milliseconds since the epoch. */
  readonly startedAt: number | null;
  /** Milliseconds since the epoch. */
  readonly endedAt: number | null;
  readonly step: string | null;
  /** Code of the diagnosis. */
  readonly diagnosis: string | null;
}

/** What a step was declared as; a release's steps fit. */
export interface DeclaredStep {
  readonly id: string;
  readonly name: string;
  /** Seconds that one attempt's command may run. */
  readonly timeoutSeconds?: number;
  readonly resources?: { readonly memoryGb: number };
  /**
   * Attempts after the first, and the waits between them: when the next one is due follows from
   * these.
   */
  readonly retries?: number;
  /** How often it is started again whose instance was lost; absent: the default. */
  readonly lostInstanceRetries?: number;
  readonly retry?: {
    readonly intervalSeconds: number;
    readonly backoffRate: number;
    readonly maxIntervalSeconds: number;
  };
}
