import { minuteOf } from "../core/clock.ts";
import { mapConcurrently } from "../core/concurrency.ts";
import { makeRunId, type ProjectName, type RunId, runId } from "../core/ids.ts";
import { err, ok, type Result } from "../core/result.ts";
import { runInput } from "../runs/input.ts";
import type { RunSummary } from "../runs/model.ts";
import type { Platform, PlatformError } from "./port.ts";

/** One fire time of a backfill. Times in milliseconds since the epoch. */
export interface BackfillItem {
  readonly at: number;
  readonly state: "to-run" | "succeeded" | "running";
  /** The run that has succeeded, or continues, for it. */
  readonly run: string | undefined;
}

/** What of a platform a backfill uses. */
export type BackfillPort = Pick<
  Platform,
  "succeededFires" | "runs" | "run" | "start" | "resume" | "changed"
>;

/**
 * Says what is to be done for each of the fire times, oldest first: nothing where a run for it has
 * succeeded or continues.
 */
export async function planBackfill(
  port: BackfillPort,
  project: ProjectName,
  fires: readonly number[],
): Promise<Result<readonly BackfillItem[], PlatformError>> {
  const [first, last] = [fires[0], fires.at(-1)];
  if (first === undefined || last === undefined) return ok([]);
  const found = await port.succeededFires(project, first, last + 59_999);
  if (!found.ok) return found;
  const succeeded = new Map([...found.value].map(([at, run]) => [minuteOf(at), run]));
  const running = await runningFires(port, project);
  if (!running.ok) return running;
  return ok(
    fires.map((at): BackfillItem => {
      const done = succeeded.get(at);
      if (done !== undefined) return { at, state: "succeeded", run: done };
      const open = running.value.get(at);
      if (open !== undefined) return { at, state: "running", run: open };
      return { at, state: "to-run", run: undefined };
    }),
  );
}

/**
 * Runs that continue by themselves, by their scheduled time. One whose driver is gone isn't: its
 * backfill resumes it.
 */
async function runningFires(
  port: BackfillPort,
  project: ProjectName,
): Promise<Result<ReadonlyMap<number, string>, PlatformError>> {
  const found = new Map<number, string>();
  let cursor: string | undefined;
  do {
    const page = await port.runs(
      { project, status: "RUNNING" },
      { limit: 200, ...(cursor === undefined ? {} : { cursor }) },
    );
    if (!page.ok) return page;
    for (const { scheduledTime, run, interrupted } of page.value.items) {
      if (scheduledTime !== undefined && !interrupted) found.set(minuteOf(scheduledTime), run);
    }
    cursor = page.value.next;
  } while (cursor !== undefined);
  return ok(found);
}

export interface BackfillOptions {
  readonly actor: string;
  /** Runs in progress at the same time, at most. */
  readonly maxActive: number;
  /** Aborted: nothing more is begun; what is in progress is waited for. */
  readonly signal: AbortSignal;
  readonly listener: (event: BackfillEvent) => void;
}

export type BackfillEvent =
  /** `again`: it was begun before, by an earlier backfill. */
  | {
      readonly kind: "begun";
      readonly at: number;
      readonly run: string;
      readonly again: boolean;
    }
  | { readonly kind: "ended"; readonly at: number; readonly run: RunSummary };

/** How many came to which end. What was never begun is in none. */
export interface BackfillSum {
  readonly succeeded: number;
  readonly failed: number;
}

/**
 * Runs the items, oldest first. A run that fails doesn't stop the others; a run that can't be
 * started does, since the next one could not either. Each run's id follows from its fire time and
 * from how many before it failed, so a backfill that was interrupted anywhere, or is done twice at
 * the same time, starts none twice.
 */
export async function runBackfill(
  port: BackfillPort,
  project: ProjectName,
  items: readonly BackfillItem[],
  options: BackfillOptions,
): Promise<Result<BackfillSum, PlatformError>> {
  const wanted = items.filter(({ state }) => state !== "succeeded");
  const sum = { succeeded: 0, failed: 0 };
  let error: PlatformError | undefined;
  await mapConcurrently(wanted, options.maxActive, async (item) => {
    if (error !== undefined || options.signal.aborted) return;
    const ended = await runItem(port, project, item, options);
    if (!ended.ok) {
      error ??= ended.error;
      return;
    }
    options.listener({ kind: "ended", at: item.at, run: ended.value });
    if (ended.value.status === "SUCCEEDED") sum.succeeded += 1;
    else sum.failed += 1;
  });
  return error === undefined ? ok(sum) : err(error);
}

async function runItem(
  port: BackfillPort,
  project: ProjectName,
  item: BackfillItem,
  options: BackfillOptions,
): Promise<Result<RunSummary, PlatformError>> {
  const begun =
    item.run === undefined
      ? await begin(port, project, item.at, options.actor)
      : ok({ run: runId(item.run), again: true });
  if (!begun.ok) return begun;
  options.listener({ kind: "begun", at: item.at, ...begun.value });
  return untilEnded(port, begun.value.run);
}

/** Starts the run of a fire time, or finds the one that an earlier backfill has begun. */
async function begin(
  port: BackfillPort,
  project: ProjectName,
  at: number,
  actor: string,
): Promise<Result<{ readonly run: RunId; readonly again: boolean }, PlatformError>> {
  for (let attempt = 1; ; attempt += 1) {
    const id = backfillRunId(project, at, attempt);
    const before = await port.run(id);
    if (!before.ok && before.error.reason !== "not-found") return before;
    if (!before.ok) {
      const input = runInput({
        scheduled_time: new Date(at).toISOString().replace(".000Z", "Z"),
        trigger: "backfill",
        actor,
      });
      const started = await port.start(project, input, { mode: "follow", id });
      return started.ok ? ok({ run: started.value, again: false }) : started;
    }
    const { status, interrupted } = before.value;
    if (interrupted) {
      const resumed = await port.resume(id, { mode: "follow", actor });
      return resumed.ok ? ok({ run: resumed.value, again: true }) : resumed;
    }
    if (status === "RUNNING" || status === "PENDING_REDRIVE" || status === "SUCCEEDED") {
      return ok({ run: id, again: true });
    }
  }
}

/** `recsys-20260131T030000Z-b00001`: the first try to make up for that fire. */
export function backfillRunId(project: ProjectName, at: number, attempt: number): RunId {
  return makeRunId(project, at, `b${String(attempt).padStart(5, "0")}`);
}

/** A look in between, in case a change isn't reported. */
const lookEveryMs = 30_000;

async function untilEnded(
  port: BackfillPort,
  run: RunId,
): Promise<Result<RunSummary, PlatformError>> {
  const follower = new AbortController();
  for (;;) {
    const found = await port.run(run);
    if (!found.ok) return found;
    const { status } = found.value;
    if (status !== "RUNNING" && status !== "PENDING_REDRIVE") return found;
    await port.changed(run, lookEveryMs, follower.signal);
  }
}
