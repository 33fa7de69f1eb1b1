import { projectName, type RunId, runId } from "../../core/ids.ts";
import { err, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { runInput } from "../../runs/input.ts";
import type { LocalContext } from "../context.ts";
import { guarded } from "../errors.ts";
import { startFrom } from "../runs/start.ts";
import { deployedNow } from "../store/deployments.ts";
import { removeFire } from "../store/fires.ts";
import type { WaitingFire } from "./queue.ts";

/** Begins the run of a fire; the fire goes in the transaction that makes the run. */
export function beginFire(
  context: LocalContext,
  { id, project, scheduledTime, start }: WaitingFire,
): Promise<Result<RunId, PlatformError>> {
  const { store, environment, layout } = context;
  return guarded(layout, async () => {
    const deploy = deployedNow(store, environment, projectName(project));
    if (deploy === undefined) return err(gone(project));
    const input =
      start?.input ??
      runInput({
        scheduled_time: new Date(scheduledTime).toISOString().replace(".000Z", "Z"),
        trigger: "schedule",
      });
    return startFrom(context, deploy, input, "start", {
      mode: "follow",
      within: () => removeFire(store, id),
      // A run that is lost with the power waits again then: its fire was durable before, and
      // nothing had been done for it.
      durability: "relaxed",
      ...(start === undefined ? {} : { id: runId(start.run) }),
    });
  });
}

/** Whether it may go better in a moment, by itself or when somebody has freed some space. */
export function passes({ reason }: PlatformError): boolean {
  return reason === "limit" || reason === "unavailable" || reason === "permission";
}

function gone(project: string): PlatformError {
  return {
    reason: "not-deployed",
    message: `${project} is not deployed any more`,
    resource: project,
  };
}
