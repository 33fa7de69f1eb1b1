import type { ExecutionStatus } from "../../core/history.ts";
import type { Json } from "../../core/json.ts";
import type { RunFilter } from "../../platform/port.ts";
import type { RunSummary, Trigger } from "../../runs/model.ts";
import type { LastSuccess } from "../../runs/notification-facts.ts";
import { artifactsOf, type Layout } from "../layout.ts";
import { ownerAlive } from "./owner.ts";
import type { Row, Store } from "./store.ts";

/** A run's row: its summary and what its driver needs. */
export interface RunRow {
  readonly id: number;
  readonly run: string;
  readonly environment: string;
  readonly project: string;
  readonly status: ExecutionStatus;
  readonly skipped: boolean;
  readonly trigger: Trigger;
  readonly actor: string;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  readonly scheduledTime: number | undefined;
  readonly origin: string;
  /** Row of `deploys`. */
  readonly deploy: number;
  /** Fingerprint. */
  readonly release: string;
  readonly version: string;
  readonly modelVersion: string | undefined;
  readonly failure: string | undefined;
  readonly input: Json;
  readonly eventCount: number;
  readonly owner: string | undefined;
  readonly epoch: number;
  readonly heartbeat: number;
  readonly stopRequestedBy: string | undefined;
  /** The run that continued after this one ended, if somebody resumed it. */
  readonly resumedBy: string | undefined;
}

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

/** A run's columns, and the run that continues it: the first of the same origin after it. */
const columns = `runs.*, (SELECT later.run FROM runs AS later WHERE later.environment = runs.environment
  AND later.origin = runs.origin AND later.trigger = 'resume' AND later.id > runs.id ORDER BY later.id LIMIT 1) AS resumed_by`;

export function findRun(store: Store, environment: string, run: string): RunRow | undefined {
  const sql = `SELECT ${columns} FROM runs WHERE run = ? AND environment = ?`;
  const row = store.get(sql, run, environment);
  return row === undefined ? undefined : runRow(row);
}

/** The last run that continued after this one ended; `undefined` where nobody resumed it. */
export function lastResumption(
  store: Store,
  { environment, origin, id }: Pick<RunRow, "environment" | "origin" | "id">,
): RunRow | undefined {
  const sql = `SELECT ${columns} FROM runs WHERE environment = ? AND origin = ? AND trigger = 'resume' AND id > ?
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
  const sql = `SELECT ${columns} FROM runs WHERE ${conditions.join(" AND ")} ORDER BY started_at DESC, id DESC LIMIT ?`;
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
  const sql = `SELECT ${columns} FROM runs WHERE environment = ? AND project = ? AND status = 'RUNNING' ORDER BY started_at, id`;
  return store.all(sql, environment, project).map(runRow);
}

/** Those that are to continue and that no process drives, earliest first. */
export function abandonedRuns(store: Store, environment: string, now: number): RunRow[] {
  const sql = `SELECT ${columns} FROM runs WHERE environment = ? AND status = 'RUNNING' ORDER BY started_at, id`;
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
    `SELECT ${columns} FROM runs INDEXED BY runs_ended
      WHERE environment = ? AND project = ? AND skipped = 0 AND ended_at IS NOT NULL AND status = 'SUCCEEDED' AND id <> ?
      ORDER BY ended_at DESC LIMIT 1`,
    environment,
    project,
    but,
  );
  if (row === undefined) return undefined;
  const { run, endedAt, version, release, modelVersion, input } = runRow(row);
  const { params } = input as { readonly params?: Readonly<Record<string, string>> };
  return {
    run,
    endedAt,
    version,
    release,
    modelVersion,
    ...(params === undefined ? {} : { params }),
  };
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
  return text(row?.["actor"]);
}

export function summaryOf(row: RunRow, now: number, layout: Layout): RunSummary {
  return {
    run: row.run,
    project: row.project,
    environment: row.environment,
    status: row.status,
    skipped: row.skipped,
    interrupted: row.status === "RUNNING" && (!isDriven(row, now) || isHanging(row, now)),
    trigger: row.trigger,
    actor: row.actor,
    startedAt: row.startedAt,
    endedAt: row.endedAt,
    scheduledTime: row.scheduledTime,
    origin: row.origin,
    artifacts: artifactsOf(layout, row.project, row.origin),
    release: row.release,
    version: row.version,
    modelVersion: row.modelVersion,
    failure: row.failure,
    resumedBy: row.resumedBy,
  };
}

/**
 * A run that has just been handed to a new process counts as driven until that process had time to
 * begin.
 */
const handOverMs = 20_000;

/** Whether a process drives the run, or is about to. */
export function isDriven(row: RunRow, now: number): boolean {
  if (row.owner === undefined && row.epoch === 0 && now - row.heartbeat < handOverMs) return true;
  return ownerAlive(row.owner, row.heartbeat, now);
}

/** Drivers give a sign of life every five seconds, whatever they wait for. */
const hangingAfterMs = 60_000;

/** Whether the process that drives the run lives and has long given no sign of it. */
export function isHanging(row: RunRow, now: number): boolean {
  if (row.status !== "RUNNING" || row.owner === undefined) return false;
  return now - row.heartbeat > hangingAfterMs && ownerAlive(row.owner, row.heartbeat, now);
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

function runRow(row: Row): RunRow {
  return {
    id: Number(row["id"]),
    run: String(row["run"]),
    environment: String(row["environment"]),
    project: String(row["project"]),
    status: String(row["status"]) as ExecutionStatus,
    skipped: row["skipped"] === 1,
    trigger: String(row["trigger"]) as Trigger,
    actor: String(row["actor"]),
    startedAt: Number(row["started_at"]),
    endedAt: number(row["ended_at"]),
    scheduledTime: number(row["scheduled_time"]),
    origin: String(row["origin"]),
    deploy: Number(row["deploy"]),
    release: String(row["release"]),
    version: String(row["version"]),
    modelVersion: text(row["model_version"]),
    failure: text(row["failure"]),
    input: JSON.parse(String(row["input"])) as Json,
    eventCount: Number(row["event_count"]),
    owner: text(row["owner"]),
    epoch: Number(row["owner_epoch"]),
    heartbeat: Number(row["heartbeat"]),
    stopRequestedBy: text(row["stop_requested_by"]),
    resumedBy: text(row["resumed_by"]),
  };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
