import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { timeLeft } from "../bucket/ledger.ts";
import { keys } from "../bucket/location.ts";
import { listAll, type BucketStore } from "../bucket/store.ts";
import { nightRows, type NightRow } from "./marks.ts";
import { type IndexedRun, runFrom, type RunPlace } from "./packed-run.ts";

/** What the index says of all projects. */
export interface FleetMarks {
  /** Nights since the one that was asked for; none where none was. */
  readonly nights: readonly NightRow[];
  /** How the newest run of each project ended that has ended. */
  readonly last: ReadonlyMap<string, IndexedRun>;
  /** Runs that go, by their names. */
  readonly open: ReadonlyMap<string, IndexedRun>;
}

/** Comes behind all that a key has. */
const behind = "~";
/** As many as S3 lists at once. */
const limit = 1000;

/**
 * One listing: a request a thousand marks. Of 500 projects one or two for how they are, and seven
 * more for their last 14 nights.
 *
 * @param sinceNight `20260131`; absent: no nights
 */
export async function readMarks(
  store: BucketStore,
  place: RunPlace,
  sinceNight?: string,
): Promise<Result<FleetMarks, PlatformError>> {
  const from = sinceNight === undefined ? keys.fleetLasts : `${keys.fleetDays}${sinceNight}/`;
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.list(
      keys.fleet,
      { limit, ...(cursor === undefined ? {} : { cursor }) },
      from,
    );
    if (!page.ok) return page;
    for (const { key } of page.value.items) found.push(key);
    // What comes behind the runs that go is for others.
    cursor = (found.at(-1) ?? "") < keys.fleetOpens + behind ? page.value.next : undefined;
  } while (cursor !== undefined);
  const of = (prefix: string): string[] => found.filter((key) => key.startsWith(prefix));
  return ok({
    nights: nightRows(of(keys.fleetDays)),
    last: lastOf(of(keys.fleetLasts), place),
    open: openOf(of(keys.fleetOpens), place),
  });
}

/** Runs that go, by their names: a request a thousand. */
export async function readOpen(
  store: BucketStore,
  place: RunPlace,
): Promise<Result<ReadonlyMap<string, IndexedRun>, PlatformError>> {
  const listed = await listAll(store, keys.fleetOpens);
  if (!listed.ok) return listed;
  return ok(
    openOf(
      listed.value.map(({ key }) => key),
      place,
    ),
  );
}

/** What the index says of one project, in two requests. */
export async function readProjectMarks(
  store: BucketStore,
  place: RunPlace,
  project: string,
): Promise<Result<FleetMarks, PlatformError>> {
  const [last, open] = await Promise.all([
    listAll(store, keys.fleetLast(project)),
    listAll(store, keys.fleetOpensOf(project)),
  ]);
  if (!last.ok) return last;
  if (!open.ok) return open;
  const [lasts, opens] = [last, open].map(({ value }) => value.map(({ key }) => key));
  return ok({
    nights: [],
    last: lastOf(lasts ?? [], place),
    open: openOf(opens ?? [], place),
  });
}

/** Runs that have ended, newest first. */
export interface EndedRuns {
  readonly runs: readonly IndexedRun[];
  /** There are no older ones. */
  readonly all: boolean;
}

/** Where a list of runs continues: behind this one. */
export interface Behind {
  readonly startedAt: number;
  readonly run: string;
}

/**
 * The newest runs that have ended, a request a thousand.
 *
 * @param enough whether what there is by then does
 */
export async function readEnded(
  store: BucketStore,
  place: RunPlace,
  {
    after,
    enough,
  }: { after?: Behind | undefined; enough: (runs: readonly IndexedRun[]) => boolean },
): Promise<Result<EndedRuns, PlatformError>> {
  const start =
    after === undefined
      ? undefined
      : `${keys.fleetRuns}${timeLeft(after.startedAt)}-${after.run}/${behind}`;
  const runs = new Map<string, IndexedRun>();
  let cursor: string | undefined;
  do {
    const page = await store.list(
      keys.fleetRuns,
      { limit, ...(cursor === undefined ? {} : { cursor }) },
      start,
    );
    if (!page.ok) return page;
    for (const { key } of page.value.items) {
      // fleet/runs/{left}-{run}/{project}/{redrives}/{text}
      const [, , leftAndRun = "", project = "", redrives = "", text = ""] = key.split("/");
      const run = leftAndRun.slice(leftAndRun.indexOf("-") + 1);
      const one = runFrom(text, { project, run, redriveCount: Number(redrives) }, place);
      if (one !== undefined) runs.set(run, one);
    }
    cursor = page.value.next;
  } while (cursor !== undefined && !enough([...runs.values()]));
  return ok({ runs: [...runs.values()], all: cursor === undefined });
}

function lastOf(marks: readonly string[], place: RunPlace): ReadonlyMap<string, IndexedRun> {
  return new Map(
    marks.flatMap((key): [string, IndexedRun][] => {
      // fleet/last/{project}/{began}/{run}/{redrives}/{text}
      const [, , project = "", , run = "", redrives = "", text = ""] = key.split("/");
      const one = runFrom(text, { project, run, redriveCount: Number(redrives) }, place);
      return one === undefined ? [] : [[project, one]];
    }),
  );
}

function openOf(marks: readonly string[], place: RunPlace): ReadonlyMap<string, IndexedRun> {
  return new Map(
    marks.flatMap((key): [string, IndexedRun][] => {
      // fleet/open/{project}/{run}/{redrives}/{text}
      const [, , project = "", run = "", redrives = "", text = ""] = key.split("/");
      const one = runFrom(text, { project, run, redriveCount: Number(redrives) }, place);
      return one === undefined ? [] : [[run, one]];
    }),
  );
}

/** The newest run of each project, whether it goes or has ended. */
export function newestRuns({ last, open }: FleetMarks): ReadonlyMap<string, IndexedRun> {
  const newest = new Map(last);
  for (const one of open.values()) {
    const before = newest.get(one.run.project);
    if (before === undefined || isNewer(one, before)) newest.set(one.run.project, one);
  }
  return newest;
}

/** Whether a run that goes is newer than one that has ended, or the same run that goes again. */
function isNewer(going: IndexedRun, ended: IndexedRun): boolean {
  if (going.run.run === ended.run.run) return going.redriveCount > ended.redriveCount;
  return going.run.startedAt > ended.run.startedAt;
}
