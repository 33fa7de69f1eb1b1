import type { RunSummary, RunView } from "../model.ts";

/**
 * Everything that is compared to find what should have happened and did not. Times in milliseconds
 * since the epoch.
 */
export interface WatchFacts {
  readonly environment: string;
  readonly now: number;
  readonly projects: readonly WatchedProject[];
  /** What the scheduler gave up on; none on a platform without such a place. */
  readonly deadLetters: readonly DeadLetter[];
  /**
   * Ends of runs that the notifier gave up; none on a platform without such a
   * place.
   */
  readonly unreported: readonly UnreportedEnding[];
  /** Deployed projects of which no run can start; none on a platform that doesn't look. */
  readonly unstartable: readonly UnstartableProject[];
  /** Projects that follow others and wait for them; absent: none was looked at. */
  readonly waiting?: readonly WaitingFollower[];
  /** Projects that should have followed others and did not; absent: none was looked at. */
  readonly notFollowed?: readonly NotFollowed[];
  /** Versions of models that runs don't have; absent: no registry was asked. */
  readonly promotions?: readonly UndeployedPromotion[];
  /** What is older than it may be; absent: nothing was looked at. */
  readonly stale?: readonly StalePublish[];
  /** What projects with a budget have spent this month; absent: nobody looked. */
  readonly spent?: readonly SpentBudget[];
}

/** What the runs of a project cost in a month, and what they may cost. */
export interface SpentBudget {
  readonly project: string;
  /** `2026-11`, in UTC. */
  readonly month: string;
  /** US dollars, by estimate. */
  readonly usd: number;
  readonly budgetUsd: number;
}

/** Something that must be fresh and isn't, or that nobody sees. */
export interface StalePublish {
  readonly project: string;
  /** `s3://lake/scores/` */
  readonly uri: string;
  readonly freshWithinSeconds: number;
  /** When the newest of it was written; undefined: nothing is there. */
  readonly newest: number | undefined;
  /** There is more than was looked at; absent: there isn't. */
  readonly more?: boolean;
  /** Why nobody sees it; absent: it was looked at. */
  readonly problem?: string;
}

/** A version of a model was put where the environment takes it, and nobody deployed it. */
export interface UndeployedPromotion {
  readonly project: string;
  readonly model: string;
  /** Where it was put: `Production`, `@champion`. */
  readonly place: string;
  readonly version: string;
  /** Since when it is there; undefined where the registry doesn't say. */
  readonly since: number | undefined;
  /** The version that runs have; undefined where they have none. */
  readonly runs: string | undefined;
}

/** A project that follows others, and what it waits for. */
export interface WaitingFollower {
  readonly project: string;
  /** `2026-01-31`, by its zone: the date that it waits for; absent where any will do. */
  readonly date?: string;
  readonly waits: readonly WaitedFor[];
}

/** A project follows others that have all succeeded, and has no run for it. */
export interface NotFollowed {
  readonly project: string;
  /** `2026-01-31`, by its zone. */
  readonly date: string;
  /** The runs that it follows, one of each project. */
  readonly after: readonly string[];
  /** The one whose end should have started it. */
  readonly last: string;
  /** When that was, milliseconds since the epoch. */
  readonly since: number;
  /** `notify retry` of that run starts it; absent: nothing of the kind is there. */
  readonly retried?: true;
}

export interface WaitedFor {
  readonly project: string;
  readonly why: "failed" | "stopped" | "skipped" | "running" | "not-run";
  /** Absent where it has not run. */
  readonly run?: string;
  /** When that ended. */
  readonly at?: number;
}

export interface WatchedProject {
  readonly project: string;
  /**
   * Fires that are looked at, oldest first; none of a time when the schedule was disabled or not
   * there yet.
   */
  readonly expected: readonly ExpectedFire[];
  /** The schedule's zone: in it people name days. */
  readonly timezone: string;
  /**
   * How long after its fire a start may come: precision, flexible window and retries of the
   * scheduler.
   */
  readonly graceMs: number;
  /**
   * The project's runs since the oldest of these fires, and one from before where there was one; in
   * any order.
   */
  readonly runs: readonly WatchedRun[];
  /** Those of them that continue, with what their histories say. */
  readonly open: readonly OpenRun[];
}

export interface ExpectedFire {
  readonly at: number;
  /** By when its run was to be done (`schedule.deadline`). */
  readonly deadline: number | undefined;
  /** It has fired, and its run waits for its turn. */
  readonly queued?: boolean;
}

export type WatchedRun = Pick<
  RunSummary,
  "run" | "status" | "skipped" | "interrupted" | "startedAt" | "endedAt" | "scheduledTime"
>;

export interface OpenRun {
  readonly run: string;
  readonly view: Pick<RunView, "steps" | "status">;
  readonly lastEventAt: number;
  /** Time limit of an attempt of each step, in seconds. */
  readonly limits: ReadonlyMap<string, number>;
  /** Since when a container of it waits for an instance, where the platform knows. */
  readonly waitingForInstanceSince?: number | undefined;
}

/** A start that the scheduler tried and gave up. */
export interface DeadLetter {
  readonly id: string;
  /** Undefined when it names no schedule of ours. */
  readonly project: string | undefined;
  /** Name or ARN of the schedule, as the message has it. */
  readonly schedule: string;
  readonly scheduledTime: number | undefined;
  /** `AccessDeniedException: …` */
  readonly error: string;
}

/** The end of a run that nobody was notified of, because what notifies people failed at it. */
export interface UnreportedEnding {
  readonly id: string;
  readonly project: string;
  readonly run: string;
  /**
   * When it was given up, milliseconds since the epoch; undefined where the message doesn't say.
   */
  readonly at: number | undefined;
  readonly error: string;
}

/** A deployed project of which no run can start, since something was removed by hand. */
export interface UnstartableProject {
  readonly project: string;
  readonly lacks: "revision" | "image";
  /** Of what it lacks: `recsys:42`, or the image by digest. */
  readonly name: string;
}

export const watchCodes = [
  "watch/missed",
  "watch/past-deadline",
  "watch/stuck",
  "watch/waiting",
  "watch/interrupted",
  "watch/dead-letter",
  "watch/untold",
  "watch/no-revision",
  "watch/no-image",
  "watch/waits-for-run",
  "watch/not-followed",
  "watch/undeployed-model",
  "watch/not-fresh",
  "watch/unseen",
  "watch/budget",
] as const;

/**
 * States that may end and come again under the same key, unlike what happened once: an image that
 * was put back can be lost again.
 */
export const recurringCodes: ReadonlySet<WatchFinding["code"]> = new Set([
  "watch/no-revision",
  "watch/no-image",
  "watch/undeployed-model",
  "watch/not-fresh",
  "watch/unseen",
]);

export interface WatchFinding {
  readonly code: (typeof watchCodes)[number];
  readonly project: string | undefined;
  readonly run: string | undefined;
  /** One sentence without a full stop. */
  readonly message: string;
  /** What to do, whole sentences. */
  readonly help: string;
  /** Since when it is so. */
  readonly since: number;
  /**
   * The same for as long as it is the same thing: who was notified of it once isn't notified again.
   */
  readonly key: string;
}

/** The command line to type next. */
export function command(
  { environment }: Pick<WatchFacts, "environment">,
  ...words: readonly string[]
): string {
  return ["esteira", ...words, ...(environment === "local" ? [] : [`-e ${environment}`])].join(" ");
}
