import { type ProjectName, projectName, runId } from "../../core/ids.ts";
import type { HistoryEvent } from "../../core/history.ts";
import { minuteOf } from "../../core/clock.ts";
import { ok, type Result } from "../../core/result.ts";
import { foldRun } from "../../runs/fold.ts";
import type { RunSummary } from "../../runs/model.ts";
import type {
  DeadLetter,
  NotFollowed,
  OpenRun,
  UndeployedPromotion,
  WaitingFollower,
  WatchedProject,
  WatchedRun,
  WatchFacts,
} from "../../runs/watch/facts.ts";
import { mapConcurrently } from "../../core/concurrency.ts";
import { allPages } from "../all-pages.ts";
import type { Platform, PlatformError } from "../port.ts";
import type { DeployedSchedule } from "../schedules.ts";
import { expectedFires } from "./expected-fires.ts";
import { notFollowed, whereAllCount } from "./not-followed.ts";
import { waitingFor } from "./waiting.ts";
import type { OwnWatching } from "./own-watching.ts";

/** What is asked of a platform to watch over it. */
export type WatchPort = Pick<
  Platform,
  "environment" | "schedules" | "runs" | "events" | "releaseOf"
> &
  OwnWatching & {
    /** Models that were promoted and not deployed; absent where no registry is asked. */
    readonly promotions?: () => Promise<readonly UndeployedPromotion[]>;
  };

/**
 * EventBridge fires at any second of the minute, and tries a start that failed three times more
 * within the hour, mostly within minutes.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export const AWS_START_GRACE_MS = 15 * 60_000;

/** `esteira up` fires within a second; what it was too busy for comes soon after. */
export const LOCAL_START_GRACE_MS = 2 * 60_000;

/** How far back is looked, in milliseconds. */
export const WATCHED_MS = 24 * 3_600_000;

/**
 * Reads what `watchFindings` compares.
 *
 * @param now milliseconds since the epoch
 * @param watched how far back fires are looked at, in milliseconds; of one project only where
 *   `project` is given
 * @param mostOpened runs in progress whose histories are read, those that have gone longest; all of
 *   them unless given
 */
export async function gatherWatch(
  port: WatchPort,
  now: number,
  {
    watched = WATCHED_MS,
    project,
    mostOpened = Infinity,
  }: {
    readonly watched?: number;
    readonly project?: ProjectName;
    readonly mostOpened?: number;
  } = {},
): Promise<Result<WatchFacts, PlatformError>> {
  const schedules = await port.schedules();
  if (!schedules.ok) return schedules;
  const letters = (await port.deadLetters?.()) ?? ok({ starts: [], unreported: [] });
  if (!letters.ok) return letters;
  const { starts } = letters.value;
  const unstartable = (await port.unstartable?.()) ?? ok([]);
  if (!unstartable.ok) return unstartable;
  const stale = (await port.stale?.()) ?? ok([]);
  if (!stale.ok) return stale;
  const spent = (await port.spent?.()) ?? ok([]);
  if (!spent.ok) return spent;
  const queue = (await port.queued?.()) ?? ok([]);
  if (!queue.ok) return queue;
  const open = await openRuns(port, project, mostOpened);
  if (!open.ok) return open;
  const chosen = schedules.value.filter((one) => project === undefined || one.project === project);
  const byProject = new Map<string, DeployedSchedule>(chosen.map((one) => [one.project, one]));
  const names = new Set([...byProject.keys(), ...open.value.map(({ run }) => run.project)]);
  const projects: WatchedProject[] = [];
  const looked = await mapConcurrently([...names].toSorted(), atATime, (name) =>
    watchProject(port, now, {
      name: name as ProjectName,
      schedule: byProject.get(name),
      open: open.value.filter(({ run }) => run.project === name),
      letters: starts.filter((letter) => letter.project === name),
      queued: new Set(
        queue.value.flatMap((fire) => (fire.project === name ? fire.scheduledTime : [])),
      ),
      watched,
    }),
  );
  for (const found of looked) {
    if (!found.ok) return found;
    projects.push(found.value);
  }
  const followers = await lookAtFollowers(port, chosen, now, queue.value);
  if (!followers.ok) return followers;
  const { waiting, missed } = followers.value;
  const concerned = (letter: { readonly project: string | undefined }): boolean =>
    project === undefined || letter.project === project;
  const promotions = (await port.promotions?.())?.filter(concerned) ?? [];
  return ok({
    environment: port.environment,
    now,
    projects,
    deadLetters: starts.filter(concerned),
    unreported: letters.value.unreported.filter(concerned),
    unstartable: unstartable.value.filter(concerned),
    ...(waiting.length === 0 ? {} : { waiting }),
    ...(missed.length === 0 ? {} : { notFollowed: missed }),
    ...(promotions.length === 0 ? {} : { promotions }),
    ...(spent.value.length === 0 ? {} : { spent: spent.value.filter(concerned) }),
    ...(stale.value.length === 0 ? {} : { stale: stale.value.filter(concerned) }),
  });
}

