import { runId } from "../../core/ids.ts";
import type { RunId } from "../../core/ids.ts";
import { isSettled } from "./open-run.ts";
import type { RunsSession } from "./runs-session.ts";

/** Between two looks at a run, at first and at most. Milliseconds. */
const firstMs = 1000;
const longestMs = 10_000;

/** Waits on behalf of followers; see `Platform.changed`. */
export interface Waits {
  wait(run: RunId, timeoutMs: number, follower: AbortSignal | undefined): Promise<void>;
  close(): void;
}

/**
 * AWS notifies nobody that something has happened, so followers look again after a while: at first
 * each second, and less and less often while there is nothing new, so that a dozen of them stay far
 * below the account's quotas.
 */
export function openWaits(session: RunsSession): Waits {
  /** How often each follower has waited for each run. */
  const seen = new WeakMap<AbortSignal, Map<string, number>>();
  const unnamed = new AbortController().signal;
  const closing = new AbortController();
  return {
    async wait(run, timeoutMs, follower = unnamed) {
      const known = seen.get(follower) ?? new Map<string, number>();
      seen.set(follower, known);
      const waited = known.get(run);
      known.set(run, (waited ?? -1) + 1);
      if (waited === undefined) return; // all of it is new
      const opened = session.open.get(runId(run));
      const over = opened !== undefined && isSettled(session, opened);
      // Of a run that has ended only its last lines are to come, and soon.
      if (opened?.history.ended === true) opened.quiet = 0;
      // Who reads nothing of it, and only asks whether it has ended, sees no news.
      const due = Math.min(firstMs * 1.5 ** (opened?.quiet ?? waited), longestMs);
      if (opened !== undefined) opened.quiet += 1;
      const signal = AbortSignal.any([follower, closing.signal]);
      try {
        await session.context.timing.sleep(over ? timeoutMs : Math.min(due, timeoutMs), signal);
      } catch {
        // Nobody waits any more.
      }
    },
    close: () => closing.abort(),
  };
}
