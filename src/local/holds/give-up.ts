import type { EngineContext } from "../engine/context.ts";
import { isToBeHeld } from "../executors/attempt-files.ts";
import { runtimeOf } from "../engine/context.ts";
import { attemptsOfRun, type AttemptRow } from "../store/attempts.ts";
import { deployById } from "../store/deployments.ts";
import { dueStepHolds, openStepHold, stepHoldEnded } from "../store/step-holds.ts";
import { heldAttempts } from "./held-attempts.ts";

type Surroundings = Pick<EngineContext, "store" | "clock" | "executors">;

/**
 * Gives up the places whose time is over. What can't be removed now, because the Docker engine
 * doesn't answer, is left to the next call.
 */
export async function endDueHolds(context: Surroundings): Promise<void> {
  const { store, clock } = context;
  const now = clock.now();
  for (const { runId, deploy } of dueStepHolds(store, now)) {
    const left = attemptsOfRun(store, runId).filter((one) => isToBeHeld(one.directory));
    if (!(await giveUp(context, deploy, left))) continue;
    store.write(() => stepHoldEnded(store, runId, now), "relaxed");
  }
}

/**
 * When a run has ended: nobody will enter steps that succeeded when they were tried again, nor any
 * of a run that succeeded or was stopped.
 */
export async function tidyHolds(
  context: Surroundings,
  run: { readonly id: number; readonly deploy: number },
): Promise<void> {
  if (openStepHold(context.store, run.id) === undefined) return;
  await giveUp(context, run.deploy, heldAttempts(context.store, run.id).superfluous);
  await endDueHolds(context);
}

async function giveUp(
  { store, executors }: Surroundings,
  deployId: number,
  attempts: readonly AttemptRow[],
): Promise<boolean> {
  const deploy = deployById(store, deployId);
  if (deploy === undefined) throw new Error(`there is no deploy ${deployId}`);
  const executor = executors[runtimeOf(deploy).executor];
  const done = await Promise.all(attempts.map(({ directory }) => executor.giveUp(directory)));
  return done.every(Boolean);
}
