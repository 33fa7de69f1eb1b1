import { runId } from "../../core/ids.ts";
import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { successOf } from "../../runs/follow.ts";
import type { RunSummary } from "../../runs/model.ts";
import { followingRun, keyOf, type Success } from "../../schedule/after.ts";
import { countedRun, followersOf, isStarted } from "../bucket/followed.ts";
import { readLedgerRun } from "../bucket/ledger.ts";
import { deployedSchedule } from "../notifier/deployed-schedule.ts";
import { openRun } from "./open-run.ts";
import type { RunsSession } from "./runs-session.ts";

/** See `Platform.startedBefore`: one request where nothing follows the project. */
export async function startedBefore(
  session: RunsSession,
  run: RunSummary,
): Promise<Result<readonly string[], PlatformError>> {
  if (run.status !== "SUCCEEDED" || run.skipped) return ok([]);
  const followers = await followersOf(session.store, run.project);
  if (!followers.ok || followers.value.length === 0) return followers;
  const success = await successIn(session, run);
  if (!success.ok || success.value === undefined) return success.ok ? ok([]) : success;
  const runs: string[] = [];
  for (const follower of followers.value) {
    const found = await startedFor(session, follower, success.value);
    if (!found.ok) return found;
    runs.push(...found.value);
  }
  return ok(runs);
}

/** Undefined where it counts for nothing. */
async function successIn(
  session: RunsSession,
  run: RunSummary,
): Promise<Result<Success | undefined, PlatformError>> {
  const opened = await openRun(session, runId(run.run));
  if (!opened.ok) return opened;
  const { history } = opened.value;
  const read = await history.readTo(1);
  if (!read.ok) return read;
  const input = history.events[0]?.details["input"] ?? null;
  const { origin, project, scheduledTime } = run;
  const first =
    scheduledTime !== undefined || origin === run.run
      ? ok(undefined)
      : await readLedgerRun(session.store, project, origin);
  if (!first.ok) return first;
  return ok(successOf({ ...run, input, originStartedAt: first.value?.row.startedAt }));
}

/** The run of a follower that another success of the same date or time has started. */
async function startedFor(
  { context, store }: RunsSession,
  follower: string,
  success: Success,
): Promise<Result<readonly string[], PlatformError>> {
  const deployed = await deployedSchedule(context, store, follower);
  if (!deployed.ok) return deployed;
  const { after, timezone = "UTC" } = deployed.value?.schedule ?? {};
  if (after?.projects.includes(success.project) !== true || after.match === "any") return ok([]);
  const key = keyOf(success, after.match, timezone);
  if (key === undefined) return ok([]);
  const started = await isStarted(store, follower, key);
  if (!started.ok || !started.value) return started.ok ? ok([]) : started;
  const counted = await countedRun(store, follower, key, success.project);
  if (!counted.ok) return counted;
  const isOther = counted.value !== undefined && counted.value !== success.run;
  return ok(isOther ? [followingRun(follower, key)] : []);
}
