import type { ExecutionStatus } from "../../core/history.ts";
import type { Json } from "../../core/json.ts";
import type { RunSummary, Trigger } from "../../runs/model.ts";
import { artifactsOf, type Layout } from "../layout.ts";
import { ownerAlive } from "./owner.ts";
import type { Row } from "./store.ts";

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

/** The run that continues a run that has ended: the first of the same origin after it. */
export const resumedBy = `(SELECT later.run FROM runs AS later WHERE later.environment = runs.environment
  AND later.origin = runs.origin AND later.trigger = 'resume' AND later.id > runs.id ORDER BY later.id LIMIT 1) AS resumed_by`;

/** A run's columns, and the run that continues it. */
export const runColumns = `runs.*, ${resumedBy}`;

/** Reads a row of `runs`. */
export function runRow(row: Row): RunRow {
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

/** A row as people see it. */
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
