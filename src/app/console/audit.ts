import { ok, type Result } from "../../core/result.ts";
import type { AuditRecord } from "../../platform/records.ts";
import type { ConsoleDocumentOf } from "../documents/console.ts";
import { failed, fromPlatform, type Failure } from "../failure.ts";
import type { PlatformSession } from "../workspace.ts";

/** Entries that one page looks through: who filters asks on from there. */
const mostLookedAt = 2000;

/** What entries have to be about. */
export interface AuditFilter {
  readonly project?: string | undefined;
  /** A part of who did it, in small or capital letters. */
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
}

/** The audit trail of an environment, a page of it, the newest first. */
export async function readAuditPage(
  { platform, environment }: PlatformSession,
  filter: AuditFilter,
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<Result<ConsoleDocumentOf<"audit">, Failure>> {
  const entries: AuditRecord[] = [];
  let place = cursor;
  for (let looked = 0; looked < mostLookedAt;) {
    const page = await platform.audit({
      // No more than are wanted, so that the cursor is behind the last one that is given.
      limit: limit - entries.length,
      ...(place === undefined ? {} : { cursor: place }),
    });
    if (!page.ok) return failed(fromPlatform(page.error));
    const { items, next } = page.value;
    entries.push(...items.filter((entry) => fits(entry, filter)));
    looked += Math.max(1, items.length);
    place = next;
    if (next === undefined || entries.length >= limit) break;
  }
  return ok({ environment, entries, next: place });
}

function fits(entry: AuditRecord, { project, actor, action }: AuditFilter): boolean {
  return (
    (project === undefined || entry.project === project) &&
    (action === undefined || entry.action === action) &&
    (actor === undefined || entry.actor.toLowerCase().includes(actor.toLowerCase()))
  );
}
