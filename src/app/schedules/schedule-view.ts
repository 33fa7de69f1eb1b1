import type { Environment } from "../../config/model.ts";
import { fireTimes } from "../../schedule/fire-times.ts";
import { readScheduleExpression } from "../../schedule/eventbridge-expression.ts";
import type { DeployedSchedule } from "../../platform/schedules.ts";
import { scheduleWords, type ScheduleWords } from "./schedule-words.ts";

/** A schedule as people are shown it. */
export interface ScheduleView {
  readonly schedule: DeployedSchedule;
  /** Undefined for an expression that can't be put into words. */
  readonly words: ScheduleWords | undefined;
  /**
   * The next times that it would fire if nobody disabled it, milliseconds since the epoch;
   * undefined where Esteira can't say.
   */
  readonly next: readonly number[] | undefined;
  /** Why it doesn't fire; undefined while it does. */
  readonly why: DisabledBy | undefined;
}

/** What keeps a schedule from firing. */
export type DisabledBy =
  /** Somebody, by hand, with Esteira: the schedule's hold says who. */
  | "hand"
  /** Somebody, by hand, without Esteira. */
  | "other"
  /** `schedule.enabled: false`, or `batch.enabled: false`. */
  | "config"
  /** The environment's `schedules: disabled`. */
  | "environment"
  /** The project has no folder any more. */
  | "gone"
  /** The schedule itself was removed. */
  | "missing";

const daysAhead = 366 * 5;

/** @param count how many fires ahead are wanted */
export function scheduleView(
  schedule: DeployedSchedule,
  around: {
    readonly now: number;
    readonly count: number;
    readonly environment: Pick<Environment, "schedules">;
    /** Every project of the workspace; undefined where nobody can say. */
    readonly known: readonly string[] | undefined;
  },
): ScheduleView {
  return {
    schedule,
    words: scheduleWords(schedule),
    next: nextFires(schedule, around.now, around.count),
    why: disabledBy(schedule, around),
  };
}

function disabledBy(
  { state, hold, configured, project }: DeployedSchedule,
  around: {
    readonly environment: Pick<Environment, "schedules">;
    readonly known: readonly string[] | undefined;
  },
): DisabledBy | undefined {
  if (state === "enabled") return undefined;
  if (state === "missing") return "missing";
  if (hold !== undefined) return "hand";
  if (around.known?.includes(project) === false) return "gone";
  if (configured) return "other";
  return around.environment.schedules === "disabled" ? "environment" : "config";
}

/**
 * The fires after now, as many as wanted, of the next five years. Somebody may have set an
 * expression that Esteira never writes.
 */
function nextFires(
  { expression, timezone }: DeployedSchedule,
  now: number,
  count: number,
): number[] | undefined {
  if (!readScheduleExpression(expression).ok) return undefined;
  const found: number[] = [];
  const end = now + daysAhead * 86_400_000;
  for (const fire of fireTimes(expression, timezone, now + 1, end)) {
    found.push(fire);
    if (found.length >= count) break;
  }
  return found;
}
