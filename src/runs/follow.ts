import type { Json } from "../core/json.ts";
import type { RunInput, RunSummary } from "./model.ts";
import { readRunInput, runInput } from "./input.ts";

/** What of a run says whether, and for when, it counts for those that follow its project. */
export type FollowedRun = Pick<
  RunSummary,
  "project" | "run" | "status" | "skipped" | "origin" | "startedAt" | "endedAt" | "scheduledTime"
> & {
  /** What it was started with. */
  readonly input: Json;
  /** When the run of that name began; undefined where nobody knows: then when this one did. */
  readonly originStartedAt: number | undefined;
};

/**
 * A run that succeeded, as `schedule/after.ts` counts it: for the time that it was started for, and
 * one that was started by hand, or continues such a one, for when that began.
 *
 * @returns undefined for one that didn't succeed, was skipped, or hasn't done what its project
 *   does: single steps that were asked for, or a sample
 */
export function successOf(run: FollowedRun):
  | {
      readonly project: string;
      readonly run: string;
      readonly time: number;
      readonly scheduled: boolean;
      readonly endedAt: number;
    }
  | undefined {
  const { status, skipped, endedAt, scheduledTime, originStartedAt, startedAt } = run;
  if (status !== "SUCCEEDED" || skipped || endedAt === undefined) return undefined;
  const { only, sample } = readRunInput(run.input);
  if (only.length > 0 || sample) return undefined;
  return {
    project: run.project,
    run: run.run,
    time: scheduledTime ?? originStartedAt ?? startedAt,
    scheduled: scheduledTime !== undefined,
    endedAt,
  };
}

/**
 * Whether a run makes up for one of before, or continues such a one: it starts nothing by itself,
 * so that a backfill of a year doesn't start a year of everything behind it.
 */
export function isBackfilled({ trigger, origin }: Pick<RunSummary, "trigger" | "origin">): boolean {
  return trigger === "backfill" || (trigger === "resume" && /-b\d{5}$/.test(origin));
}

/** The input of a run that follows others; the same bytes for the same decision. */
export function followInput({
  time,
  runs,
}: {
  readonly time: number;
  readonly runs: Readonly<Record<string, string>>;
}): RunInput {
  return runInput({
    scheduled_time: new Date(time).toISOString().replace(/\.\d+Z$/, "Z"),
    trigger: "after",
    actor: "after",
    after: Object.fromEntries(Object.entries(runs).toSorted(([a], [b]) => (a < b ? -1 : 1))),
  });
}
