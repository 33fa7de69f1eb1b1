import { runId } from "../../core/ids.ts";
import { ok, type Result } from "../../core/result.ts";
import { isBackfilled } from "../../runs/follow.ts";
import { readRunInput } from "../../runs/input.ts";
import type { RunSummary } from "../../runs/model.ts";
import type { NotFollowed } from "../../runs/watch/facts.ts";
import { type AfterRule, keyOf, localDate } from "../../schedule/after.ts";
import type { Platform, PlatformError } from "../port.ts";

/** What a run says of whether another one should have followed it. */
export type CountedRun = Pick<
  RunSummary,
  | "run"
  | "project"
  | "status"
  | "skipped"
  | "trigger"
  | "origin"
  | "startedAt"
  | "endedAt"
  | "scheduledTime"
>;

/** A project that follows others, as it is deployed. */
export interface FollowingRule {
  readonly after: AfterRule;
  readonly timezone: string;
  /** When its schedule was changed last; undefined where nobody knows. */
  readonly since: number | undefined;
}

/**
 * A project whose start was due, for all that it follows have succeeded, and that has no run for
 * it. Undefined where it has one, where it isn't due, and where these runs don't go back so far.
 *
 * @param runs the newest runs of the projects that it follows and of itself, each newest first
 * @param listed how many were asked for of each
 */
export function notFollowed(
  project: string,
  { after: { projects, match }, timezone, since = 0 }: FollowingRule,
  runs: ReadonlyMap<string, readonly CountedRun[]>,
  listed: number,
): NotFollowed | undefined {
  const own = runs.get(project) ?? [];
  const good = projects.map((name) =>
    (runs.get(name) ?? []).filter(({ status, skipped }) => status === "SUCCEEDED" && !skipped),
  );
  const due =
    match === "any" ? roundOf(good, own, since, listed) : newestKeyOf(good, own, match, timezone);
  const first = due?.counted.map((all) => all.at(-1)) ?? [];
  if (due === undefined || first.some((run) => run === undefined)) return undefined;
  const complete = Math.max(...first.map((run) => run?.endedAt ?? Infinity));
  // A backfill starts nothing; the next success of another kind does.
  const starts = due.counted
    .flat()
    .filter((run) => (run.endedAt ?? 0) >= complete && !isBackfilled(run))
    .toSorted((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0))[0];
  if (starts?.endedAt === undefined || starts.endedAt <= since) return undefined;
  // Somebody has seen to it.
  const byHand = own.some(
    ({ trigger, startedAt }) => trigger === "manual" && startedAt >= complete,
  );
  const tooMany = own.length >= listed && own.every(({ startedAt }) => startedAt > complete);
  if (due.started || byHand || tooMany) return undefined;
  const time = starts.scheduledTime ?? starts.startedAt;
  return {
    project,
    date: localDate(time, timezone),
    after: first.flatMap((run) => run?.run ?? []),
    last: starts.run,
    since: starts.endedAt,
  };
}

/** Successes that count for one start. */
interface Due {
  /** Of each project that is followed, newest first. */
  readonly counted: readonly (readonly CountedRun[])[];
  /** There is a run that was started for them. */
  readonly started: boolean;
}

/** Those of the newest date, or scheduled time, that any of them has succeeded for. */
function newestKeyOf(
  good: readonly (readonly CountedRun[])[],
  own: readonly CountedRun[],
  match: "day" | "time",
  timezone: string,
): Due | undefined {
  const key = ({ scheduledTime, startedAt }: CountedRun): string | undefined => {
    const time = { time: scheduledTime ?? startedAt, scheduled: scheduledTime !== undefined };
    return keyOf(time, match, timezone);
  };
  const newest = good
    .flat()
    .flatMap((run) => key(run) ?? [])
    .toSorted()
    .at(-1);
  if (newest === undefined) return undefined;
  return {
    counted: good.map((all) => all.filter((run) => key(run) === newest)),
    started: own.some((run) => hasFollowed(run) && (key(run) ?? "") >= newest),
  };
}

/**
 * Those of `match: any` that no start has used for sure: they ended after the last one had begun.
 * What ended just before may be of a later round as well, and is left out.
 */
function roundOf(
  good: readonly (readonly CountedRun[])[],
  own: readonly CountedRun[],
  since: number,
  listed: number,
): Due | undefined {
  const last = own.find(hasFollowed);
  // The last start may be older than what was asked for.
  if (last === undefined && own.length >= listed) return undefined;
  const from = Math.max(since, last?.startedAt ?? 0);
  const counts = (run: CountedRun): boolean => (run.endedAt ?? 0) > from && !isBackfilled(run);
  return { counted: good.map((all) => all.filter(counts)), started: false };
}

function hasFollowed({ trigger, origin }: CountedRun): boolean {
  return trigger === "after" || origin.endsWith("-after");
}

/**
 * Those of them whose runs all count: single steps that were asked for, and samples, don't. A
 * request for each run.
 */
export async function whereAllCount(
  port: Pick<Platform, "events">,
  found: readonly NotFollowed[],
): Promise<Result<readonly NotFollowed[], PlatformError>> {
  const left: NotFollowed[] = [];
  for (const one of found) {
    let counts = true;
    for (const run of new Set([...one.after, one.last])) {
      const read = await port.events(runId(run), { limit: 1 });
      if (!read.ok) return read;
      const { only, sample } = readRunInput(read.value.items[0]?.details["input"] ?? null);
      counts &&= only.length === 0 && !sample;
    }
    if (counts) left.push(one);
  }
  return ok(left);
}
