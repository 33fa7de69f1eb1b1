import { ok, type Result } from "../../core/result.ts";
import { projectName, runId } from "../../core/ids.ts";
import type { PlatformError } from "../../platform/port.ts";
import { CAPACITY_CODES } from "../../runs/capacity.ts";
import { isSkippedRun } from "../../runs/close.ts";
import { diagnose, failedAttempt } from "../../runs/diagnose.ts";
import { foldRun } from "../../runs/fold.ts";
import { readRunInput } from "../../runs/input.ts";
import type { Diagnosis, RunSummary } from "../../runs/model.ts";
import type { ReleaseDocument } from "../bucket/releases.ts";
import { callForRun } from "./call-for-run.ts";
import { capacityOf } from "./capacity.ts";
import { describeExecution, type Execution, isRunning, type ListedExecution } from "./execution.ts";
import { wholeHistory } from "./history.ts";
import { readTail } from "./log-chunks.ts";
import { openFound } from "./open-run.ts";
import type { FoundRelease } from "./release-of.ts";
import { logStream } from "./run-logs.ts";
import { type FoundRun, type RunsSession } from "./runs-session.ts";
import { noSuchRun } from "./find-run.ts";

/**
 * So long after its end a run's log has surely arrived, and what is said about the run won't
 * change. Milliseconds.
 */
const restsMs = 60_000;
/** Lines that a diagnosis may need: enough for a stack trace and what led to it. */
const diagnosedLines = 50;

/** A run's row. */
export async function summaryOfFound(
  session: RunsSession,
  found: FoundRun,
): Promise<Result<RunSummary, PlatformError>> {
  return found.kind === "ledger"
    ? ok(withoutLedgerFields(found.entry.row))
    : summaryOfExecution(session, found.execution);
}

/** The ledger's rows say more than summaries do, and JSON leaves out what is undefined. */
export function withoutLedgerFields(row: RunSummary): RunSummary {
  const { run, project, environment, status, skipped, interrupted, trigger, actor } = row;
  const { startedAt, endedAt, scheduledTime, origin, artifacts, release, version } = row;
  const { modelVersion, failure } = row;
  return {
    run,
    project,
    environment,
    status,
    skipped,
    interrupted,
    trigger,
    actor,
    startedAt,
    endedAt,
    scheduledTime,
    origin,
    artifacts,
    release,
    version,
    modelVersion,
    failure,
    // Who resumed a run is in the row of the run that continues it.
    resumedBy: undefined,
  };
}

/**
 * The row of a run that a list shows: from what is kept here, as long as nothing has happened to it
 * since.
 */
export async function summaryOfListed(
  session: RunsSession,
  listed: ListedExecution,
): Promise<Result<RunSummary, PlatformError>> {
  const kept = await keptSummary(session, listed);
  if (kept !== undefined) return ok(kept);
  const found = await describeExecution(
    session.context,
    projectName(listed.project),
    runId(listed.run),
  );
  if (!found.ok) return found;
  if (found.value === undefined) {
    return { ok: false, error: noSuchRun(listed.run, session.context.environment.name) };
  }
  return summaryOfExecution(session, found.value);
}

async function summaryOfExecution(
  session: RunsSession,
  execution: Execution,
): Promise<Result<RunSummary, PlatformError>> {
  const kept = await keptSummary(session, execution);
  if (kept !== undefined) return ok(kept);
  const release = await session.releases.of(execution);
  if (!release.ok && release.error.reason !== "not-found") return release;
  const document = release.ok ? release.value.document : undefined;
  // Its steps help to read the history; what it is called is only reported where it is the run's
  // own.
  const own = release.ok && release.value.exact ? release.value : undefined;
  const diagnosed =
    isRunning(execution) || execution.status === "SUCCEEDED"
      ? ok(undefined)
      : await diagnosisOf(session, execution, document);
  if (!diagnosed.ok) return diagnosed;
  const summary = summarize(session, execution, own, diagnosed.value);
  if (execution.status === "SUCCEEDED" || isAtRest(session, execution)) {
    await session.cache.keepRun({ execution, summary });
  }
  return ok(summary);
}

