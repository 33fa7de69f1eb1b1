import { statSync } from "node:fs";
import { join } from "node:path";

import { attemptFiles } from "./executors/attempt-files.ts";
import type { Store } from "./store/store.ts";

/** How often a waiting follower looks, in milliseconds: one short query and a `stat` for each attempt that runs. */
const lookEveryMs = 25;

/** Tells followers that there may be something new. */
export interface Changes {
  /** See `Platform.changed`. What came since the last call for the run resolves at once. */
  wait(run: string, timeoutMs: number, signal?: AbortSignal): Promise<void>;
  close(): void;
}

export function openChanges(store: Store): Changes {
  /** What the run looked like when its followers were told last. */
  const seen = new Map<string, string>();
  const closing = new AbortController();

  return {
    wait(run, timeoutMs, signal) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const end = performance.now() + timeoutMs;
      let timer: NodeJS.Timeout | undefined;
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        closing.signal.removeEventListener("abort", done);
        resolve();
      };
      const look = (): void => {
        const now = fingerprint(store, run);
        if (now !== seen.get(run)) {
          seen.set(run, now);
          done();
          return;
        }
        const left = end - performance.now();
        if (left <= 0) done();
        else timer = setTimeout(look, Math.min(lookEveryMs, left));
      };
      if (signal?.aborted === true || closing.signal.aborted) return Promise.resolve();
      signal?.addEventListener("abort", done, { once: true });
      closing.signal.addEventListener("abort", done, { once: true });
      look();
      return promise;
    },
    close: () => closing.abort(),
  };
}

/** Differs when events, state or output of the run do. */
function fingerprint(store: Store, run: string): string {
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