/** Newest runs of a project that are looked at to say what those that follow it wait for. */
const followedRuns = 5;

/** One question for each project that is followed, and for each that follows. */
async function lookAtFollowers(
  port: WatchPort,
  schedules: readonly DeployedSchedule[],
  now: number,
  queued: readonly { readonly project: string }[],
): Promise<Result<Followers, PlatformError>> {
  const following = schedules.flatMap(({ project, state, after, timezone, since }) =>
    after === undefined || state !== "enabled" ? [] : [{ project, after, timezone, since }],
  );
  const names = new Set(following.flatMap(({ project, after }) => [project, ...after.projects]));
  const asked = await mapConcurrently([...names], atATime, async (name) => ({
    name,
    found: await port.runs({ project: projectName(name) }, { limit: followedRuns }),
  }));
  const runs = new Map<string, readonly RunSummary[]>();
  for (const { name, found } of asked) {
    if (!found.ok) return found;
    runs.set(name, found.value.items);
  }
  const waiting = following.flatMap(
    ({ project, ...rule }) => waitingFor(project, rule, runs) ?? [],
  );
  const retried = port.retriesFollowers === true ? { retried: true as const } : {};
  const due = following
    .flatMap(({ project, ...rule }) => notFollowed(project, rule, runs, followedRuns) ?? [])
    .filter(({ since }) => since + port.startGraceMs < now)
    .filter(({ project }) => !queued.some((fire) => fire.project === project))
    .map((found) => ({ ...found, ...retried }));
  const missed = await whereAllCount(port, due);
  return missed.ok ? ok({ waiting, missed: missed.value }) : missed;
}

interface Followers {
  readonly waiting: readonly WaitingFollower[];
  readonly missed: readonly NotFollowed[];
}

interface Open {
  readonly run: RunSummary;
  readonly facts: OpenRun;
}

interface Wanted {
  readonly name: ProjectName;
  readonly schedule: DeployedSchedule | undefined;
  readonly open: readonly Open[];
  readonly letters: readonly DeadLetter[];
  readonly queued: ReadonlySet<number>;
  readonly watched: number;
}

async function watchProject(
  port: WatchPort,
  now: number,
  { name, schedule, open, letters, queued, watched }: Wanted,
): Promise<Result<WatchedProject, PlatformError>> {
  const from = Math.max(now - watched, schedule?.since ?? 0);
  const fires = schedule === undefined ? [] : expectedFires(schedule, from, now);
  const expected = fires.map((fire) => (queued.has(fire.at) ? { ...fire, queued: true } : fire));
  const times = [
    ...expected.map(({ at }) => at),
    ...letters.flatMap(({ scheduledTime }) => scheduledTime ?? []),
  ];
  const runs = await runsFor(port, name, times, open);
  if (!runs.ok) return runs;
  return ok({
    project: name,
    expected,
    timezone: schedule?.timezone ?? "UTC",
    graceMs: port.startGraceMs + (schedule?.flexibleMinutes ?? 0) * minute,
    runs: runs.value,
    open: open.map(({ facts }) => facts),
  });
}

