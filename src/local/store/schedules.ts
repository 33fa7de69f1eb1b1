import type { ScheduleHold } from "../../platform/schedules.ts";
import type { ScheduleSpec } from "../../release/release.ts";
import { noteAwaited } from "./arrivals.ts";
import type { Row, Store } from "./store.ts";

/** A project's schedule on this machine. */
export interface ScheduleRow {
  readonly project: string;
  readonly spec: ScheduleSpec;
  readonly enabled: boolean;
  /** It was disabled by hand: deploys leave it disabled then. */
  readonly hold: ScheduleHold | undefined;
  /** When it began to be what it is: nothing is due from before. Milliseconds since the epoch. */
  readonly changedAt: number;
}

/** Begins a question whose rows `scheduleRow` reads. */
export const scheduleColumns = "SELECT project, spec, enabled, hold, changed_at FROM schedules";

export function scheduleOf(
  store: Store,
  environment: string,
  project: string,
): ScheduleRow | undefined {
  const row = store.get(
    `${scheduleColumns} WHERE environment = ? AND project = ?`,
    environment,
    project,
  );
  return row === undefined ? undefined : scheduleRow(row);
}

/** By project. */
export function allSchedules(store: Store, environment: string): ScheduleRow[] {
  return store
    .all(`${scheduleColumns} WHERE environment = ? ORDER BY project`, environment)
    .map(scheduleRow);
}

/** Reads a row of `schedules`. */
export function scheduleRow(row: Row): ScheduleRow {
  const hold = row["hold"];
  return {
    project: String(row["project"]),
    spec: JSON.parse(String(row["spec"])) as ScheduleSpec,
    enabled: row["enabled"] === 1,
    hold: typeof hold === "string" ? (JSON.parse(hold) as ScheduleHold) : undefined,
    changedAt: Number(row["changed_at"]),
  };
}

/**
 * Sets a project's schedule; a hold stays as it is, and so does the time of one that doesn't
 * change. Inside `write`.
 */
export function putSchedule(
  store: Store,
  environment: string,
  project: string,
  spec: ScheduleSpec,
  at: number,
): void {
  store.run(
    `INSERT INTO schedules (environment, project, spec, enabled, changed_at) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET spec = excluded.spec, enabled = excluded.enabled AND hold IS NULL,
        changed_at = iif(spec = excluded.spec AND enabled = (excluded.enabled AND hold IS NULL), changed_at, excluded.changed_at)`,
    environment,
    project,
    JSON.stringify(spec),
    spec.enabled ? 1 : 0,
    at,
  );
  noteChange(store, environment, project, at);
}

/** Inside `write`. */
export function disableSchedule(
  store: Store,
  environment: string,
  project: string,
  at: number,
): void {
  store.run(
    "UPDATE schedules SET enabled = 0, changed_at = ? WHERE environment = ? AND project = ?",
    at,
    environment,
    project,
  );
  noteChange(store, environment, project, at);
}

/** Disables it by hand, or with `undefined` gives it back to what is deployed. Inside `write`. */
export function holdSchedule(
  store: Store,
  environment: string,
  row: Pick<ScheduleRow, "project" | "spec">,
  hold: ScheduleHold | undefined,
  at: number,
): void {
  store.run(
    "UPDATE schedules SET hold = ?, enabled = ?, changed_at = ? WHERE environment = ? AND project = ?",
    hold === undefined ? null : JSON.stringify(hold),
    hold === undefined && row.spec.enabled ? 1 : 0,
    at,
    environment,
    row.project,
  );
  noteChange(store, environment, row.project, at);
}

/** What depends on whether it is enabled, and on what it waits for. */
function noteChange(store: Store, environment: string, project: string, at: number): void {
  const row = scheduleOf(store, environment, project);
  if (row === undefined) return;
  const { spec, enabled } = row;
  noteAwaited(store, environment, project, { source: spec.on?.source, enabled }, at);
}

/** Inside `write`. */
export function removeSchedule(store: Store, environment: string, project: string): void {
  store.run("DELETE FROM schedules WHERE environment = ? AND project = ?", environment, project);
}
