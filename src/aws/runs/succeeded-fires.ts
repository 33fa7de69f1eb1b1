import type { ProjectName } from "../../core/ids.ts";
import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { succeededFires as inLedger } from "../bucket/ledger.ts";
import { listRuns } from "./list-runs.ts";
import type { RunsSession } from "./runs-session.ts";

/**
 * Of the newest so many runs AWS itself is asked: a run is in the ledger only a moment after its
 * end.
 */
const askedOfAws = 500;

/**
 * The scheduled times of a stretch for which a run has succeeded: those of the ledger, and of the
 * newest runs.
 */
export async function succeededFires(
  session: RunsSession,
  project: ProjectName,
  fromMs: number,
  toMs: number,
): Promise<Result<ReadonlyMap<number, string>, PlatformError>> {
  const known = await inLedger(session.store, project, fromMs, toMs);
  if (!known.ok) return known;
  const fires = new Map(known.value);
  let cursor: string | undefined;
  for (let seen = 0; seen < askedOfAws;) {
    const page = await listRuns(
      session,
      { project, status: "SUCCEEDED" },
      { limit: 100, ...(cursor === undefined ? {} : { cursor }) },
    );
    if (!page.ok) return page;
    for (const { scheduledTime: at, run, skipped, startedAt } of page.value.items) {
      // No run is earlier than the time that it is for.
      if (startedAt < fromMs) return ok(fires);
      if (at !== undefined && at >= fromMs && at <= toMs && !skipped) fires.set(at, run);
    }
    seen += page.value.items.length;
    cursor = page.value.next;
    if (cursor === undefined || page.value.items.length === 0) break;
  }
  return ok(fires);
}
