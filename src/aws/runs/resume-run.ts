import { RedriveExecutionCommand } from "@aws-sdk/client-sfn";

import type { HistoryEvent } from "../../core/history.ts";
import { projectName, type RunId } from "../../core/ids.ts";
import { err, ok, type Result } from "../../core/result.ts";
import {
  needsNewRun,
  type DeployedRelease,
  type PlatformError,
  type ResumeOptions,
} from "../../platform/port.ts";
import { hasAllSteps, knownStep, resumedInput, resumeFlags } from "../../platform/resumed-input.ts";
import { endedInFail } from "../../runs/ended-in-fail.ts";
import { foldRun } from "../../runs/fold.ts";
import { readRunInput } from "../../runs/input.ts";
import { isError } from "../sdk/error-names.ts";
import { claimResumption, giveBackResumption } from "./claim-resumption.ts";
import { callForRun } from "./call-for-run.ts";
import { type Execution, executionArn, isRunning, redrivableMs } from "./execution.ts";
import { ownEvents, wholeHistory } from "./history.ts";
import { note } from "./note.ts";
import { openFound } from "./open-run.ts";
import type { FoundRun, OpenRun, RunsSession } from "./runs-session.ts";
import { findExecution } from "./find-run.ts";
import { deployedNow, newRunId, startFrom } from "./start-run.ts";
import { summaryOfFound } from "./summary.ts";

/**
 * AWS redrives no execution that has more:
 * https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
 */
const redrivableEvents = 24_999;

/**
 * Continues a run that didn't come to a good end. On the release that it was started from AWS
 * redrives it, as long as it can; a later release, a run whose step has failed for good, and one
 * that AWS can't redrive any more, continue in a new run with the same origin, without the steps
 * that had succeeded.
 */
export async function resumeRun(
  session: RunsSession,
  run: RunId,
  options: ResumeOptions,
): Promise<Result<RunId, PlatformError>> {
  const found = await findExecution(session, run);
  if (!found.ok) return found;
  const summary = await summaryOfFound(session, found.value);
  if (!summary.ok) return summary;
  const { status, project } = summary.value;
  if (isRunning({ status })) return err(stillGoing(session, run));
  if (status === "SUCCEEDED") {
    return err({
      reason: "refused",
      message: `run ${run} has succeeded; there is nothing to continue`,
      help: `Start a new one: esteira run ${project} -e ${session.context.environment.name}`,
      resource: `run ${run}`,
    });
  }
  const opened = await openFound(session, run, found.value);
  const events = await wholeHistory(opened.history);
  if (!events.ok) return events;
  let impossible = needsNewRun(options)
    ? options.from === undefined
      ? "AWS can't redrive it with other limits of its steps"
      : "AWS can't redrive it from a step that succeeded"
    : ((await heldPlaces(opened)) ?? notRedrivable(session, found.value, events.value));
  const isDeployed = await deployedFor(session, opened, summary.value.release, options);
  if (!isDeployed.ok) return isDeployed;
  const { deployed, same } = isDeployed.value;
  const claim = { project, run, actor: options.actor };
  let held: string | undefined;
  if (same && impossible === undefined && found.value.kind === "execution") {
    const { execution } = found.value;
    const redriving = { ...claim, by: run, redrive: execution.redriveCount + 1 };
    const claimed = await claimResumption(session, redriving);
    if (!claimed.ok) return claimed;
    const redriven = await redrive(session, execution, opened, options);
    if (redriven.ok && redriven.value.redriven) return ok(run);
    if (!redriven.ok || deployed === undefined) await giveBackResumption(session, redriving);
    if (!redriven.ok) return redriven;
    if (!redriven.value.redriven) impossible = redriven.value.because;
    held = claimed.value;
  }
  if (deployed === undefined) return err(needsLatest(session, run, impossible ?? "", options));
  const before = await opened.release();
  if (!before.ok) return before;
  const done = foldRun(events.value, before.value.steps)
    .steps.filter((step) => step.status === "succeeded")
    .map(({ id }) => id);
  const known = knownStep(deployed.release, options.from);
  if (!known.ok) return known;
  const started = readRunInput(events.value[0]?.details["input"] ?? {});
  const input = resumedInput(summary.value, started, done, deployed.release, options);
  const by = newRunId(session.context, deployed.release.project);
  const continuing = { ...claim, by };
  const claimed = await claimResumption(session, continuing, held);
  if (!claimed.ok) return claimed;
  const begun = await startFrom(session, deployed, input, "resume", by);
  if (!begun.ok) await giveBackResumption(session, continuing);
  return begun;
}

