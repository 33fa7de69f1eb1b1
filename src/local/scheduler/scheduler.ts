import { err, ok, type Result } from "../../core/result.ts";
import { relative } from "../../core/text.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { MissedPolicy } from "../../platform/roles/scheduler.ts";
import type { UpNews } from "../../platform/roles/up-events.ts";
import type { LocalContext } from "../context.ts";
import { guarded } from "../errors.ts";
import { removeFire } from "../store/fires.ts";
import { heartbeatEveryMs, ownerPid } from "../store/owner.ts";
import { beatScheduler, claimScheduler, releaseScheduler } from "../store/schedulers.ts";
import { beginFire, passes } from "./begin-fire.ts";
import type { WaitingFire } from "./queue.ts";
import { openRunning, type Running } from "./running.ts";
import { openTimetable, type Entry } from "./timetable.ts";
import { openWaiting } from "./waiting.ts";
import { writeDue } from "./write-due.ts";

export interface SchedulerOptions {
  readonly policy: MissedPolicy;
  /** Runs at the same time. */
  readonly maxRuns: number;
  readonly report: (news: UpNews) => void;
}

/** Runs the schedules of one environment. Nothing happens but in `tick` and when a run ends. */
export interface Scheduler {
  /**
   * Does what is due. Gives how many milliseconds later there is something to do again, as far as
   * is known now.
   */
  tick(): Promise<Result<number, PlatformError>>;
  /** What fires next. */
  next(): Pick<Entry, "project" | "nextAt" | "timezone"> | undefined;
  readonly running: Running;
  waiting(): number;
  /** Begins nothing any more. */
  pause(): void;
  /** Releases the schedules; running runs stay with the one who closes the platform. */
  close(): void;
}

/** How often runs whose process is gone are looked for. */
const resumeEveryMs = 30_000;
/**
 * Where thousands of fires wait for runs that end at once, there is a look at the rest of the world
 * this often.
 */
const beginForMs = 1000;

/** Takes the environment's schedules, or says which process has them. */
export function openScheduler(
  context: LocalContext,
  options: SchedulerOptions,
): Result<Scheduler, PlatformError> {
  const { store, environment, clock, owner } = context;
  const claim = claimScheduler(store, environment, owner, clock.now());
  if (claim.kind === "held") {
    const began = relative(claim.by.since, clock.now());
    return err({
      reason: "conflict",
      message: `the schedules of ${environment} are run by the process ${ownerPid(claim.by.owner)}, which began ${began}`,
      help: "One is enough. End that one first if this one is to take over.",
      resource: environment,
    });
  }
  return ok(schedulerOver(context, options, claim.before !== undefined));
}

function schedulerOver(
  context: LocalContext,
  options: SchedulerOptions,
  everRan: boolean,
): Scheduler {
  const { store, environment, clock, owner, layout } = context;
  const { report } = options;
  const waiting = openWaiting(context);
  const { queue } = waiting;
  const timetable = openTimetable(context, { everRan, waiting: queue.size, report });
  let paused = false;
  /** The last beginning met something that may pass: it is tried again, but not at once. */
  let troubled = false;
  let lastBeat = clock.now();
  let lastResumed = -Infinity;
  const running = openRunning(context, report, () => {
    // What the disk refuses now, the next tick meets again and reports.
    void guarded(layout, async () => ok(await beginWaiting()));
  });

  /** One after the other: the news that a run has ended comes in between. */
  let beginning: Promise<void> | undefined;
  const beginWaiting = (): Promise<void> => {
    beginning ??= begin().finally(() => {
      beginning = undefined;
    });
    return beginning;
  };
  const begin = async (): Promise<void> => {
    waiting.takeNew();
    const enough = performance.now() + beginForMs;
    while (running.count() < options.maxRuns) {
      const next = paused ? undefined : queue.next(running.byProject());
      if (next === undefined) break;
      // What is due is written down before anything else is done.
      if (performance.now() > enough || (timetable.next()?.nextAt ?? Infinity) <= clock.now())
        return;
      const begun = await beginOne(next);
      if (!begun) break;
    }
    const fires = waiting.unreported();
    if (fires.length === 0) return;
    const projects = [...new Set(fires.map(({ project }) => project))];
    report({ kind: "waiting", count: fires.length, projects });
  };

  /** False where it is to be tried again later: the disk is full, or the database is busy. */
  const beginOne = async (next: WaitingFire): Promise<boolean> => {
    const { project, scheduledTime } = next;
    const started = await beginFire(context, next);
    troubled = !started.ok && passes(started.error);
    if (!started.ok && troubled) {
      report({ kind: "trouble", error: started.error });
      return false;
    }
    queue.shift(project);
    // Where a run of that id was there, nothing was done for the fire.
    if (!started.ok || next.start !== undefined) store.write(() => removeFire(store, next.id));
    if (started.ok) {
      const now = clock.now();
      const [lateMs, waitedMs] = [now - scheduledTime, now - next.since];
      report({ kind: "fired", project, scheduledTime, run: started.value, lateMs, waitedMs });
      running.follow(started.value, project);
    } else {
      report({ kind: "refused", project, scheduledTime, error: started.error });
    }
    return true;
  };

  return {
    running,
    waiting: () => queue.size,
    next: () => timetable.next(),
    tick: () =>
      guarded(layout, async () => {
        const now = clock.now();
        if (now - lastBeat >= heartbeatEveryMs || now < lastBeat) {
          if (!beatScheduler(store, environment, owner, now)) return err(taken(environment));
          lastBeat = now;
        }
        if (paused) return ok(heartbeatEveryMs);
        timetable.refresh(now);
        for (const news of writeDue(context, timetable, waiting, options.policy, now)) report(news);
        if (now - lastResumed >= resumeEveryMs || now < lastResumed) {
          lastResumed = now;
          await running.resumeRuns();
        }
        await beginWaiting();
        if (queue.size > 0 && running.count() < options.maxRuns && !troubled) return ok(0);
        return ok(Math.max(0, (timetable.next()?.nextAt ?? Infinity) - clock.now()));
      }),
    pause: () => {
      paused = true;
    },
    close: () => releaseScheduler(store, environment, owner),
  };
}

function taken(environment: string): PlatformError {
  return {
    reason: "conflict",
    message: `another process runs the schedules of ${environment} now`,
    help: "This one was considered dead: it has given no sign of life for half a minute.",
    resource: environment,
  };
}
