import type { JsonObject } from "../../core/json.ts";
import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { Timing } from "../../core/clock.ts";
import { readDocument } from "./document.ts";
import { keys } from "./location.ts";
import type { BucketStore } from "./store.ts";
import type { Page, PageRequest } from "../../platform/page.ts";

/** Something that somebody did to an environment. */
export interface AuditEntry {
  readonly schema: 1;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly actor: string;
  /** `bootstrap`, `deploy`, `rollback`, `destroy`, `gc`, `start`, `stop`, … */
  readonly action: string;
  /** Undefined when it is about the environment as a whole. */
  readonly project?: string;
  /** The run, where it is about one; else what exactly was done: `recsys 4 to Production`. */
  readonly subject?: string;
  /** Commit of the working copy that it was done from. */
  readonly commit?: string;
  /** Counts of what was planned by action: `{ "create": 9, "update": 1 }`. */
  readonly summary: Readonly<Record<string, number>>;
  readonly outcome: "succeeded" | "failed" | "interrupted";
  readonly error?: string;
  /** Why it was done, where somebody had to say. */
  readonly reason?: string;
  readonly details?: JsonObject;
}

/** Adds an entry; entries are never changed. */
export async function appendAudit(
  store: BucketStore,
  entry: AuditEntry,
  timing: Timing,
): Promise<Result<void, PlatformError>> {
  const key = auditKey(entry.at, Math.floor(timing.random() * 0x1000000));
  // A conflict is this entry itself, sent twice because an answer got lost.
  const written = await store.put(key, JSON.stringify(entry), { kind: "absent" });
  return written.ok ? ok(undefined) : written;
}

/**
 * S3 lists keys in ascending order only, so the keys begin with the time that is left until the
 * year 2286, and the newest comes first:
 * `audit/8299999999999-2023-11-14T22:13:20.000Z-00af31.json`.
 */
export function auditKey(at: number, salt: number): string {
  const left = String(9_999_999_999_999 - at).padStart(13, "0");
  return `${keys.audit}${left}-${new Date(at).toISOString()}-${salt.toString(16).padStart(6, "0")}.json`;
}

/** Newest first. */
export async function listAudit(
  store: BucketStore,
  page: PageRequest,
): Promise<Result<Page<AuditEntry>, PlatformError>> {
  const listed = await store.list(keys.audit, page);
  if (!listed.ok) return listed;
  const read = await Promise.all(
    listed.value.items.map(({ key }) => readDocument<AuditEntry>(store, key)),
  );
  const items: AuditEntry[] = [];
  for (const entry of read) {
    if (!entry.ok) return entry;
    if (entry.value !== undefined) items.push(entry.value.document);
  }
  return ok({ items, ...(listed.value.next === undefined ? {} : { next: listed.value.next }) });
}
