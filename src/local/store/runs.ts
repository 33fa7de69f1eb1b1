import type { ExecutionStatus } from "../../core/history.ts";
import type { RunFilter } from "../../platform/port.ts";
import type { LastSuccess } from "../../runs/notification-facts.ts";
import { runParameters } from "../../runs/parameters.ts";
import { deployById } from "./deployments.ts";
import { isDriven, isHanging, runColumns, runRow, type RunRow } from "./run-row.ts";
import type { Store } from "./store.ts";

export type NewRun = Pick<
  RunRow,
  | "run"
  | "environment"
  | "project"
  | "trigger"
  | "actor"
  | "startedAt"
  | "scheduledTime"
  | "origin"
  | "deploy"
  | "release"
  | "version"
  | "modelVersion"
  | "input"
>;

/** Adds a run that nobody drives yet; gives its row. Inside `write`. */
export function insertRun(store: Store, run: NewRun): number {
  store.run(
    `INSERT INTO runs (run, environment, project, status, trigger, actor, started_at, scheduled_time, origin, deploy, release,
      version, model_version, input, heartbeat) VALUES (?, ?, ?, 'RUNNING', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    run.run,
    run.environment,
    run.project,
    run.trigger,
    run.actor,
    run.startedAt,
    run.scheduledTime ?? null,
    run.origin,
    run.deploy,
    run.release,
    run.version,
    run.modelVersion ?? null,
    JSON.stringify(run.input),
    run.startedAt,
  );
  return store.lastId();
}

export function findRun(store: Store, environment: string, run: string): RunRow | undefined {
  const sql = `SELECT ${runColumns} FROM runs WHERE run = ? AND environment = ?`;
  const row = store.get(sql, run, environment);
  return row === undefined ? undefined : runRow(row);
}

/** The last run that continued after this one ended; `undefined` where nobody resumed it. */
export function lastResumption(
  store: Store,
  { environment, origin, id }: Pick<RunRow, "environment" | "origin" | "id">,
): RunRow | undefined {
  const sql = `SELECT ${runColumns} FROM runs WHERE environment = ? AND origin = ? AND trigger = 'resume' AND id > ?
    ORDER BY id DESC LIMIT 1`;
  const row = store.get(sql, environment, origin, id);
  return row === undefined ? undefined : runRow(row);
}

/** The place of a run in the list of newest first. */
export interface RunPlace {
  readonly startedAt: number;
  readonly id: number;
}

/** Newest first, after `place`. */
export function listRuns(
  store: Store,
  environment: string,
  filter: RunFilter,
  place: RunPlace | undefined,
  limit: number,
): RunRow[] {
  const conditions = ["environment = ?"];
  const values: (string | number)[] = [environment];
  if (filter.project !== undefined) {
    conditions.push("project = ?");
    values.push(filter.project);
  }
  if (filter.status !== undefined) {
    conditions.push("status = ?");
    values.push(filter.status);
  }
  if (place !== undefined) {
    conditions.push("(started_at, id) < (?, ?)");
    values.push(place.startedAt, place.id);
  }
  const sql = `SELECT ${runColumns} FROM runs WHERE ${conditions.join(" AND ")} ORDER BY started_at DESC, id DESC LIMIT ?`;
  return store.all(sql, ...values, limit).map(runRow);
}

/**
 * Scheduled times of a stretch, both ends included, for which a run has succeeded, each with one
 * such run.
 */
export function succeededFires(
  store: Store,
  environment: string,
  project: string,
  from: number,
  to: number,
): ReadonlyMap<number, string> {
  const sql = `SELECT scheduled_time, run FROM runs WHERE environment = ? AND project = ? AND status = 'SUCCEEDED' AND skipped = 0
    AND scheduled_time BETWEEN ? AND ? ORDER BY scheduled_time, id`;
  const rows = store.all(sql, environment, project, from, to);
  return new Map(rows.map((row) => [Number(row["scheduled_time"]), String(row["run"])]));
}

/** All that are RUNNING of a project, earliest first. */
export function runningRuns(store: Store, environment: string, project: string): RunRow[] {
  const sql = `SELECT ${runColumns} FROM runs WHERE environment = ? AND project = ? AND status = 'RUNNING' ORDER BY started_at, id`;
  return store.all(sql, environment, project).map(runRow);
}

/** Those that are to continue and that no process drives, earliest first. */
export function abandonedRuns(store: Store, environment: string, now: number): RunRow[] {
  const sql = `SELECT ${runColumns} FROM runs WHERE environment = ? AND status = 'RUNNING' ORDER BY started_at, id`;
  return store
    .all(sql, environment)
    .map(runRow)
    .filter((row) => !isDriven(row, now));
}

/**
 * The run of the project that ended last, of those that did something and that nobody stopped.
 * Inside a `write` that ends one: the one before.
 */
export function lastEnded(
  store: Store,
  environment: string,
  project: string,
): Pick<RunRow, "run" | "status"> | undefined {
  const row = store.get(
    `SELECT run, status FROM runs INDEXED BY runs_ended
      WHERE environment = ? AND project = ? AND skipped = 0 AND status <> 'ABORTED' AND ended_at IS NOT NULL ORDER BY ended_at DESC LIMIT 1`,
    environment,
    project,
  );
  if (row === undefined) return undefined;
  return { run: String(row["run"]), status: String(row["status"]) as ExecutionStatus };
}

/** The run of the project that succeeded last, other than this one: what it had. */
export function lastSuccess(
  store: Store,
  environment: string,
  project: string,
  but: number,
): LastSuccess | undefined {
  const row = store.get(
    `SELECT ${runColumns} FROM runs INDEXED BY runs_ended
      WHERE environment = ? AND project = ? AND skipped = 0 AND ended_at IS NOT NULL AND status = 'SUCCEEDED' AND id <> ?
      ORDER BY ended_at DESC LIMIT 1`,
    environment,
    project,
    but,
  );
  if (row === undefined) return undefined;
  const { run, endedAt, version, release, modelVersion, input, deploy } = runRow(row);
  const declared = deployById(store, deploy)?.release.parameters ?? [];
  const params = runParameters(declared, input);
  return { run, endedAt, version, release, modelVersion, params };
}

/** Asks the driver of a run to stop it. Inside `write`. */
export function requestStop(store: Store, id: number, actor: string): void {
  store.run(
    "UPDATE runs SET stop_requested_by = ? WHERE id = ? AND stop_requested_by IS NULL",
    actor,
    id,
  );
}

/** Who asked for the run to be stopped, if anybody. */
export function stopRequest(store: Store, id: number): string | undefined {
  const row = store.get("SELECT stop_requested_by AS actor FROM runs WHERE id = ?", id);
  const actor = row?.["actor"];
  return typeof actor === "string" ? actor : undefined;
}

/** Those whose driver hangs, earliest first. */
export function hangingRuns(store: Store, environment: string, now: number): RunRow[] {
  const sql =
    "SELECT * FROM runs WHERE environment = ? AND status = 'RUNNING' ORDER BY started_at, id";
  return store
    .all(sql, environment)
    .map(runRow)
    .filter((row) => isHanging(row, now));
}
