import {
  countInRound,
  decide,
  followingRun,
  keyOf,
  nextRound,
  roundKey,
  type Success,
} from "../../schedule/after.ts";
import { followInput, isBackfilled, successOf } from "../../runs/follow.ts";
import type { AfterRule } from "../../schedule/after.ts";
import {
  claimStart,
  countedFor,
  countSuccess,
  followersOf,
  forgetOld,
  putRound,
  readRound,
  startClaimed,
  startClaimedAt,
} from "../store/follow.ts";
import { putFire } from "../store/fires.ts";
import type { RunRow } from "../store/run-row.ts";
import { findRun } from "../store/runs.ts";
import type { ScheduleRow } from "../store/schedules.ts";
import type { Store } from "../store/store.ts";

/** What the success of a run meant to one project that follows its project. */
export interface Followed {
  readonly follower: string;
  readonly outcome:
    | { readonly kind: "starts"; readonly run: string }
    | { readonly kind: "waits"; readonly for: readonly string[] }
    /** It has been started for the same date, time or round before. */
    | { readonly kind: "started-before"; readonly run: string }
    | { readonly kind: "disabled" }
    /** The run is of a backfill, which starts nothing by itself. */
    | { readonly kind: "backfill" }
    /** It has no scheduled time, or is no later than what a round before has used. */
    | { readonly kind: "counts-not" };
}

/**
 * Starts what follows a run that has succeeded: each start is a fire of the follower, which is
 * written in the transaction that ends the run and is a run's once. Inside that `write`.
 *
 * @param run its row, as it is once the run has ended
 */
export function follow(store: Store, run: RunRow): readonly Followed[] {
  const success = successOf({
    ...run,
    originStartedAt: findRun(store, run.environment, run.origin)?.startedAt,
  });
  if (success === undefined) return [];
  return followersOf(store, run.environment, run.project).flatMap((schedule): Followed[] => {
    const { after } = schedule.spec;
    if (after === undefined) return [];
    forgetOld(store, run.environment, schedule.project, success.endedAt);
    const outcome =
      after.match === "any"
        ? followRound(store, run, schedule, success)
        : followKey(store, run, schedule, { ...after, match: after.match }, success);
    return [{ follower: schedule.project, outcome }];
  });
}

/**
 * What follows a run that has succeeded and was started before, for another success of the same
 * date or time: this one starts nothing.
 *
 * @returns ids of the runs
 */
export function startedBefore(store: Store, run: RunRow): readonly string[] {
  const { environment } = run;
  const originStartedAt = findRun(store, environment, run.origin)?.startedAt;
  const success = successOf({ ...run, originStartedAt });
  if (success === undefined) return [];
  return followersOf(store, environment, run.project).flatMap(({ project: follower, spec }) => {
    const match = spec.after?.match;
    if (match === undefined || match === "any") return [];
    const key = keyOf(success, match, spec.timezone);
    if (key === undefined) return [];
    const startedAt = startClaimedAt(store, { environment, follower, key });
    const isLater = startedAt !== undefined && startedAt < success.endedAt;
    return isLater ? [followingRun(follower, key)] : [];
  });
}

function followKey(
  store: Store,
  run: RunRow,
  { project: follower, spec, enabled }: ScheduleRow,
  rule: AfterRule & { readonly match: "day" | "time" },
  success: Success,
): Followed["outcome"] {
  const { environment } = run;
  const key = keyOf(success, rule.match, spec.timezone);
  if (key === undefined) return { kind: "counts-not" };
  const place = { environment, follower, key };
  const start = followingRun(follower, key);
  countSuccess(store, place, success);
  if (startClaimed(store, place)) return { kind: "started-before", run: start };
  const decision = decide(rule, countedFor(store, place));
  if (decision.kind === "wait") return { kind: "waits", for: decision.for };
  if (isBackfilled(run)) return { kind: "backfill" };
  if (!enabled) return { kind: "disabled" };
  claimStart(store, place, success.endedAt);
  const input = followInput(decision);
  putFire(store, environment, follower, decision.time, success.endedAt, { run: start, input });
  return { kind: "starts", run: start };
}

function followRound(
  store: Store,
  run: RunRow,
  { project: follower, spec: { after }, enabled }: ScheduleRow,
  success: Success,
): Followed["outcome"] {
  const { environment } = run;
  if (after === undefined || isBackfilled(run)) return { kind: "backfill" };
  // What came before it is enabled again would start it with old data then.
  if (!enabled) return { kind: "disabled" };
  const before = readRound(store, environment, follower);
  const round = countInRound(before, success);
  const decision = decide(after, new Map(Object.entries(round.counted)));
  if (decision.kind === "wait") {
    putRound(store, environment, follower, round);
    return round === before ? { kind: "counts-not" } : { kind: "waits", for: decision.for };
  }
  putRound(store, environment, follower, nextRound(round));
  const start = followingRun(follower, roundKey(round));
  const input = followInput(decision);
  putFire(store, environment, follower, decision.time, success.endedAt, { run: start, input });
  return { kind: "starts", run: start };
}
