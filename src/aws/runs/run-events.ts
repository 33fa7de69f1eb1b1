import type { HistoryEvent } from "../../core/history.ts";
import type { RunId } from "../../core/ids.ts";
import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { openRun } from "./open-run.ts";
import type { RunsSession } from "./runs-session.ts";
import type { Page, PageRequest } from "../../platform/page.ts";

/** A page of a run's history; the cursor is the last event's id. */
export async function readEvents(
  session: RunsSession,
  run: RunId,
  { cursor, limit }: PageRequest,
): Promise<Result<Page<HistoryEvent>, PlatformError>> {
  const opened = await openRun(session, run);
  if (!opened.ok) return opened;
  const { history } = opened.value;
  const after = cursor === undefined ? 0 : Number(cursor);
  if (history.events.length <= after) {
    const read = await history.readTo(after + 1);
    if (!read.ok) return read;
  }
  const items = history.events.slice(after, after + Math.max(1, limit));
  const last = after + items.length;
  if (items.length > 0) opened.value.quiet = 0;
  const complete = history.ended && last >= history.events.length;
  return ok(complete ? { items } : { items, next: String(last) });
}
