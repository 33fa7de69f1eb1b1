import type { RunId } from "../../core/ids.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { needsNewRun, type PlatformError, type ResumeOptions } from "../../platform/port.ts";
import { resumedAlready } from "../../platform/resumed-already.ts";
import { hasAllSteps, knownStep, resumedInput, resumeFlags } from "../../platform/resumed-input.ts";
import { isOfWorkingCopy } from "../../release/working-copy.ts";
import type { RunInput } from "../../runs/model.ts";
import type { LocalContext } from "../context.ts";
import { finishedSteps } from "../engine/finished-steps.ts";
import { noSuchRun, notDeployed } from "../errors.ts";
import { continueRun, startFrom } from "./start.ts";
import { type Deploy, deployById, deployedNow } from "../store/deployments.ts";
import { allEvents } from "../store/events.ts";
import { ownerPid } from "../store/owner.ts";
import { endHanging } from "./hanging.ts";
import { findRun, lastResumption } from "../store/runs.ts";
import { isDriven, type RunRow } from "../store/run-row.ts";

/**
 * Continues a run that didn't come to a good end. An interrupted one is resumed as it is; one
 * that failed, timed out or was stopped is followed by a new run with the same origin, parameters
 * and artifacts, without the steps that had succeeded.
 */
export async function resumeRun(
  context: LocalContext,
  run: RunId,
  options: ResumeOptions,
): Promise<Result<RunId, PlatformError>> {
  const { store, environment, clock } = context;
  const row = findRun(store, environment, run);
  if (row === undefined) return err(noSuchRun(run, environment));
  await endHanging(context, row);
  switch (row.status) {
    case "RUNNING":
      if (isDriven(row, clock.now())) return err(stillGoing(row));
      return needsNewRun(options)
        ? err(interruptedRun(row, options))
        : continueRun(context, run, options);
    case "SUCCEEDED":
      return err({
        reason: "refused",
        message: `run ${run} has succeeded; there is nothing to continue`,
        help: `Start a new one: esteira run ${row.project}`,
        resource: `run ${run}`,
      });
    default:
      return resumeEnded(context, row, options);
  }
}

async function resumeEnded(
  context: LocalContext,
  row: RunRow,
  options: ResumeOptions,
): Promise<Result<RunId, PlatformError>> {
  const own = deployById(context.store, row.deploy);
  if (own === undefined) throw new Error(`run ${row.run} has no deploy ${row.deploy}`);
  // Two at once would run the same steps in the same folder of artifacts.
  const refuse = (): PlatformError | undefined => {
    const later = lastResumption(context.store, row);
    return later && continuedBy(context, row, later, context.clock.now());
  };
  const error = refuse();
  if (error !== undefined) return err(error);
  const before = row.input as unknown as RunInput;
  const done = finishedSteps(allEvents(context.store, row.id), own);
  const deploy = deployToUse(context, own, options);
  if (!deploy.ok) return deploy;
  const known = knownStep(deploy.value.release, options.from);
  if (!known.ok) return known;
  const input = resumedInput(
    row,
    { ...before, origin: row.origin },
    done,
    deploy.value.release,
    options,
  );
  return startFrom(context, deploy.value, input, "resume", { ...options, refuse });
}

/** @param later the last run of those that continued it */
function continuedBy({ environment }: LocalContext, row: RunRow, later: RunRow, now: number) {
  const { run, status } = later;
  const state =
    status === "SUCCEEDED"
      ? "succeeded"
      : status !== "RUNNING"
        ? "ended"
        : isDriven(later, now)
          ? "going"
          : "interrupted";
  return resumedAlready({ run: row.run, project: row.project, environment }, { run, state });
}

function deployToUse(
  context: LocalContext,
  own: Deploy,
  { release }: ResumeOptions,
): Result<Deploy, PlatformError> {
  if (release === "same" || (release === undefined && isOfWorkingCopy(own.release))) return ok(own);
  const { project } = own.release;
  const now = deployedNow(context.store, context.environment, project);
  if (release === "latest") {
    return now === undefined ? err(notDeployed(project, context.environment)) : ok(now);
  }
  return ok(now !== undefined && hasAllSteps(now.release, own.release) ? now : own);
}

function interruptedRun({ run }: RunRow, options: ResumeOptions): PlatformError {
  const not = options.from === undefined ? "with what it was started with" : "not from a step";
  return {
    reason: "conflict",
    message: `run ${run} was interrupted and has not ended: it continues as itself, and ${not}`,
    help: `End it first: esteira stop ${run}; then: esteira resume ${run}${resumeFlags(options)}`,
    resource: `run ${run}`,
  };
}

function stillGoing(row: RunRow): PlatformError {
  const who = row.owner === undefined ? "" : ` (process ${ownerPid(row.owner)} drives it)`;
  return {
    reason: "conflict",
    message: `run ${row.run} is still going${who}`,
    help: `Follow it: esteira logs ${row.run} --follow`,
    resource: `run ${row.run}`,
  };
}