/** Projects and runs that are looked at together. */
const atATime = 8;
const minute = 60_000;

/**
 * The project's runs since the oldest of these times and one from before where there is one; fewer
 * where all are known to continue or to have succeeded.
 */
async function runsFor(
  port: WatchPort,
  project: ProjectName,
  times: readonly number[],
  open: readonly Open[],
): Promise<Result<readonly WatchedRun[], PlatformError>> {
  const going = open.map(({ run }) => run);
  if (times.length === 0) return ok(going);
  const [oldest, newest] = [Math.min(...times), Math.max(...times)];
  const known =
    (await port.succeeded?.(project, minuteOf(oldest), newest + minute)) ??
    ok(new Map<number, string>());
  if (!known.ok) return known;
  const succeeded = [...known.value].map(([at, run]): WatchedRun => ({
    run,
    status: "SUCCEEDED",
    skipped: false,
    interrupted: false,
    startedAt: at,
    endedAt: undefined,
    scheduledTime: at,
  }));
  // What is in progress is known as well: when everything runs at once, nothing more is asked.
  const started = going.flatMap(({ scheduledTime }) => scheduledTime ?? []);
  const minutes = new Set([...known.value.keys(), ...started].map(minuteOf));
  if (times.every((at) => minutes.has(minuteOf(at)))) return ok([...going, ...succeeded]);
  // Each run of a page may cost a request: most pages need no more runs than there were fires.
  const limit = Math.min(200, times.length + 2);
  const listed = await allPages(
    (page) => port.runs({ project }, page),
    ({ startedAt, scheduledTime }) => startedAt < oldest && scheduledTime !== undefined,
    limit,
  );
  return listed.ok ? ok([...listed.value, ...succeeded]) : listed;
}

async function openRuns(
  port: WatchPort,
  project: ProjectName | undefined,
  most: number,
): Promise<Result<readonly Open[], PlatformError>> {
  const filter = { status: "RUNNING", ...(project === undefined ? {} : { project }) } as const;
  const running = await allPages((page) => port.runs(filter, page));
  if (!running.ok) return running;
  const longest = running.value.toSorted((a, b) => a.startedAt - b.startedAt).slice(0, most);
  const read = await mapConcurrently(longest, atATime, async (run) => ({
    run,
    facts: await openRun(port, run),
  }));
  const open: Open[] = [];
  for (const { run, facts } of read) {
    // What a list says may be a little old; the history isn't.
    if (facts.ok && facts.value.view.status === "RUNNING") open.push({ run, facts: facts.value });
    if (facts.ok) continue;
    // It has ended and been forgotten meanwhile: so much the better.
    if (facts.error.reason !== "not-found") return facts;
  }
  return ok(open);
}

async function openRun(port: WatchPort, run: RunSummary): Promise<Result<OpenRun, PlatformError>> {
  const id = runId(run.run);
  const release = await port.releaseOf(id);
  if (!release.ok) return release;
  const events = await allPages<HistoryEvent>((page) => port.events(id, page));
  if (!events.ok) return events;
  const { steps } = release.value;
  const view = foldRun(events.value, steps);
  const tasks = view.steps.flatMap(({ attempts }) =>
    attempts.flatMap(({ status, log }) => (status === "running" && log !== undefined ? log : [])),
  );
  const waiting =
    tasks.length === 0
      ? ok(undefined)
      : ((await port.waitingForInstance?.(run, tasks)) ?? ok(undefined));
  if (!waiting.ok) return waiting;
  return ok({
    run: run.run,
    view,
    lastEventAt: events.value.at(-1)?.timestamp ?? run.startedAt,
    limits: new Map(steps.map(({ id: step, timeoutSeconds }) => [step, timeoutSeconds])),
    waitingForInstanceSince: waiting.value,
  });
}
