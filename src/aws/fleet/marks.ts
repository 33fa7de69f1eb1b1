import { mapConcurrently } from "../../core/concurrency.ts";
import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { isWorse, severityOf, type Severity } from "../../platform/roles/fleet.ts";
import { nightOf } from "../../schedule/nights.ts";
import { timeLeft } from "../bucket/ledger.ts";
import { keys } from "../bucket/location.ts";
import { listAll, type BucketStore } from "../bucket/store.ts";
import { type IndexedRun, packed, packedRun, unpacked } from "./packed-run.ts";

/**
 * The index is a set of marks that say what they say by their keys, and that never contradict each
 * other: of the marks below one prefix the last in the order of keys is the newest, and only those
 * before it are ever removed. So the same events make the same index in whatever order they come,
 * however often, and with however many calls at work at once, without a lock.
 */
async function keepNewest(
  store: BucketStore,
  prefix: string,
  rest: string,
): Promise<Result<void, PlatformError>> {
  const put = await store.put(prefix + rest, mark);
  if (!put.ok) return put;
  const listed = await listAll(store, prefix);
  return listed.ok ? removeAll(store, dominated(listed.value.map(({ key }) => key))) : listed;
}

/** What a mark says is its key. */
const mark = JSON.stringify({ schema: 1 });

/** All but the last. */
function dominated(sorted: readonly string[]): readonly string[] {
  return sorted.slice(0, -1);
}

/** Removes marks that others have made superfluous; gone already is success. */
export async function removeAll(
  store: BucketStore,
  marks: readonly string[],
): Promise<Result<void, PlatformError>> {
  const removed = await mapConcurrently(marks, 16, (key) => store.remove(key));
  return removed.find(({ ok: done }) => !done) ?? ok(undefined);
}

/** Notes that a run goes, unless it is known to have ended: events of starts may come late. */
export async function noteStart(
  store: BucketStore,
  one: IndexedRun,
): Promise<Result<void, PlatformError>> {
  const { project, run, startedAt } = one.run;
  const prefix = keys.fleetOpen(project, run);
  const opened = await keepNewest(
    store,
    prefix,
    `${digits(one.redriveCount, 4)}/${packedRun(one)}`,
  );
  if (!opened.ok) return opened;
  // Who notes the end does so before it removes what this has written: one of both sees it.
  const ends = await listAll(store, keys.fleetRun(timeLeft(startedAt), run));
  if (!ends.ok) return ends;
  const [, redrives] = ends.value.at(-1)?.key.split("/").slice(-3) ?? [];
  return redrives === undefined ? ok(undefined) : removeOpen(store, one.run, Number(redrives));
}

/** Removes what says that a run goes, of this try and those before. */
export async function removeOpen(
  store: BucketStore,
  { project, run }: IndexedRun["run"],
  redriveCount: number,
): Promise<Result<void, PlatformError>> {
  const listed = await listAll(store, keys.fleetOpen(project, run));
  if (!listed.ok) return listed;
  const over = listed.value.filter(({ key }) => Number(key.split("/").at(-2)) <= redriveCount);
  return removeAll(
    store,
    over.map(({ key }) => key),
  );
}

/**
 * Notes how a run has ended.
 *
 * @param zone IANA name of the zone in which it belongs to a night
 */
export async function noteEnd(
  store: BucketStore,
  one: IndexedRun,
  zone: string,
): Promise<Result<void, PlatformError>> {
  const { run, project, startedAt } = one.run;
  const [redrives, text] = [digits(one.redriveCount, 4), packedRun(one)];
  const began = digits(startedAt, 13);
  const acts = [
    () => countForNight(store, one, nightOf(startedAt, zone)),
    () => keepNewest(store, keys.fleetLast(project), `${began}/${run}/${redrives}/${text}`),
    // The last but one: an end that a list of runs shows is in all the rest.
    () =>
      keepNewest(store, keys.fleetRun(timeLeft(startedAt), run), `${project}/${redrives}/${text}`),
    () => removeOpen(store, one.run, one.redriveCount),
  ];
  for (const act of acts) {
    const done = await act();
    if (!done.ok) return done;
  }
  return ok(undefined);
}

/** What a project did in one night, as its row's key says it. */
export interface NightRow {
  readonly night: string;
  readonly project: string;
  readonly outcome: Severity;
  readonly runs: number;
  /** The newest of those that came to that. */
  readonly run: string;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
}

/**
 * Adds an end to the row of its night. The row is made of all ends that are there once this one is,
 * and its key begins with how many those are: one that was made of fewer gives way.
 */
async function countForNight(
  store: BucketStore,
  { run: summary, redriveCount }: IndexedRun,
  night: string,
): Promise<Result<void, PlatformError>> {
  const { run, project, startedAt, endedAt } = summary;
  const prefix = keys.fleetSeen(night, project);
  const end = packed([severityOf(summary), startedAt, endedAt ?? null]);
  const seen = await store.put(`${prefix}${run}/${digits(redriveCount, 4)}/${end}`, mark);
  if (!seen.ok) return seen;
  const listed = await listAll(store, prefix);
  if (!listed.ok) return listed;
  const ends = endsOf(listed.value.map(({ key }) => key.slice(prefix.length)));
  const [row] = ends.toSorted(worstFirst);
  if (row === undefined) return ok(undefined);
  const tries = ends.reduce((sum, one) => sum + one.redriveCount + 1, 0);
  const text = packed([row.outcome, ends.length, row.run, row.startedAt, row.endedAt]);
  return keepNewest(store, keys.fleetDay(night, project), `${digits(tries, 6)}/${text}`);
}

interface End {
  readonly run: string;
  readonly redriveCount: number;
  readonly outcome: Severity;
  readonly startedAt: number;
  readonly endedAt: number | null;
}

/** The newest end of each run. */
function endsOf(marks: readonly string[]): readonly End[] {
  const ends = new Map<string, End>();
  for (const seen of marks) {
    const [run = "", redrives = "", text = ""] = seen.split("/");
    const said = unpacked(text) as [Severity, number, number | null] | undefined;
    if (said === undefined) continue;
    const [outcome, startedAt, endedAt] = said;
    // Keys are sorted: a later one of the same run is of a later try.
    ends.set(run, { run, redriveCount: Number(redrives), outcome, startedAt, endedAt });
  }
  return [...ends.values()];
}

/** The worst, and of those the newest. */
function worstFirst(a: End, b: End): number {
  if (a.outcome !== b.outcome) return isWorse(a.outcome, b.outcome) ? -1 : 1;
  return b.startedAt - a.startedAt || (a.run < b.run ? 1 : -1);
}

/** The rows that keys of nights say; of several of one night the newest. */
export function nightRows(marks: readonly string[]): readonly NightRow[] {
  const rows = new Map<string, NightRow>();
  for (const key of marks) {
    const [, , night = "", project = "", , text = ""] = key.split("/");
    const said = unpacked(text) as [Severity, number, string, number, number | null] | undefined;
    if (said === undefined) continue;
    const [outcome, runs, run, startedAt, endedAt] = said;
    const row = { night, project, outcome, runs, run, startedAt, endedAt: endedAt ?? undefined };
    rows.set(`${night} ${project}`, row);
  }
  return [...rows.values()];
}

function digits(number: number, count: number): string {
  return String(number).padStart(count, "0");
}
