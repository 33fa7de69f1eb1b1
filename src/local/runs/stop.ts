import type { HistoryEvent } from "../../core/history.ts";
import type { RunId } from "../../core/ids.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { LocalContext } from "../context.ts";
import { endOf } from "../engine/ending.ts";
import { drivenRun } from "../engine/driven-run.ts";
import { leftStepTask } from "../engine/step-task.ts";
import { noSuchRun } from "../errors.ts";
import { tidyHolds } from "../holds/give-up.ts";
import { endHanging } from "./hanging.ts";
import { reapLeft } from "./reap.ts";
import { attemptsOfRun } from "../store/attempts.ts";
import { audit } from "../store/audit.ts";
import { allEvents, appendEvents } from "../store/events.ts";
import { ownerPid } from "../store/owner.ts";
import { claimRun } from "../store/ownership.ts";
import { findRun, requestStop } from "../store/runs.ts";
import { isDriven, type RunRow } from "../store/run-row.ts";

/**
 * A driver is asked to stop and looks for that ten times a second; its steps have 30 seconds after
 * SIGTERM.
 */
const limitMs = 90_000;

/** Ends a run, no matter who drives it. Resolves when nothing of it runs any more. */
export async function stopRun(
  context: LocalContext,
  run: RunId,
  actor: string,
): Promise<Result<void, PlatformError>> {
  const { store, environment, clock } = context;
  const found = findRun(store, environment, run);
  if (found === undefined) return err(noSuchRun(run, environment));
  if (found.status !== "RUNNING") return err(alreadyEnded(found));
  await endHanging(context, found);
  const at = clock.now();
  store.write(() => {
    requestStop(store, found.id, actor);
    audit(store, { at, environment, actor, action: "stop", project: found.project, subject: run });
  });
  const mine = context.drives.get(run);
  if (mine !== undefined) {
    mine.abort(actor);
    await mine.finished;
  }
  const end = performance.now() + limitMs;
  for (;;) {
    const row = findRun(store, environment, run);
    if (row === undefined) return err(noSuchRun(run, environment));
    const left = attemptsOfRun(store, row.id).some((attempt) => attempt.state !== "ended");
    if (row.status !== "RUNNING") {
      if (!left) return ok(undefined);
      // Its driver ends them, unless that has died over it.
      await reapLeft(context);
    }
    if (row.status === "RUNNING" && !isDriven(row, clock.now())) {
      await endAbandoned(context, row, actor);
      continue;
    }
    if (performance.now() > end) return err(noAnswer(row));
    await context.changes.wait(run, 200);
  }
}

/**
 * Ends a run whose driver is dead. Its state machine isn't asked: what was recorded may be another
 * version's, or take long to go through again, and the last event follows from nothing but the
 * stop.
 */
async function endAbandoned(context: LocalContext, row: RunRow, actor: string): Promise<void> {
  const { store, clock } = context;
  const claim = claimRun(store, row.id, context.owner, clock.now());
  if (claim.kind !== "claimed") return;
  const driven = drivenRun(context, row);
  const left = attemptsOfRun(store, row.id).filter(({ state }) => state !== "ended");
  await Promise.all(left.map(({ task }) => leftStepTask(context, driven, task).stop("aborted")));
  const history = allEvents(store, row.id);
  const last = history.at(-1);
  const at = Math.max(clock.now(), last?.timestamp ?? 0);
  const details = { error: "Esteira.Stopped", cause: `Stopped by ${actor}` };
  const event: HistoryEvent = {
    id: (last?.id ?? 0) + 1,
    previousEventId: last?.id ?? 0,
    type: "ExecutionAborted",
    timestamp: at,
    details,
  };
  const ending = endOf(context, driven, [...history, event], { status: "ABORTED", ...details }, at);
  store.write(() => appendEvents(store, { id: row.id, epoch: claim.epoch }, [event], ending));
  await tidyHolds(context, row);
  await context.outbox.deliver();
}

function alreadyEnded(row: RunRow): PlatformError {
  return {
    reason: "refused",
    message: `run ${row.run} has already ended (${row.status})`,
    resource: `run ${row.run}`,
  };
}

function noAnswer(row: RunRow): PlatformError {
  const who = row.owner === undefined ? "the process" : `the process ${ownerPid(row.owner)}`;
  return {
    reason: "unavailable",
    message: `${who} that drives run ${row.run} has not ended it within ${limitMs / 1000} seconds`,
    help: "It keeps trying. If it hangs, end that process and repeat `esteira stop`.",
    resource: `run ${row.run}`,
  };
}
