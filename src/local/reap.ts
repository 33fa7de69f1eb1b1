import { setTimeout as sleep } from "node:timers/promises";

import type { EngineContext } from "./engine/context.ts";
import { runtimeOf } from "./engine/context.ts";
import { attemptEnded, type AttemptRow, leftAttempts } from "./store/attempts.ts";
import { deployById } from "./store/deployments.ts";
import { ownerAlive } from "./store/owner.ts";

type Surroundings = Pick<EngineContext, "store" | "clock" | "executors">;

/** They were told to end long ago. */
const leftGraceSeconds = 2;

/** Ends attempts of runs that have ended: the process that was stopping them died before it had done so. */
export async function reapLeft(context: Surroundings): Promise<void> {
  const { store, clock } = context;
  const left = leftAttempts(store).filter(
    (row) => !ownerAlive(row.owner, row.requestedAt, clock.now()),
  );
  await Promise.all(
    left.map(async (row) => {
      const found = await adopt(context, row, row.deploy);
      await found?.stop(leftGraceSeconds);
      store.write(() => attemptEnded(store, row.id, clock.now(), row.owner), "relaxed");
    }),
  );
}

/** A finished attempt tells so at once; longer than this means that it runs. */
const finishedWithinMs = 300;

/** Records the end of attempts that are over and whose driver died: they take nothing of the machine. */
export async function settleLeft(
  context: Surroundings,
  attempts: readonly AttemptRow[],
): Promise<void> {
  const { store, clock } = context;
  for (const row of attempts) {
    const run = store.get("SELECT deploy FROM runs WHERE id = ?", row.runId);
    const found = await adopt(context, row, Number(run?.["deploy"]));
    const over =
      found === undefined ||
      (await Promise.race([found.finished.then(() => true), sleep(finishedWithinMs, false)]));
    if (over) store.write(() => attemptEnded(store, row.id, clock.now(), row.owner), "relaxed");
  }
}

async function adopt({ store, executors }: Surroundings, row: AttemptRow, deployId: number) {
  const deploy = deployById(store, deployId);
  if (deploy === undefined) return undefined;
  const runtime = runtimeOf(deploy);
  return executors[runtime.executor].adopt(row.directory, runtime);
}
