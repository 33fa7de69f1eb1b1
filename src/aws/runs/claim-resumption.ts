import { type RunId, runId } from "../../core/ids.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { resumedAlready } from "../../platform/resumed-already.ts";
import type { RunSummary } from "../../runs/model.ts";
import {
  readResumption,
  removeResumption,
  type ResumptionDocument,
  writeResumption,
} from "../bucket/resumptions.ts";
import { isRunning } from "./execution.ts";
import { findExecution } from "./find-run.ts";
import type { RunsSession } from "./runs-session.ts";
import { summaryOfFound } from "./summary.ts";

/** By then who has claimed a run has begun what continues it, or is dead. Milliseconds. */
const beginsWithin = 60_000;

/** How a run that has ended is about to be continued. */
export interface ResumptionClaim {
  readonly project: string;
  readonly run: string;
  /** The run that is to continue it; itself for a redrive. */
  readonly by: RunId;
  /** Which redrive that is. */
  readonly redrive?: number;
  readonly actor: string;
}

/**
 * Says, for all who resume, how a run is about to be continued; refuses where another run continues
 * it, or somebody else is about to. Two at once would run the same steps in one folder of
 * artifacts.
 *
 * @param held the version of an earlier claim of ours, which this takes the place of
 * @returns the claim's version
 */
export async function claimResumption(
  session: RunsSession,
  claim: ResumptionClaim,
  held?: string,
): Promise<Result<string, PlatformError>> {
  const { store, context } = session;
  let before = held;
  for (;;) {
    if (before === undefined) {
      const found = await readResumption(store, claim.project, claim.run);
      if (!found.ok) return found;
      if (found.value !== undefined) {
        const refusal = await whyNot(session, found.value.document, claim);
        if (!refusal.ok) return refusal;
        before = found.value.version;
      }
    }
    const document = { schema: 1, ...claim, at: context.timing.now() } as const;
    const written = await writeResumption(store, document, before);
    if (!written.ok || written.value !== "conflict") return written;
    before = undefined;
  }
}

/** Takes a claim back, when nothing came of it. A failure to do so costs a minute. */
export async function giveBackResumption(
  { store }: RunsSession,
  { project, run }: ResumptionClaim,
): Promise<void> {
  await removeResumption(store, project, run);
}

/** Success: what is claimed there was never begun, or was a redrive that has ended since. */
async function whyNot(
  session: RunsSession,
  known: ResumptionDocument,
  claim: ResumptionClaim,
): Promise<Result<void, PlatformError>> {
  const { timing, environment } = session.context;
  if (known.by !== known.run) {
    const later = await resumption(session, known);
    if (!later.ok) return later;
    if (later.value !== undefined) {
      const { run, status } = later.value;
      const state = isRunning({ status })
        ? "going"
        : status === "SUCCEEDED"
          ? "succeeded"
          : "ended";
      return err(resumedAlready({ ...known, environment: environment.name }, { run, state }));
    }
  } else if ((known.redrive ?? 0) < (claim.redrive ?? Infinity)) {
    return ok(undefined);
  }
  if (timing.now() - known.at >= beginsWithin) return ok(undefined);
  return err({
    reason: "conflict",
    message: `${known.actor} is resuming run ${known.run} at this moment`,
    help: `Look in a minute what became of it: esteira status ${known.by} -e ${environment.name}`,
    resource: `run ${known.run}`,
  });
}

/** The run that continues another, as it is now; undefined where it was never begun. */
async function resumption(
  session: RunsSession,
  { by }: ResumptionDocument,
): Promise<Result<RunSummary | undefined, PlatformError>> {
  const found = await findExecution(session, runId(by));
  if (!found.ok) return found.error.reason === "not-found" ? ok(undefined) : found;
  return summaryOfFound(session, found.value);
}

/**
 * Adds to what is known of one run which other run continued it. One that continues or has
 * succeeded has none.
 */
export async function withResumption(
  { store }: RunsSession,
  summary: RunSummary,
): Promise<Result<RunSummary, PlatformError>> {
  const { status, project, run } = summary;
  if (status === "SUCCEEDED" || isRunning({ status })) return ok(summary);
  const found = await readResumption(store, project, run);
  if (!found.ok) return found;
  const by = found.value?.document.by;
  return ok(by === undefined || by === run ? summary : { ...summary, resumedBy: by });
}
