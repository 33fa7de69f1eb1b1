import type { Resources } from "../../config/model.ts";
import type { Row, Store } from "./store.ts";

/** A try of a step, as the database has it. */
export interface AttemptRow {
  readonly id: number;
  readonly runId: number;
  readonly task: number;
  readonly step: string;
  /** 1 for the first try. */
  readonly number: number;
  readonly item: number | undefined;
  readonly directory: string;
  readonly resources: Resources;
  readonly state: "waiting" | "running" | "ended";
  /** Who drives it, or drove it last. */
  readonly owner: string;
  readonly requestedAt: number;
}

/** One that waits for the machine or uses it. */
export type LiveAttempt = AttemptRow & { readonly state: "waiting" | "running" };

export type NewAttempt = Omit<AttemptRow, "id" | "state">;

/**
 * Puts an attempt in the queue for the machine, or among the running; one that is known already
 * keeps its place. Inside `write`.
 */
export function requestAttempt(
  store: Store,
  attempt: NewAttempt,
  state: "waiting" | "running",
): AttemptRow {
  const { cpu, memoryGb, gpu } = attempt.resources;
  store.run(
    `INSERT INTO attempts (run, task, step, number, item, directory, cpu, memory_gb, gpu, state, owner, requested_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (run, task) DO UPDATE SET owner = excluded.owner, state = excluded.state, ended_at = NULL`,
    attempt.runId,
    attempt.task,
    attempt.step,
    attempt.number,
    attempt.item ?? null,
    attempt.directory,
    cpu,
    memoryGb,
    gpu,
    state,
    attempt.owner,
    attempt.requestedAt,
  );
  const row = store.get(
    "SELECT * FROM attempts WHERE run = ? AND task = ?",
    attempt.runId,
    attempt.task,
  );
  if (row === undefined) throw new Error("attempt row vanished inside its transaction");
  return attemptRow(row);
}

/** Inside `write`. */
export function attemptRuns(store: Store, id: number): void {
  store.run("UPDATE attempts SET state = 'running' WHERE id = ?", id);
}

/** Nothing of it runs any more. With `owner`, only if it still is that one's. Inside `write`. */
export function attemptEnded(store: Store, id: number, at: number, owner?: string): void {
  store.run(
    "UPDATE attempts SET state = 'ended', ended_at = ? WHERE id = ? AND state <> 'ended' AND owner = coalesce(?, owner)",
    at,
    id,
    owner ?? null,
  );
}

/**
 * A platform is closed: its attempts continue under their supervisors, and nobody waits in its
 * name. Inside `write`.
 */
export function disownAttempts(store: Store, owner: string, at: number): void {
  store.run(
    "UPDATE attempts INDEXED BY attempts_live SET state = 'ended', ended_at = ? WHERE state <> 'ended' AND state = 'waiting' AND owner = ?",
    at,
    owner,
  );
  store.run(
    "UPDATE attempts INDEXED BY attempts_live SET owner = '' WHERE state <> 'ended' AND owner = ?",
    owner,
  );
}

/**
 * All that wait or run, of all runs in all environments of the workspace, longest waiting first.
 */
export function liveAttempts(store: Store): LiveAttempt[] {
  // The condition is the index's, word for word: the table holds every attempt there ever was.
  return store
    .all("SELECT * FROM attempts INDEXED BY attempts_live WHERE state <> 'ended' ORDER BY id")
    .map((row) => attemptRow(row) as LiveAttempt);
}

/** Those whose run has ended: a process died before it had stopped them all. */
export function leftAttempts(store: Store): (AttemptRow & { readonly deploy: number })[] {
  return store
    .all(
      `SELECT attempts.*, runs.deploy FROM attempts INDEXED BY attempts_live JOIN runs ON runs.id = attempts.run
        WHERE attempts.state <> 'ended' AND runs.status <> 'RUNNING' ORDER BY attempts.id`,
    )
    .map((row) => ({ ...attemptRow(row), deploy: Number(row["deploy"]) }));
}

/**
 * Numbered as a run's history numbers them: the column has the interpreter's own count, which
 * begins again with each state that tries.
 */
export function attemptsOfRun(store: Store, runId: number): AttemptRow[] {
  const seen = new Map<string, number>();
  return store.all("SELECT * FROM attempts WHERE run = ? ORDER BY task", runId).map((row) => {
    const attempt = attemptRow(row);
    const place = `${attempt.step} ${attempt.item ?? ""}`;
    const number = (seen.get(place) ?? 0) + 1;
    seen.set(place, number);
    return { ...attempt, number };
  });
}

function attemptRow(row: Row): AttemptRow {
  return {
    id: Number(row["id"]),
    runId: Number(row["run"]),
    task: Number(row["task"]),
    step: String(row["step"]),
    number: Number(row["number"]),
    item: typeof row["item"] === "number" ? row["item"] : undefined,
    directory: String(row["directory"]),
    resources: {
      cpu: Number(row["cpu"]),
      memoryGb: Number(row["memory_gb"]),
      gpu: Number(row["gpu"]),
    },
    state: String(row["state"]) as AttemptRow["state"],
    owner: String(row["owner"]),
    requestedAt: Number(row["requested_at"]),
  };
}
