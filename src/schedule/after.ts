import { minuteOf } from "../core/clock.ts";
import { zoneOf } from "./zone-time.ts";

/**
 * Runs that follow runs: when a project's run starts because others have succeeded. Pure; both
 * platforms keep the successes that are counted here, each in its own store, and ask this for what
 * to do.
 */

/** What belongs together: of one day, of one scheduled time, or whatever comes. */
export type AfterMatch = "day" | "time" | "any";

/** What a project follows. */
export interface AfterRule {
  /** Names of the projects that must all have succeeded. */
  readonly projects: readonly string[];
  readonly match: AfterMatch;
}

/** A run that succeeded and did something, of a project that others follow. */
export interface Success {
  readonly project: string;
  readonly run: string;
  /**
   * The time that it was started for, else when its origin began: a resumed run counts for the date
   * of the run that it continues. Milliseconds since the epoch.
   */
  readonly time: number;
  /** Whether that time is a schedule's; only such a one counts for `match: time`. */
  readonly scheduled: boolean;
  /** Milliseconds since the epoch. */
  readonly endedAt: number;
}

/** The successes that count for one start: by project, the first of each. */
export type Counted = ReadonlyMap<string, Success>;

/**
 * `2026-01-31`: the date of a moment, in milliseconds since the epoch, on the wall clock of a zone.
 */
export function localDate(at: number, timezone: string): string {
  return new Date(zoneOf(timezone).localOf(at)).toISOString().slice(0, 10);
}

/**
 * What a success counts for: the date by the follower's own clock, or the scheduled minute.
 * Undefined where it counts for nothing: `match: time`, and it has no scheduled time.
 *
 * @returns `20260131` or `20260131T0300Z`; successes of one key start one run
 */
export function keyOf(
  success: Pick<Success, "time" | "scheduled">,
  match: Exclude<AfterMatch, "any">,
  timezone: string,
): string | undefined {
  if (match === "day") return localDate(success.time, timezone).replaceAll("-", "");
  if (!success.scheduled) return undefined;
  const minute = new Date(minuteOf(success.time)).toISOString();
  return `${minute.slice(0, 16).replaceAll(/[-:]/g, "")}Z`;
}

/** What is decided when a success has been counted. */
export type Decision =
  /** All have succeeded. `time` is the latest of theirs: the run is of the same date as they. */
  | {
      readonly kind: "start";
      readonly time: number;
      readonly runs: Readonly<Record<string, string>>;
    }
  | { readonly kind: "wait"; readonly for: readonly string[] };

/**
 * Whether all that the rule names have succeeded. The same for the same successes, in any order.
 */
export function decide({ projects }: AfterRule, counted: Counted): Decision {
  const missing = projects.filter((project) => !counted.has(project));
  if (missing.length > 0) return { kind: "wait", for: missing };
  const all = projects.flatMap((project) => counted.get(project) ?? []);
  return {
    kind: "start",
    time: Math.max(...all.map(({ time }) => time)),
    runs: Object.fromEntries(all.map(({ project, run }) => [project, run])),
  };
}

/**
 * The rounds of `match: any`: a round ends with a start, for which each project's earliest success
 * counts that came after those that earlier rounds have used.
 */
export interface Round {
  /** From 1. */
  readonly number: number;
  /** By project, the success that the round before has used: what isn't later counts no more. */
  readonly used: Readonly<Record<string, Pick<Success, "endedAt" | "run">>>;
  /** By project, what counts in this round. */
  readonly counted: Readonly<Record<string, Success>>;
}

export const firstRound: Round = { number: 1, used: {}, counted: {} };

/**
 * Counts a success in a round. The same object where it changes nothing: it is not later than what
 * was used, or its project has one in this round already.
 */
export function countInRound(round: Round, success: Success): Round {
  const { project } = success;
  if (Object.hasOwn(round.counted, project)) return round;
  const used = Object.hasOwn(round.used, project) ? round.used[project] : undefined;
  if (used !== undefined && !isLater(success, used)) return round;
  return { ...round, counted: { ...round.counted, [project]: success } };
}

function isLater(
  one: Pick<Success, "endedAt" | "run">,
  than: Pick<Success, "endedAt" | "run">,
): boolean {
  return one.endedAt === than.endedAt ? one.run > than.run : one.endedAt > than.endedAt;
}

/** The round after one whose run has started. */
export function nextRound(round: Round): Round {
  const used = Object.fromEntries(
    Object.entries(round.counted).map(([project, { endedAt, run }]) => [project, { endedAt, run }]),
  );
  return { number: round.number + 1, used: { ...round.used, ...used }, counted: {} };
}

/** The key of a round's start, beside those of `keyOf`: `round-00012`. */
export function roundKey({ number }: Pick<Round, "number">): string {
  return `round-${String(number).padStart(5, "0")}`;
}

/**
 * The name of the run that is started for a key: the same for everybody who starts it, so that it
 * is started once. Fits AWS's names of executions (at most 80 characters of `[A-Za-z0-9-_]`).
 *
 * @returns `scores-20260131-after`
 */
export function followingRun(project: string, key: string): string {
  return `${project.slice(0, 54)}-${key}-after`;
}

/** What starts a project, in place of a clock's expression: `after(features, prices)`. */
export function afterExpression({ projects, match }: AfterRule): string {
  return `after(${projects.join(", ")}${match === "day" ? "" : `; ${match}`})`;
}
