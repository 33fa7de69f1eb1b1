import type { ProjectName } from "../core/ids.ts";
import type { AfterRule } from "../schedule/after.ts";
import type { OnRule } from "../schedule/on.ts";

/** A deployed project's schedule as it is now. */
export interface DeployedSchedule {
  readonly project: ProjectName;
  /** `sched-recsys` */
  readonly name: string;
  /** `missing`: the release has a schedule, and somebody has removed it. */
  readonly state: "enabled" | "disabled" | "missing";
  /**
   * What the deployed release asks for; a hold, or somebody outside Esteira, may have it otherwise.
   */
  readonly configured: boolean;
  /** `cron(0 3 * * ? *)`; where no clock starts it, `after(features, prices)`. */
  readonly expression: string;
  /** Unix, as the author wrote it; undefined where the expression was changed since. */
  readonly cron: string | undefined;
  /** The projects that it follows; absent: none. */
  readonly after?: AfterRule;
  /** The data that starts it; absent: none. */
  readonly on?: OnRule;
  /** IANA name. */
  readonly timezone: string;
  readonly overlap: "allow" | "skip";
  readonly deadline: string | undefined;
  /** A run may start that much later than its fire; 0: on the minute. */
  readonly flexibleMinutes: number;
  /**
   * When it was changed last, or deployed where it is missing; milliseconds since the epoch. No
   * fire is due from before. Undefined where nobody knows.
   */
  readonly since: number | undefined;
  /** It was disabled by hand: deploys keep it so until it is enabled by hand. */
  readonly hold: ScheduleHold | undefined;
}

export interface ScheduleHold {
  readonly actor: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly reason?: string;
}

/** Who disables or enables a schedule. */
export interface ScheduleChange {
  readonly actor: string;
  /** Why, for those who find it disabled. */
  readonly reason?: string;
}

/**
 * `stays disabled: ana disabled it by hand on 2026-01-31 (the source is down)`: what plans say of a
 * schedule that is held.
 *
 * @param hold undefined where it was done without Esteira
 */
export function heldNote(hold: ScheduleHold | undefined): string {
  if (hold === undefined) return "stays disabled: it was disabled by hand";
  const { actor, at, reason } = hold;
  const day = new Date(at).toISOString().slice(0, 10);
  const why = reason === undefined ? "" : ` (${reason})`;
  return `stays disabled: ${actor} disabled it by hand on ${day}${why}`;
}
