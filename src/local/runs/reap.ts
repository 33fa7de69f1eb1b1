import type { EngineContext } from "../engine/context.ts";
import { runtimeOf } from "../engine/context.ts";
import { secretsMask } from "../engine/secrets-mask.ts";
import { attemptEnded, type AttemptRow, leftAttempts } from "../store/attempts.ts";
import { deployById } from "../store/deployments.ts";
import { ownerAlive } from "../store/owner.ts";

type Surroundings = Pick<
  EngineContext,
  "store" | "clock" | "executors" | "layout" | "processEnvironment"
>;

/** They were asked to end long ago. */
const leftGraceSeconds = 2;

/**
 * Ends attempts of runs that have ended: the process that was stopping them died before it had done
 * so.
 */
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

/**
 * Follows attempts whose driver died to their end, and records it: from then on they take nothing
 * of the machine. Each is followed once, however often it is named.
 */
export function leftSettler(context: Surroundings): (attempts: readonly AttemptRow[]) => void {
  const { store, clock } = context;
  const followed = new Set<number>();

  const follow = async (row: AttemptRow): Promise<void> => {
    const run = store.get("SELECT deploy FROM runs WHERE id = ?", row.runId);
    const found = await adopt(context, row, Number(run?.["deploy"]));
    await found?.finished;
    store.write(() => attemptEnded(store, row.id, clock.now(), row.owner), "relaxed");
  };

  return (attempts) => {
    for (const row of attempts) {
      if (followed.has(row.id)) continue;
      followed.add(row.id);
      follow(row)
        .catch(() => undefined) // The store is closed, or fails: anyone who waits for the machine meets that, too.
        .finally(() => followed.delete(row.id));
    }
  };
}

async function adopt(context: Surroundings, row: AttemptRow, deployId: number) {
  const { store, executors, layout, processEnvironment } = context;
  const deploy = deployById(store, deployId);
  if (deploy === undefined) return undefined;
  const runtime = runtimeOf(deploy);
  const { project, task } = deploy.release;
  const mask = secretsMask(layout, project, task.secrets, processEnvironment);
  return executors[runtime.executor].adopt(row.directory, runtime, mask);
}
