import { projectName, runId } from "../../core/ids.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { runInput } from "../../runs/input.ts";
import type { LocalContext } from "../context.ts";
import { guarded } from "../errors.ts";
import { startFrom } from "../runs/start.ts";
import { deployedNow } from "../store/deployments.ts";
import { putCursor, putFire, removeFire, waitingFires } from "../store/fires.ts";
import { heartbeatEveryMs, ownerPid } from "../store/owner.ts";
import { beatScheduler, claimScheduler, releaseScheduler } from "../store/schedulers.ts";
import { type Due, dueFires, nextDue } from "./due.ts";
import { leftOut, openQueue, type WaitingFire } from "./queue.ts";
import { openRunning, type Running } from "./running.ts";
import { openTimetable, type Entry } from "./timetable.ts";
import type { MissedPolicy } from "../../platform/roles/scheduler.ts";
import type { UpNews } from "../../platform/roles/up-events.ts";

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
const takeUpEveryMs = 30_000;
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
    const since = new Date(claim.by.since).toISOString().replace(/\.\d+Z$/, "Z");
    return err({
      reason: "conflict",
      message: `the schedules of ${environment} are run by the process ${ownerPid(claim.by.owner)} since ${since}`,
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
  const found = waitingFires(store, environment, clock.now());
  const waiting = openQueue(found);
  const timetable = openTimetable(context, { everRan, waiting: waiting.size, report });
  let paused = false;
  /** The last beginning met something that may pass: it is tried again, but not at once. */
  let troubled = false;
  let lastBeat = clock.now();
  let lastTakeUp = -Infinity;
  const running = openRunning(context, report, () => {
    // What the disk refuses now, the next tick meets again and reports.
    void guarded(layout, async () => ok(await beginWaiting()));
  });

  /**
   * Writes down what is due, and until when all is seen to: from then on it survives this process.
   */
  const fire = (now: number): void => {
    const due = timetable
      .due(now)
      .map((entry): [Entry, Due] => [entry, dueFires(entry, entry.since, now, options.policy)]);
    if (due.length === 0) return;
    const news: UpNews[] = [];
    const added: WaitingFire[] = [];
    store.write(() => {
      // What others wrote until now has lower numbers than what is added here: it would never be
      // found afterwards.
      takeNewFires();
      for (const [entry, { fires, missed, until }] of due) {
        const { project, changedAt } = entry;
        if (missed !== undefined) news.push({ kind: "missed", project, ...missed });
        for (const [index, scheduledTime] of fires.entries()) {
          const why = leftOut(entry.overlap, waiting.count(project) + index);
          if (why !== undefined) {
            news.push({ kind: "left-out", project, scheduledTime, why });
            continue;
          }
          const one = putFire(store, environment, project, scheduledTime, now);
          if (one === undefined) continue;
          added.push(one);
        }
        putCursor(store, environment, project, { changedAt, until });
      }
    });
    for (const [entry, { until }] of due) {
      entry.since = until;
      entry.nextAt = nextDue(entry, until);
    }
    const since = clock.now();
    for (const one of added) {
      newestFire = Math.max(newestFire, one.id);
      const fire = { ...one, since };
      waiting.add(fire);
      unreported.push(fire);
    }
    for (const one of news) report(one);
  };

  /** One after the other: the news that a run has ended comes in between. */
  let beginning: Promise<void> | undefined;
  const beginWaiting = (): Promise<void> => {
    beginning ??= begin().finally(() => {
      beginning = undefined;
    });
    return beginning;
  };
  const unreported: WaitingFire[] = [];
  /** What other processes have written since, and the ends of runs here. */
  let newestFire = found.at(-1)?.id ?? 0;
  const takeNewFires = (): void => {
    for (const fire of waitingFires(store, environment, clock.now(), newestFire)) {
      newestFire = fire.id;
      waiting.add(fire);
      unreported.push(fire);
    }
  };
  const begin = async (): Promise<void> => {
    takeNewFires();
    const enough = performance.now() + beginForMs;
    while (running.count() < options.maxRuns) {
      const next = paused ? undefined : waiting.next(running.byProject());
      if (next === undefined) break;
      // What is due is written down before anything else is done.
      if (performance.now() > enough || (timetable.next()?.nextAt ?? Infinity) <= clock.now())
        return;
      const begun = await beginOne(next);
      if (!begun) break;
    }
    const fires = unreported.splice(0).filter((fire) => waiting.has(fire));
    if (fires.length === 0) return;
    const projects = [...new Set(fires.map(({ project }) => project))];
    report({ kind: "waiting", count: fires.length, projects });
  };

  /** False where it is to be tried again later: the disk is full, or the database is busy. */
  const beginOne = async (next: WaitingFire): Promise<boolean> => {
    const { project, scheduledTime } = next;
    const remove = (): void => removeFire(store, next.id);
    const started = await guarded(layout, async () => {
      const deploy = deployedNow(store, environment, projectName(project));
      if (deploy === undefined) return err(gone(project));
      const { start } = next;
      const input =
        start?.input ??
        runInput({
          scheduled_time: new Date(scheduledTime).toISOString().replace(".000Z", "Z"),
          trigger: "schedule",
        });
      // A run that is lost with the power waits again then: its fire was durable before, and
      // nothing had been done for it.
      const id = start === undefined ? {} : { id: runId(start.run) };
      const options = { mode: "follow", within: remove, durability: "relaxed", ...id } as const;
      return startFrom(context, deploy, input, "start", options);
    });
    if (!started.ok && passes(started.error)) {
      report({ kind: "trouble", error: started.error });
      troubled = true;
      return false;
    }
    troubled = false;
    waiting.shift(project);
    if (started.ok) {
      // Where a run of that id was there, nothing was done for the fire.
      if (next.start !== undefined) store.write(remove);
      const now = clock.now();
      const [lateMs, waitedMs] = [now - scheduledTime, now - next.since];
      report({ kind: "fired", project, scheduledTime, run: started.value, lateMs, waitedMs });
      running.follow(started.value, project);
    } else {
      store.write(remove);
      report({ kind: "refused", project, scheduledTime, error: started.error });
    }
    return true;
  };

  return {
    running,
    waiting: () => waiting.size,
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
        fire(now);
        if (now - lastTakeUp >= takeUpEveryMs || now < lastTakeUp) {
          lastTakeUp = now;
          await running.takeUp();
        }
        await beginWaiting();
        if (waiting.size > 0 && running.count() < options.maxRuns && !troubled) return ok(0);
        return ok(Math.max(0, (timetable.next()?.nextAt ?? Infinity) - clock.now()));
      }),
    pause: () => {
      paused = true;
    },
    close: () => releaseScheduler(store, environment, owner),
  };
}

/** Whether it may go better in a moment, by itself or when somebody has freed some space. */
function passes({ reason }: PlatformError): boolean {
  return reason === "limit" || reason === "unavailable" || reason === "permission";
}

function gone(project: string): PlatformError {
  return {
    reason: "not-deployed",
    message: `${project} is not deployed any more`,
    resource: project,
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