function isAtRest({ context }: RunsSession, execution: ListedExecution): boolean {
  const { endedAt = Infinity } = execution;
  return !isRunning(execution) && context.timing.now() - endedAt > restsMs;
}

async function keptSummary(
  { cache }: RunsSession,
  { run, status, redriveCount }: ListedExecution,
): Promise<RunSummary | undefined> {
  if (isRunning({ status })) return undefined;
  const kept = await cache.run(run);
  const same = kept?.execution.status === status && kept.execution.redriveCount === redriveCount;
  return same ? withoutLedgerFields(kept.summary) : undefined;
}

/**
 * A run's row, from what AWS says about it, the release that it was started from and why it failed.
 */
export function summarize(
  { context, store }: Pick<RunsSession, "context" | "store">,
  execution: Execution,
  found: FoundRelease | undefined,
  diagnosis: Diagnosis | undefined,
): RunSummary {
  const { run, project, status, startedAt, endedAt, output } = execution;
  const input = readRunInput(execution.input);
  const origin = input.origin ?? run;
  const scheduled = input.scheduled_time === null ? NaN : Date.parse(input.scheduled_time);
  return {
    run,
    project,
    environment: context.environment.name,
    status,
    skipped: isSkippedRun({ status, output }),
    interrupted: false,
    trigger: input.trigger,
    actor: input.actor,
    startedAt,
    endedAt: isRunning(execution) ? undefined : endedAt,
    scheduledTime: Number.isNaN(scheduled) ? undefined : scheduled,
    origin,
    artifacts: `${store.location.artifactsUri}/${project}/${origin}/`,
    release: found?.document.fingerprint ?? "",
    version: found?.document.release.version ?? "",
    modelVersion: found?.modelVersion,
    failure: diagnosis?.message,
    resumedBy: undefined,
  };
}

/** Why a run that has ended failed: its history, and the end of the failed attempt's log. */
async function diagnosisOf(
  session: RunsSession,
  execution: Execution,
  document: ReleaseDocument | undefined,
): Promise<Result<Diagnosis | undefined, PlatformError>> {
  const run = await openFound(session, runId(execution.run), { kind: "execution", execution });
  const events = await wholeHistory(run.history);
  if (!events.ok) return events;
  await keepHistory(session, execution, run.history);
  const view = foldRun(events.value, document?.release.steps ?? []);
  const { attempt } = failedAttempt(view);
  const tail = await attemptTail(session, document, attempt?.log);
  if (!tail.ok) return tail;
  const diagnosis = diagnose(view, tail.value);
  if (diagnosis === undefined || !CAPACITY_CODES.has(diagnosis.code)) return ok(diagnosis);
  const capacity = await capacityOf(session, runId(execution.run));
  return capacity.ok ? ok(diagnose(view, tail.value, capacity.value.launchFailures)) : capacity;
}

/** Keeps the history of a run that has ended, once it is whole. */
async function keepHistory(
  session: RunsSession,
  execution: ListedExecution,
  history: Pick<Awaited<ReturnType<typeof openFound>>["history"], "ended" | "events">,
): Promise<void> {
  if (!history.ended || !isAtRest(session, execution)) return;
  await session.cache.keepHistory(execution.run, execution.redriveCount, history.events);
}

/** The last lines of an attempt; none where its log isn't there. */
export function attemptTail(
  { context }: Pick<RunsSession, "context">,
  document: ReleaseDocument | undefined,
  log: string | undefined,
): Promise<Result<readonly string[], PlatformError>> {
  if (document === undefined || log === undefined) return Promise.resolve(ok([]));
  const { release } = document;
  return callForRun(context, `read the log of an attempt`, () =>
    readTail(context, release.names.logGroup, logStream(release, log), diagnosedLines),
  );
}
