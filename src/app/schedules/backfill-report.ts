import { ok, type Result } from "../../core/result.ts";
import type { BackfillEvent, BackfillItem } from "../../platform/backfill.ts";
import type { Platform } from "../../platform/port.ts";
import type { Delivery } from "../../runs/delivery.ts";
import { failed, fromPlatform, type Failure } from "../failure.ts";

/** What a backfill came to, of which people are notified once. */
export interface BackfillOutcome {
  readonly project: string;
  readonly actor: string;
  readonly items: readonly BackfillItem[];
  /** Runs that have ended, in any order. */
  readonly ended: readonly Extract<BackfillEvent, { readonly kind: "ended" }>[];
}

/**
 * Notifies the project's people of how a backfill went, whatever ended it; of one of which no run
 * has ended there is nothing to report.
 *
 * @returns whom it was sent to and whom not yet
 */
export async function reportBackfill(
  platform: Pick<Platform, "deliveries">,
  { project, actor, items, ended }: BackfillOutcome,
): Promise<Result<readonly Delivery[], Failure>> {
  const [first, last] = [items[0], items.at(-1)];
  const inOrder = ended.toSorted((a, b) => a.at - b.at);
  // What was begun otherwise, and only waited for, is reported by itself.
  const newest = inOrder.findLast(({ run }) => run.trigger === "backfill");
  if (first === undefined || last === undefined || newest === undefined) return ok([]);
  const bad = inOrder.filter(({ run }) => run.status !== "SUCCEEDED");
  const wanted = items.filter(({ state }) => state !== "succeeded").length;
  const reported = await platform.deliveries.backfillEnded({
    project,
    actor,
    from: first.at,
    to: last.at,
    succeeded: ended.length - bad.length,
    failed: bad.map(({ at, run }) => ({ at, run: run.run })),
    left: wanted - ended.length,
    run: newest.run.run,
  });
  return reported.ok ? reported : failed(fromPlatform(reported.error));
}
