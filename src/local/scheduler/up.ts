import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { LocalContext } from "../context.ts";
import { openWatcher } from "../arrivals/watcher.ts";
import { openDuties } from "./duties.ts";
import { openScheduler, type Scheduler } from "./scheduler.ts";
import type { UpNews } from "../../platform/roles/up-events.ts";
import type { UpOptions } from "../../platform/roles/scheduler.ts";

/**
 * No wait is longer: timers stand still while a machine sleeps, and neither a clock that was set
 * nor a deploy by another process is announced to anybody. In milliseconds.
 */
const longestPauseMs = 1000;
/** Timers are late on a loaded machine by seconds; a clock that was set, or a sleep, is more. */
const clockJumpMs = 30_000;

/** Runs the environment's schedules until it is asked to end; see `docs/reference/schedules.md`. */
export async function runUp(
  context: LocalContext,
  options: UpOptions,
): Promise<Result<void, PlatformError>> {
  const { clock } = context;
  const { signal } = options;
  let trouble: string | undefined;
  let troubled = false;
  const report = (news: UpNews): void => {
    if (news.kind === "trouble") {
      troubled = true;
      if (trouble === news.error.message) return;
      trouble = news.error.message;
    }
    options.listener({ at: clock.now(), ...news });
  };
  const opened = openScheduler(context, { ...options, report });
  if (!opened.ok) return opened;
  const scheduler = opened.value;
  const duties = openDuties(options.duties, report);
  const watcher = openWatcher(context, report);
  const pause = options.pause ?? realPause;
  try {
    let before = { wall: clock.now(), steady: performance.now() };
    while (!signal.aborted) {
      const now = { wall: clock.now(), steady: performance.now() };
      const byMs = now.wall - before.wall - (now.steady - before.steady);
      if (Math.abs(byMs) > clockJumpMs) report({ kind: "clock", byMs });
      before = now;
      troubled = false;
      // Beside everything else: a folder may be on a disk that hangs.
      void watcher.look(now.steady);
      const ticked = await scheduler.tick();
      if (!ticked.ok && ticked.error.reason === "conflict") return ticked;
      if (!ticked.ok) report({ kind: "trouble", error: ticked.error });
      if (!troubled && trouble !== undefined) {
        trouble = undefined;
        report({ kind: "recovered" });
      }
      duties.look(now.steady);
      options.state?.({
        next: scheduler.next(),
        running: scheduler.running.count(),
        waiting: scheduler.waiting(),
      });
      const wanted = ticked.ok ? ticked.value : longestPauseMs;
      await pause(Math.min(longestPauseMs, wanted), signal);
    }
    await drain(scheduler, options, report);
    return ok(undefined);
  } finally {
    scheduler.pause();
    await Promise.all([duties.close(), watcher.close()]);
    scheduler.close();
  }
}

async function drain(
  scheduler: Scheduler,
  options: UpOptions,
  report: (news: UpNews) => void,
): Promise<void> {
  scheduler.pause();
  const waiting = scheduler.waiting();
  report({ kind: "stopping", running: scheduler.running.count(), waiting });
  if (options.drainMs > 0 && scheduler.running.count() > 0) {
    const enough = new AbortController();
    const hurry = AbortSignal.any([enough.signal, ...(options.hurry ? [options.hurry] : [])]);
    // Its heartbeat says that it is alive all that time.
    const beating = (async () => {
      while (!hurry.aborted) {
        await scheduler.tick();
        await realPause(longestPauseMs, hurry);
      }
    })();
    await Promise.race([scheduler.running.idle(), realPause(options.drainMs, hurry)]);
    enough.abort();
    await beating;
  }
  report({ kind: "stopped", handedOver: scheduler.running.runs(), waiting });
}

function realPause(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    // Longer ones than a timer can be are none.
    const timer = setTimeout(done, Math.min(Math.ceil(milliseconds), 0x7fffffff));
    signal.addEventListener("abort", done, { once: true });
  });
}
