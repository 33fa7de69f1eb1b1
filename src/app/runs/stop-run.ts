import { runId } from "../../core/ids.ts";
import { ok, type Result } from "../../core/result.ts";
import type { Platform } from "../../platform/port.ts";
import type { RunSummary } from "../../runs/model.ts";
import { failed, fromPlatform, refused, type Failure } from "../failure.ts";

/** Ends a run that goes; refused where it has ended. */
export async function stopRun(
  platform: Pick<Platform, "stop">,
  run: RunSummary,
  actor: string,
): Promise<Result<void, Failure>> {
  if (run.status !== "RUNNING" && run.status !== "PENDING_REDRIVE") {
    return refused(
      `${run.run} has ended already: it ${howEnded(run)}`,
      "There is nothing to stop.",
    );
  }
  const stopped = await platform.stop(runId(run.run), actor);
  return stopped.ok ? ok(undefined) : failed(fromPlatform(stopped.error));
}

/** Gives up the places of failed steps of a run that has ended; false where it holds none. */
export async function endHold(
  { heldSteps }: Pick<Platform, "heldSteps">,
  { run, endedAt }: RunSummary,
  actor: string,
): Promise<Result<boolean, Failure>> {
  if (endedAt === undefined || heldSteps === undefined) return ok(false);
  const ended = await heldSteps.end(runId(run), actor);
  return ended.ok ? ended : failed(fromPlatform(ended.error));
}

function howEnded({ status, skipped }: RunSummary): string {
  if (skipped) return "was skipped";
  switch (status) {
    case "ABORTED":
      return "was aborted";
    case "TIMED_OUT":
      return "timed out";
    default:
      return status.toLowerCase();
  }
}
