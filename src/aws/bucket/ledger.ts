import type { HistoryEvent } from "../../core/history.ts";
import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { RunSummary } from "../../runs/model.ts";
import { mapConcurrently } from "../../core/concurrency.ts";
import { readDocument } from "./document.ts";
import { keys } from "./location.ts";
import type { BucketStore } from "./store.ts";
import type { Page, PageRequest } from "../../platform/page.ts";

/** A finished run as the ledger lists it. */
export interface LedgerRow extends RunSummary {
  /** How often it was redriven: a later ending takes an earlier one's place. */
  readonly redriveCount: number;
  /** Code of the diagnosis, `run/out-of-memory`; undefined when it didn't fail. */
  readonly diagnosis: string | undefined;
  /** US dollars, by estimate; absent: no price is known, or an older Esteira noted it. */
  readonly usd?: number;
}

/** A finished run with all that is known of it, for when AWS has forgotten it. */
export interface LedgerEntry {
  readonly row: LedgerRow;
  /** The whole history, in order. */
  readonly events: readonly HistoryEvent[];
}

type Stored<Content> = Content & { readonly schema: 1 };

/**
 * Writes a finished run down. Writing it again changes nothing; an ending that came before a
 * redrive never takes the place of one that came after it, whatever order the two are written in.
 */
export async function putLedgerRun(
  store: BucketStore,
  { row, events }: LedgerEntry,
): Promise<Result<void, PlatformError>> {
  // The row comes last: what a list shows can be opened.
  const history = await putNewer(store, keys.ledgerHistory(row.project, row.run), { row, events });
  if (!history.ok) return history;
  if (row.status === "SUCCEEDED" && !row.skipped && row.scheduledTime !== undefined) {
    const key = `${keys.ledgerSucceeded(row.project)}${secondOf(row.scheduledTime)}/${row.run}`;
    const marked = await store.put(key, JSON.stringify({ schema: 1 }));
    if (!marked.ok) return marked;
  }
  const key = `${keys.ledgerRuns(row.project)}${timeLeft(row.startedAt)}-${row.run}.json`;
  return putNewer(store, key, { row });
}

async function putNewer(
  store: BucketStore,
  key: string,
  content: { readonly row: LedgerRow; readonly events?: readonly HistoryEvent[] },
): Promise<Result<void, PlatformError>> {
  const text = JSON.stringify({ schema: 1, ...content });
  let written = await store.put(key, text, { kind: "absent" });
  while (written.ok && written.value === "conflict") {
    const found = await readDocument<Stored<{ readonly row: LedgerRow }>>(store, key);
    if (!found.ok) return found;
    if (found.value === undefined) {
      written = await store.put(key, text, { kind: "absent" });
      continue;
    }
    if (found.value.document.row.redriveCount >= content.row.redriveCount) return ok(undefined);
    const { version } = found.value;
    written = await store.put(key, text, { kind: "unchanged", version });
  }
  return written.ok ? ok(undefined) : written;
}

/**
 * The project's finished runs, newest first: one request a page of at most 1000, and one a run.
 *
 * @param startedBefore only runs that began before it, milliseconds since the epoch; the same one
 *   for all pages
 */
export async function listLedgerRuns(
  store: BucketStore,
  project: string,
  page: PageRequest,
  startedBefore?: number,
): Promise<Result<Page<LedgerRow>, PlatformError>> {
  const prefix = keys.ledgerRuns(project);
  // `~` comes behind all that a key has after its time.
  const after = startedBefore === undefined ? undefined : `${prefix}${timeLeft(startedBefore)}-~`;
  const listed = await store.list(prefix, page, after);
  if (!listed.ok) return listed;
  const read = await mapConcurrently(listed.value.items, 32, ({ key }) =>
    readDocument<Stored<{ readonly row: LedgerRow }>>(store, key),
  );
  const items: LedgerRow[] = [];
  for (const found of read) {
    if (!found.ok) return found;
    if (found.value !== undefined) items.push(found.value.document.row);
  }
  return ok({ items, ...(listed.value.next === undefined ? {} : { next: listed.value.next }) });
}

/** Undefined when the ledger doesn't know the run. */
export async function readLedgerRun(
  store: BucketStore,
  project: string,
  run: string,
): Promise<Result<LedgerEntry | undefined, PlatformError>> {
  const found = await readDocument<Stored<LedgerEntry>>(store, keys.ledgerHistory(project, run));
  if (!found.ok) return found;
  const document = found.value?.document;
  return ok(document && { row: document.row, events: document.events });
}

/** A finished run's row alone; undefined when the ledger doesn't know the run. */
export async function readLedgerRow(
  store: BucketStore,
  project: string,
  { run, startedAt }: { readonly run: string; readonly startedAt: number },
): Promise<Result<LedgerRow | undefined, PlatformError>> {
  const key = `${keys.ledgerRuns(project)}${timeLeft(startedAt)}-${run}.json`;
  const found = await readDocument<Stored<{ readonly row: LedgerRow }>>(store, key);
  return found.ok ? ok(found.value?.document.row) : found;
}

/**
 * The scheduled times from `fromMs` to `toMs`, both included, for which a run has succeeded, each
 * with one such run: one request a thousand of them.
 */
export async function succeededFires(
  store: BucketStore,
  project: string,
  fromMs: number,
  toMs: number,
): Promise<Result<ReadonlyMap<number, string>, PlatformError>> {
  const prefix = keys.ledgerSucceeded(project);
  // A time's keys continue with `/`, which comes after the bare time.
  const after = `${prefix}${secondOf(fromMs)}`;
  const fires = new Map<number, string>();
  let cursor: string | undefined;
  do {
    const page = await store.list(
      prefix,
      { limit: 1000, ...(cursor === undefined ? {} : { cursor }) },
      after,
    );
    if (!page.ok) return page;
    for (const { key } of page.value.items) {
      const [second = "", run = ""] = key.slice(prefix.length).split("/");
      const fire = instantOf(second);
      if (fire > toMs) return ok(fires);
      if (fire >= fromMs) fires.set(fire, run);
    }
    cursor = page.value.next;
  } while (cursor !== undefined);
  return ok(fires);
}

/**
 * S3 lists keys in ascending order only: what is left until the year 2286 brings the newest first.
 */
export function timeLeft(at: number): string {
  return String(9_999_999_999_999 - at).padStart(13, "0");
}

/** `20260131T030000Z` */
function secondOf(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+/, "").replaceAll(/[-:]/g, "");
}

function instantOf(second: string): number {
  return Date.parse(
    second.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"),
  );
}
