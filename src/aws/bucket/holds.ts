import type { Fingerprint } from "../../core/ids.ts";
import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { HeldRelease } from "../../platform/roles/rollbacks.ts";
import { readDocument } from "./document.ts";
import { keys } from "./location.ts";
import { listAll, type BucketStore } from "./store.ts";

/** What people decided about a project, which deploys keep. A part that is absent holds nothing. */
export interface HoldDocument {
  readonly schema: 1;
  readonly project: string;
  /** A rollback left this release behind: deploys skip the project until its author changes it. */
  readonly rejected?: RejectedRelease;
  /** The schedule was disabled by hand: it stays so until it is enabled by hand. */
  readonly scheduleDisabled?: Decision;
}

export interface RejectedRelease extends Decision {
  readonly fingerprint: Fingerprint;
  readonly version: string;
  /** Hash of what its author wrote. Absent: the release was deployed before that was kept. */
  readonly authored?: string;
}

export interface Decision {
  readonly actor: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly reason?: string;
}

/** Writes the project's holds down; a document that holds nothing is deleted. */
export async function putHold(
  store: BucketStore,
  hold: HoldDocument,
): Promise<Result<void, PlatformError>> {
  const key = keys.hold(hold.project);
  if (hold.rejected === undefined && hold.scheduleDisabled === undefined) return store.remove(key);
  const written = await store.put(key, JSON.stringify(hold));
  return written.ok ? ok(undefined) : written;
}

/** Undefined when nothing is held. */
export async function getHold(
  store: BucketStore,
  project: string,
): Promise<Result<HoldDocument | undefined, PlatformError>> {
  const found = await readDocument<HoldDocument>(store, keys.hold(project));
  return found.ok ? ok(found.value?.document) : found;
}

/** All holds of the environment by project: one request, and one more a project that has any. */
export async function listHolds(
  store: BucketStore,
): Promise<Result<ReadonlyMap<string, HoldDocument>, PlatformError>> {
  const listed = await listAll(store, keys.holds);
  if (!listed.ok) return listed;
  const read = await Promise.all(
    listed.value.map(({ key }) => readDocument<HoldDocument>(store, key)),
  );
  const holds = new Map<string, HoldDocument>();
  for (const found of read) {
    if (!found.ok) return found;
    if (found.value !== undefined) holds.set(found.value.document.project, found.value.document);
  }
  return ok(holds);
}

/** The releases that rollbacks left behind and that are held. */
export async function heldReleases(
  store: BucketStore,
): Promise<Result<readonly HeldRelease[], PlatformError>> {
  const holds = await listHolds(store);
  if (!holds.ok) return holds;
  return ok(
    [...holds.value.values()].flatMap(({ project, rejected }) => {
      if (rejected === undefined) return [];
      const { version, actor, at, reason } = rejected;
      return [{ project, version, actor, at, ...(reason === undefined ? {} : { reason }) }];
    }),
  );
}
