import type { RunId } from "../../core/ids.ts";
import { ok, type Result } from "../../core/result.ts";
import { once } from "../../core/concurrency.ts";
import type { PlatformError } from "../../platform/port.ts";
import { getRelease } from "../bucket/releases.ts";
import { executionArn, type ListedExecution } from "./execution.ts";
import { openHistory, type RunHistory } from "./history.ts";
import type { FoundRun, OpenRun, RunsSession, StartedFrom } from "./runs-session.ts";
import { findExecution } from "./find-run.ts";

/** More of them at once are read again when they are asked for again. */
const opened = 32;

/** Opens a run for reading, or gives the one that is open. */
export async function openRun(
  session: RunsSession,
  run: RunId,
): Promise<Result<OpenRun, PlatformError>> {
  const already = session.open.get(run);
  if (already !== undefined) return ok(already);
  const found = await findExecution(session, run);
  return found.ok ? ok(await openFound(session, run, found.value)) : found;
}

/** The same for a run that was just found. */
export async function openFound(
  session: RunsSession,
  run: RunId,
  found: FoundRun,
): Promise<OpenRun> {
  const already = session.open.get(run);
  if (already !== undefined) {
    if (found.kind === "execution") already.history.redriven(found.execution.redriveCount);
    return already;
  }
  const startedFrom = once(() => releaseOfFound(session, found));
  const made: OpenRun = {
    run,
    project: found.kind === "execution" ? found.execution.project : found.entry.row.project,
    history: await historyOf(session, found),
    startedFrom,
    async release() {
      const from = await startedFrom();
      return from.ok ? ok(from.value.document.release) : from;
    },
    chunks: new Map(),
    endSeenAt: undefined,
    quiet: 0,
  };
  session.open.set(run, made);
  const [oldest] = session.open.keys();
  if (session.open.size > opened && oldest !== undefined) session.open.delete(oldest);
  return made;
}

/**
 * The release that a run was started from; for one of the ledger whose release isn't kept, the
 * nearest that is.
 */
async function releaseOfFound(
  { releases, store }: RunsSession,
  found: FoundRun,
): Promise<Result<StartedFrom, PlatformError>> {
  if (found.kind === "execution") return releases.of(found.execution);
  const { project, release, startedAt, run } = found.entry.row;
  const own = await getRelease(store, project, release);
  if (!own.ok) return own;
  if (own.value !== undefined) return ok({ document: own.value, exact: true });
  const nearest = await releases.nearest(project, startedAt, run);
  return nearest.ok ? ok({ document: nearest.value, exact: false }) : nearest;
}

async function historyOf(session: RunsSession, found: FoundRun): Promise<RunHistory> {
  const { context, cache } = session;
  if (found.kind === "ledger") {
    const { row, events } = found.entry;
    return openHistory(
      context,
      executionArn(context, row.project, row.run),
      row.redriveCount,
      events,
    );
  }
  const { execution } = found;
  const { project, run, redriveCount } = execution;
  const known = isOver(execution) ? await cache.history(run, redriveCount) : undefined;
  return openHistory(context, executionArn(context, project, run), redriveCount, known);
}

function isOver({ status }: ListedExecution): boolean {
  return status !== "RUNNING" && status !== "PENDING_REDRIVE";
}

/**
 * Lines reach CloudWatch a moment after they were written: so long after its end, a run's logs are
 * taken to be whole. Milliseconds.
 */
const settlesMs = 3000;

/**
 * True when the run has ended and what it wrote has arrived, whatever this machine's clock says.
 */
export function isSettled({ context }: RunsSession, run: OpenRun): boolean {
  if (!run.history.ended) {
    run.endSeenAt = undefined;
    return false;
  }
  const now = context.timing.now();
  run.endSeenAt ??= now;
  const endedAt = run.history.events.at(-1)?.timestamp ?? 0;
  return now - endedAt > settlesMs || now - run.endSeenAt > settlesMs;
}
