import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { BucketStore } from "../bucket/store.ts";
import { isRunning, type ListedExecution } from "../runs/execution.ts";
import { noteEnd, noteStart, removeOpen } from "./marks.ts";
import type { IndexedRun } from "./packed-run.ts";
import type { FleetMarks } from "./reading.ts";

/** What the index is compared with. */
export interface RunTruth {
  /** The project's executions that began since a time, and at least its newest ones. */
  readonly since: (
    project: string,
    since: number,
  ) => Promise<Result<readonly ListedExecution[], PlatformError>>;
  /** The run as it is now; undefined where nobody knows it any more. */
  readonly run: (
    project: string,
    run: Pick<ListedExecution, "run"> & Partial<ListedExecution>,
  ) => Promise<Result<IndexedRun | undefined, PlatformError>>;
  /** The newest run that only the ledger knows. */
  readonly remembered: (project: string) => Promise<Result<IndexedRun | undefined, PlatformError>>;
}

/** What is known by marks when the look begins. */
export interface Known extends Pick<FleetMarks, "last" | "open"> {
  /** Ends of runs that began since the time that is looked back to, by run. */
  readonly ended: ReadonlyMap<string, IndexedRun>;
}

/**
 * Compares the marks of a project with what is so and adds what is missing: events may have been
 * lost, and who wrote marks may have died in between. Nothing is taken away but what says that a
 * run goes which has ended.
 *
 * @param since how far back runs are compared, in milliseconds since the epoch
 * @returns how many runs were not as the marks had them
 */
export async function repairProject(
  store: BucketStore,
  truth: RunTruth,
  known: Known,
  { project, zone, since }: { readonly project: string; readonly zone: string; since: number },
): Promise<Result<number, PlatformError>> {
  const listed = await truth.since(project, since);
  if (!listed.ok) return listed;
  const wrong = new Map<string, Pick<ListedExecution, "run"> & Partial<ListedExecution>>();
  const ended = listed.value.filter((one) => !isRunning(one));
  const newest = ended.toSorted((a, b) => b.startedAt - a.startedAt)[0];
  for (const one of listed.value) {
    const open = known.open.get(one.run);
    const lacks = isRunning(one)
      ? !isKnown(open, one)
      : isOver(open, one) || (one.startedAt >= since && !isKnown(known.ended.get(one.run), one));
    if (lacks) wrong.set(one.run, one);
  }
  const last = known.last.get(project);
  if (newest !== undefined && !isAtLeast(last, newest)) wrong.set(newest.run, newest);
  const there = new Set(listed.value.map(({ run }) => run));
  for (const { run } of known.open.values()) {
    if (run.project === project && !there.has(run.run)) wrong.set(run.run, { run: run.run });
  }
  for (const one of wrong.values()) {
    const noted = await note(store, truth, known, { project, zone }, one);
    if (!noted.ok) return noted;
  }
  if (last !== undefined || newest !== undefined) return ok(wrong.size);
  const old = await truth.remembered(project);
  if (!old.ok) return old;
  if (old.value === undefined) return ok(wrong.size);
  const noted = await noteEnd(store, old.value, zone);
  return noted.ok ? ok(wrong.size + 1) : noted;
}

async function note(
  store: BucketStore,
  truth: RunTruth,
  known: Known,
  { project, zone }: { readonly project: string; readonly zone: string },
  listed: Pick<ListedExecution, "run"> & Partial<ListedExecution>,
): Promise<Result<void, PlatformError>> {
  const found = await truth.run(project, listed);
  if (!found.ok) return found;
  if (found.value !== undefined) {
    return isRunning(found.value.run)
      ? noteStart(store, found.value)
      : noteEnd(store, found.value, zone);
  }
  const open = known.open.get(listed.run);
  return open === undefined ? ok(undefined) : removeOpen(store, open.run, open.redriveCount);
}

function isKnown(mark: IndexedRun | undefined, { redriveCount }: ListedExecution): boolean {
  return mark !== undefined && mark.redriveCount >= redriveCount;
}

/** A mark says that a run goes which has ended. */
function isOver(open: IndexedRun | undefined, { redriveCount }: ListedExecution): boolean {
  return open !== undefined && open.redriveCount <= redriveCount;
}

/** Whether the newest end that is known is this one, or a newer one. */
function isAtLeast(last: IndexedRun | undefined, newest: ListedExecution): boolean {
  if (last === undefined) return false;
  if (last.run.run === newest.run) return last.redriveCount >= newest.redriveCount;
  return last.run.startedAt >= newest.startedAt;
}
