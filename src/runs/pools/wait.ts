import { count } from "../../core/text.ts";
import { sayDuration } from "../duration.ts";
import type { Diagnosis, RunView } from "../model.ts";
import { waitsOf, type PoolClaim } from "./turns.ts";

/** At most so many are named, each with its run. */
const NAMED = 3;

/**
 * Why a run in progress doesn't get on: a step of it waits for a place in a pool. Says for what and
 * behind whom; undefined when none of its steps waits for one, or others of them run.
 *
 * @param now milliseconds since the epoch
 */
export function diagnosePoolWait(
  run: string,
  view: RunView,
  claims: readonly PoolClaim[],
  now: number,
): Diagnosis | undefined {
  if (view.status !== "RUNNING") return undefined;
  const waiting = claims
    .filter((claim) => claim.run === run && !claim.held)
    .toSorted((a, b) => a.askedAt - b.askedAt);
  for (const claim of waiting) {
    const [wait] = waitsOf(claims, claim);
    if (wait === undefined) continue;
    const { pool, places, holders, ahead } = wait;
    const on = holders.length === 0 ? "" : `, taken by ${named(holders)}`;
    const behind = ahead.length === 0 ? "" : `, behind ${named(ahead)}`;
    return {
      code: "run/waiting-for-place",
      step: claim.step,
      message: `${claim.step} has been waiting for a place in the pool ${pool} (${count(places, "place")}) for ${sayDuration(now - claim.askedAt)}${on}${behind}`,
      help: "It starts by itself when its turn comes. `priority` in config.yaml says which projects go first, and `pools` in esteira.yaml how many places there are.",
    };
  }
  return undefined;
}

/** `recsys/train (run recsys-1), demand/load (run demand-7) and 2 more` */
function named(claims: readonly PoolClaim[]): string {
  const shown = claims
    .slice(0, NAMED)
    .map(({ project, step, run }) => `${project}/${step} (run ${run})`);
  const more = claims.length - shown.length;
  return more > 0 ? `${shown.join(", ")} and ${more} more` : shown.join(", ");
}
