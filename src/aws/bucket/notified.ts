import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { Delivery } from "../../runs/delivery.ts";
import type { Notification } from "../../runs/model.ts";
import { readDocument } from "./document.ts";
import { keys } from "./location.ts";
import { listAll, type BucketStore } from "./store.ts";

/** Names one end of a run: a redriven run ends more than once. */
export interface RunEnding {
  readonly project: string;
  readonly run: string;
  readonly redriveCount: number;
}

/** What is sent about one end of a run, to whom, and how far that has come. */
export interface NotifiedDocument extends RunEnding {
  readonly schema: 1;
  readonly notification: Notification;
  /** Milliseconds since the epoch. */
  readonly composedAt: number;
  /**
   * Who is sending now; null when nobody is. A holder that died is known by the time that it had.
   */
  readonly lease: { readonly holder: string; readonly until: number } | null;
  readonly deliveries: readonly Delivery[];
}

/** The document, and what to name when it is changed. */
export interface StoredNotified {
  readonly document: NotifiedDocument;
  readonly version: string;
}

export async function readNotified(
  store: BucketStore,
  { project, run, redriveCount }: RunEnding,
): Promise<Result<StoredNotified | undefined, PlatformError>> {
  return readDocument<NotifiedDocument>(store, keys.notified(project, run, redriveCount));
}

/**
 * Writes it, if nobody else has since. While somebody waits to be notified, an empty object beside
 * it says so, for who looks for those.
 *
 * @param before the version that it takes the place of; undefined when there is none yet
 * @returns undefined when somebody else was faster
 */
export async function writeNotified(
  store: BucketStore,
  document: NotifiedDocument,
  before: string | undefined,
): Promise<Result<StoredNotified | undefined, PlatformError>> {
  const { project, run, redriveCount } = document;
  const waits = document.deliveries.some(({ state }) => state === "waiting");
  const unreported = keys.unreported(project, run, redriveCount);
  if (before === undefined && waits) {
    const marked = await markUnreported(store, document);
    if (!marked.ok) return marked;
  }
  const written = await store.put(
    keys.notified(project, run, redriveCount),
    JSON.stringify(document),
    before === undefined ? { kind: "absent" } : { kind: "unchanged", version: before },
  );
  if (!written.ok) return written;
  if (written.value === "conflict") return ok(undefined);
  if (!waits) {
    const removed = await store.remove(unreported);
    if (!removed.ok) return removed;
  }
  return ok({ document, version: written.value.version });
}

/**
 * Says that somebody waits to be notified, before that is written down: a process that dies in
 * between has left it to be found.
 */
export async function markUnreported(
  store: BucketStore,
  { project, run, redriveCount }: RunEnding,
): Promise<Result<void, PlatformError>> {
  const key = keys.unreported(project, run, redriveCount);
  const marked = await store.put(key, JSON.stringify({ schema: 1 }));
  return marked.ok ? ok(undefined) : marked;
}

/** The latest end of a run that people are notified of. */
export async function lastNotified(
  store: BucketStore,
  project: string,
  run: string,
): Promise<Result<NotifiedDocument | undefined, PlatformError>> {
  const prefix = keys.notifiedOf(project, run);
  const listed = await listAll(store, prefix);
  if (!listed.ok) return listed;
  const counts = listed.value.flatMap(({ key }) => {
    const count = /^(\d+)\.json$/.exec(key.slice(prefix.length))?.[1];
    return count === undefined ? [] : [Number(count)];
  });
  if (counts.length === 0) return ok(undefined);
  const found = await readNotified(store, { project, run, redriveCount: Math.max(...counts) });
  return found.ok ? ok(found.value?.document) : err(found.error);
}

/** The ends that somebody still waits to be notified of. */
export async function listUnreported(
  store: BucketStore,
): Promise<Result<readonly RunEnding[], PlatformError>> {
  const listed = await listAll(store, keys.allUnreported);
  if (!listed.ok) return listed;
  return ok(
    listed.value.flatMap(({ key }): RunEnding[] => {
      const [, project, run, count] =
        /^([^/]+)\/(.+)-(\d+)$/.exec(key.slice(keys.allUnreported.length)) ?? [];
      if (project === undefined || run === undefined) return [];
      return [{ project, run, redriveCount: Number(count) }];
    }),
  );
}
