import type { ExecutionStatus } from "../../core/history.ts";
import type { Store } from "./store.ts";

/** Failed steps of a run that keep their place; times in milliseconds since the epoch. */
export interface StepHoldRow {
  /** Row of `runs`. */
  readonly runId: number;
  /** undefined while the run goes. */
  readonly until: number | undefined;
}

/** Steps of the run that fail keep their place, for so long after its end. Inside `write`. */
export function addStepHold(store: Store, runId: number, seconds: number): void {
  store.run("INSERT INTO step_holds (run, seconds) VALUES (?, ?)", runId, seconds);
}

/**
 * The time begins where the run failed; a run that came to another end has nothing to keep. Inside
 * the `write` that records the end.
 */
export function beginStepHold(
  store: Store,
  runId: number,
  end: { readonly status: ExecutionStatus; readonly endedAt: number },
): void {
  const failed = end.status === "FAILED" || end.status === "TIMED_OUT";
  store.run(
    "UPDATE step_holds SET until = ? + ? * seconds * 1000 WHERE run = ?",
    end.endedAt,
    failed ? 1 : 0,
    runId,
  );
}

/** That of a run whose places were not given up. */
export function openStepHold(store: Store, runId: number): StepHoldRow | undefined {
  const row = store.get("SELECT until FROM step_holds WHERE run = ? AND ended_at IS NULL", runId);
  if (row === undefined) return undefined;
  return { runId, until: typeof row["until"] === "number" ? row["until"] : undefined };
}

/** Those whose time is over, of all environments. */
export function dueStepHolds(
  store: Store,
  now: number,
): readonly { readonly runId: number; readonly deploy: number }[] {
  return store
    .all(
      `SELECT step_holds.run, runs.deploy FROM step_holds JOIN runs ON runs.id = step_holds.run
        WHERE step_holds.ended_at IS NULL AND step_holds.until <= ?`,
      now,
    )
    .map((row) => ({ runId: Number(row["run"]), deploy: Number(row["deploy"]) }));
}

/** Keeps the places at least until then; where they were given up, they stay so. Inside `write`. */
export function prolongStepHold(store: Store, runId: number, until: number): void {
  store.run(
    "UPDATE step_holds SET until = max(until, ?) WHERE run = ? AND ended_at IS NULL",
    until,
    runId,
  );
}

/** The time is over now. Inside `write`. */
export function cutStepHold(store: Store, runId: number, at: number): void {
  store.run(
    "UPDATE step_holds SET until = min(until, ?) WHERE run = ? AND ended_at IS NULL",
    at,
    runId,
  );
}

/** Nothing of it is left. Inside `write`. */
export function stepHoldEnded(store: Store, runId: number, at: number): void {
  store.run(
    "UPDATE step_holds SET ended_at = ? WHERE run = ? AND ended_at IS NULL AND until <= ?",
    at,
    runId,
    at,
  );
}
