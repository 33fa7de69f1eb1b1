import { setTimeout as sleep } from "node:timers/promises";

import type { EngineContext } from "../engine/context.ts";
import { ownerAlive, ownerPid } from "../store/owner.ts";
import { isHanging, type RunRow } from "../store/run-row.ts";

/** How long a process that was asked to end at once may take to be gone. */
const goneWithinMs = 5000;

/**
 * Ends the process that drives a run and hangs, so that somebody else can take the run up. Its
 * steps continue under their supervisors. Does nothing where it doesn't hang, or is this process.
 */
export async function endHanging(
  { clock }: Pick<EngineContext, "clock">,
  row: RunRow,
): Promise<void> {
  if (!isHanging(row, clock.now()) || row.owner === undefined) return;
  const pid = ownerPid(row.owner);
  if (pid === process.pid) return;
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    return; // gone by now, or another user's: anyone who claims the run finds out
  }
  const end = performance.now() + goneWithinMs;
  while (ownerAlive(row.owner, row.heartbeat, clock.now()) && performance.now() < end) {
    await sleep(20);
  }
}
