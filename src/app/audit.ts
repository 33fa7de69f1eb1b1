import { ok, type Result } from "../core/result.ts";
import type { Platform } from "../platform/port.ts";
import type { AuditRecord } from "../platform/records.ts";
import type { DocumentOf } from "./documents/documents.ts";
import { failed, fromPlatform, type Failure } from "./failure.ts";

/** How far back one project's entries are looked for. */
const searched = 5000;

export interface AuditTrail {
  /** The newest first. */
  readonly entries: readonly AuditRecord[];
  /** There are older ones. */
  readonly more: boolean;
}

/**
 * The newest entries of an environment's audit trail.
 *
 * @param options `project`: only what is about it; `limit`: at most so many
 */
export async function readAudit(
  platform: Pick<Platform, "audit">,
  { project, limit }: { readonly project: string | undefined; readonly limit: number },
): Promise<Result<AuditTrail, Failure>> {
  const entries: AuditRecord[] = [];
  let cursor: string | undefined;
  let seen = 0;
  const pageSize = project === undefined ? limit : Math.max(100, limit);
  do {
    const page = await platform.audit({
      limit: pageSize,
      ...(cursor === undefined ? {} : { cursor }),
    });
    if (!page.ok) return failed(fromPlatform(page.error));
    const { items, next } = page.value;
    entries.push(...items.filter((entry) => project === undefined || entry.project === project));
    seen += items.length;
    cursor = next;
  } while (cursor !== undefined && entries.length < limit && seen < searched);
  return ok({
    entries: entries.slice(0, limit),
    more: cursor !== undefined || entries.length > limit,
  });
}

/** An audit trail as `--json` gives it. */
export function auditDocument(
  environment: string,
  { entries, more }: AuditTrail,
): DocumentOf<"audit"> {
  return { environment, entries, more };
}