/**
 * What the run is to continue with: `same`, the release that it was started from, or what is
 * deployed. Nothing is said of what is deployed where that is another release than the one that is
 * wanted.
 */
async function deployedFor(
  session: RunsSession,
  opened: OpenRun,
  release: string,
  { release: wanted }: ResumeOptions,
): Promise<
  Result<{ readonly deployed: DeployedRelease | undefined; readonly same: boolean }, PlatformError>
> {
  const now = await deployedNow(session, projectName(opened.project));
  if (!now.ok) {
    if (wanted === "latest") return now;
    return now.error.reason === "not-deployed" ? ok({ deployed: undefined, same: true }) : now;
  }
  const deployed = now.value;
  if (deployed.fingerprint === release) return ok({ deployed, same: wanted !== "latest" });
  if (wanted === "same") return ok({ deployed: undefined, same: true });
  if (wanted === "latest") return ok({ deployed, same: false });
  const before = await opened.release();
  if (!before.ok) return before;
  const fits = hasAllSteps(deployed.release, before.value);
  return ok(fits ? { deployed, same: false } : { deployed: undefined, same: true });
}

/** Why AWS won't redrive it; undefined when it will. */
function notRedrivable(
  { context }: RunsSession,
  found: FoundRun,
  events: readonly HistoryEvent[],
): string | undefined {
  if (found.kind === "ledger") return "AWS has forgotten it";
  const { endedAt, notRedrivable: reason } = found.execution;
  if (context.timing.now() - (endedAt ?? 0) > redrivableMs) {
    return "it ended more than 14 days ago";
  }
  if (ownEvents(events).length >= redrivableEvents) return "its history is full";
  if (endedInFail(events))
    return "a step of it has failed for good, and AWS could not run that step again";
  return reason;
}

/** A redrive would begin with the step that failed, which has given its places away. */
async function heldPlaces(opened: OpenRun): Promise<string | undefined> {
  const release = await opened.release();
  if (!release.ok) return "its release can't be read";
  return release.value.steps.some(({ pools = [] }) => pools.length > 0)
    ? "its steps have to ask for their places in pools anew"
    : undefined;
}

async function redrive(
  session: RunsSession,
  execution: Execution,
  opened: OpenRun,
  { actor }: ResumeOptions,
): Promise<
  Result<
    { readonly redriven: true } | { readonly redriven: false; readonly because: string },
    PlatformError
  >
> {
  const { context } = session;
  const { project, redriveCount } = execution;
  const { run } = opened;
  const redriven = await callForRun(context, `resume the run ${run}`, async () => {
    try {
      await context.clients.sfn.send(
        new RedriveExecutionCommand({
          executionArn: executionArn(context, project, run),
          // The same one for a request that is sent again because an answer got lost.
          clientToken: `${run}-${redriveCount + 1}`.slice(-64),
        }),
      );
      return undefined;
    } catch (thrown) {
      if (isError(thrown, "ExecutionNotRedrivable")) return (thrown as Error).message;
      throw thrown;
    }
  });
  if (!redriven.ok) return redriven;
  if (redriven.value !== undefined) return ok({ redriven: false, because: redriven.value });
  opened.history.redriven(redriveCount + 1);
  opened.quiet = 0;
  // Its items' executions continue too: they are read anew.
  if (ownEvents(opened.history.events).length < opened.history.events.length) {
    session.open.delete(run);
  }
  await note(session, {
    action: "resume",
    actor,
    project,
    run,
    details: { redrive: redriveCount + 1 },
  });
  return ok({ redriven: true });
}

function stillGoing({ context }: RunsSession, run: RunId): PlatformError {
  return {
    reason: "conflict",
    message: `run ${run} is still going`,
    help: `Follow it: esteira logs ${run} --follow -e ${context.environment.name}`,
    resource: `run ${run}`,
  };
}

function needsLatest(
  { context }: RunsSession,
  run: RunId,
  because: string,
  options: ResumeOptions,
): PlatformError {
  return {
    reason: "refused",
    message: `run ${run} can't continue with the release that it was started from: ${because}`,
    help: `Continue with what is deployed now, in a new run without the finished steps: esteira resume ${run} -e ${context.environment.name} --release latest${resumeFlags(options)}`,
    resource: `run ${run}`,
  };
}
