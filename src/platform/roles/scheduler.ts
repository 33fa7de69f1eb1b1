import type { EdgeError } from "../../core/edge-error.ts";
import type { Result } from "../../core/result.ts";
import type { Notification } from "../../runs/model.ts";
import type { Recipient } from "../../runs/notification-facts.ts";
import type { UpEvent } from "./up-events.ts";

/** Where a process of ours has to run the schedules. */
export interface Scheduler {
  /**
   * Runs the environment's schedules until `options.signal`; refused where another process does.
   * Leaves the platform open.
   */
  up(options: UpOptions): Promise<Result<void, EdgeError>>;
  /** The process that runs the schedules; undefined when none does. */
  running(): Promise<
    Result<{ readonly pid: number; readonly since: number } | undefined, EdgeError>
  >;
  /** How people are informed of what watching over the schedules finds. */
  readonly watchDuty: WatchDuty;
}

/** What becomes of fires that nobody was there for: the process was down, or the machine asleep. */
export interface MissedPolicy {
  /** `once`: the latest of them is made up for, as long as it is not older than `withinMs`. */
  readonly missed: "skip" | "once";
  readonly withinMs: number;
}

export interface UpOptions {
  readonly policy: MissedPolicy;
  /** Runs of schedules at the same time. */
  readonly maxRuns: number;
  /** Done besides, each in its own rhythm. */
  readonly duties: readonly Duty[];
  readonly listener: (event: UpEvent) => void;
  /** Called after each look: what a terminal shows as the state of things. */
  readonly state?: (state: UpState) => void;
  /** Aborted: nothing is begun any more, and what runs is waited for or handed over. */
  readonly signal: AbortSignal;
  /**
   * How long running runs are waited for then, in milliseconds; what still runs after that, the
   * next `up` resumes.
   */
  readonly drainMs: number;
  /** Aborted: waits no longer. */
  readonly hurry?: AbortSignal;
  /** Waits between looks; ends early when the signal is given. Absent: real time. */
  readonly pause?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

export interface UpState {
  /** What fires next, `nextAt` in milliseconds since the epoch. */
  readonly next:
    | { readonly project: string; readonly nextAt: number; readonly timezone: string }
    | undefined;
  readonly running: number;
  readonly waiting: number;
}

/**
 * Something that is done again and again while `up` runs: looking for runs that are late, sending
 * notifications again.
 */
export interface Duty {
  /** `watch`: what it is called where it says something. */
  readonly name: string;
  /**
   * From the end of one turn to the beginning of the next, in milliseconds; the first comes at
   * once.
   */
  readonly everyMs: number;
  /**
   * Ends soon after `signal` is given. What it throws is reported, and the next turn comes all the
   * same.
   */
  readonly run: (turn: DutyTurn) => Promise<void>;
}

export interface DutyTurn {
  readonly signal: AbortSignal;
  /** Says a line to anyone who watches. */
  readonly say: (text: string) => void;
}

/** What informing people of findings takes: who they are, a way to reach them, and a memory. */
export interface WatchDuty {
  /**
   * Of these keys, those of findings that people were notified of, with when that was remembered
   * last, in milliseconds since the epoch.
   */
  readonly notified: (
    project: string,
    keys: readonly string[],
  ) => Promise<Result<ReadonlyMap<string, number>, EdgeError>>;
  /** Remembers that they were; again, for what lasts. */
  readonly markNotified: (
    project: string,
    keys: readonly string[],
  ) => Promise<Result<void, EdgeError>>;
  /** The project's `notifications.on_failure`, as it is deployed. */
  readonly recipients: (project: string) => Promise<Result<readonly Recipient[], EdgeError>>;
  /**
   * Sends a message. @param id the same for the same message, so that a second one is recognized
   * @returns whether anybody was reached
   */
  readonly send: (
    project: string,
    notification: Notification,
    id: string,
  ) => Promise<Result<boolean, EdgeError>>;
}
