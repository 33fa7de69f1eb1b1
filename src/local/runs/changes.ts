import { statSync } from "node:fs";
import { join } from "node:path";

import { attemptFiles } from "../executors/attempt-files.ts";
import type { Store } from "../store/store.ts";

/**
 * How often a waiting follower looks, in milliseconds: one short query and a `stat` for each
 * attempt that runs.
 */
const lookEveryMs = 25;

/** Notifies followers that there may be something new. */
export interface Changes {
  /**
   * See `Platform.changed`. What came since the follower's last call for the run resolves at once,
   * and so does its first call.
   */
  wait(run: string, timeoutMs: number, follower?: AbortSignal): Promise<void>;
  close(): void;
}

export function openChanges(store: Store): Changes {
  /** What each run looked like when a follower was answered last. */
  const seen = new WeakMap<AbortSignal, Map<string, string>>();
  const unnamed = new AbortController().signal;
  const closing = new AbortController();

  const lastSeenBy = (follower: AbortSignal): Map<string, string> => {
    const last = seen.get(follower) ?? new Map<string, string>();
    seen.set(follower, last);
    return last;
  };

  return {
    wait(run, timeoutMs, follower = unnamed) {
      if (follower.aborted || closing.signal.aborted) return Promise.resolve();
      const last = lastSeenBy(follower);
      const { promise, resolve } = Promise.withResolvers<void>();
      const end = performance.now() + timeoutMs;
      let timer: NodeJS.Timeout | undefined;
      const done = (): void => {
        clearTimeout(timer);
        follower.removeEventListener("abort", done);
        closing.signal.removeEventListener("abort", done);
        resolve();
      };
      const look = (): void => {
        const now = fingerprint(store, run);
        const left = end - performance.now();
        if (now !== last.get(run) || left <= 0) {
          last.set(run, now);
          done();
        } else {
          timer = setTimeout(look, Math.min(lookEveryMs, left));
        }
      };
      follower.addEventListener("abort", done, { once: true });
      closing.signal.addEventListener("abort", done, { once: true });
      look();
      return promise;
    },
    close: () => closing.abort(),
  };
}

/**
 * Differs when events, state or output of the run do. What can't be read differs from itself: who
 * reads next gets the reason.
 */
function fingerprint(store: Store, run: string): string {
  try {
    return fingerprintOf(store, run);
  } catch {
    return String(performance.now());
  }
}

function fingerprintOf(store: Store, run: string): string {
  const row = store.get(
    "SELECT id, status, event_count, owner_epoch, owner IS NULL AS left FROM runs WHERE run = ?",
    run,
  );
  if (row === undefined) return "";
  const live = store.all(
    "SELECT task, directory FROM attempts INDEXED BY attempts_live WHERE state <> 'ended' AND run = ?",
    Number(row["id"]),
  );
  const logs = live.map(({ task, directory }) => {
    const log = statSync(join(String(directory), attemptFiles.log), { throwIfNoEntry: false });
    return `${String(task)}:${log?.size ?? 0}`;
  });
  return JSON.stringify([row, logs]);
}
