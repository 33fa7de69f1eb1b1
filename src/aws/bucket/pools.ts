import type { Timing } from "../../core/clock.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { PoolBook } from "../../runs/pools/book.ts";
import { readDocument } from "./document.ts";
import { keys } from "./location.ts";
import type { BucketStore } from "./store.ts";

/**
 * All pools of an environment in one document, so that a step takes places of several at once. Only
 * the notifier's function writes it, by conditional writes.
 */
interface PoolsDocument {
  readonly schema: 1;
  readonly claims: PoolBook;
}

export async function readPools(store: BucketStore): Promise<Result<PoolBook, PlatformError>> {
  const found = await readDocument<PoolsDocument>(store, keys.pools);
  return found.ok ? ok(found.value?.document.claims ?? []) : found;
}

/** Calls of the function that change it at the same moment come one after the other. */
const TRIES = 30;
const LONGEST_PAUSE_MS = 400;

/**
 * Changes it, even while others do: `change` is applied to what is there then, and nothing is
 * written where it gives the very book that it got.
 *
 * @returns the book as it was written
 */
export async function changePools(
  store: BucketStore,
  timing: Timing,
  change: (book: PoolBook) => PoolBook,
): Promise<Result<PoolBook, PlatformError>> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const found = await readDocument<PoolsDocument>(store, keys.pools);
    if (!found.ok) return found;
    const before = found.value?.document.claims ?? [];
    const claims = change(before);
    if (claims === before) return ok(before);
    const document: PoolsDocument = { schema: 1, claims };
    const written = await store.put(
      keys.pools,
      JSON.stringify(document),
      found.value === undefined
        ? { kind: "absent" }
        : { kind: "unchanged", version: found.value.version },
    );
    if (!written.ok) return written;
    if (written.value !== "conflict") return ok(claims);
    await timing.sleep(Math.random() * Math.min(LONGEST_PAUSE_MS, 20 * 2 ** tries));
  }
  return err({
    reason: "unavailable",
    message: `${keys.pools} was changed by others again and again`,
    help: "it is tried again",
  });
}
