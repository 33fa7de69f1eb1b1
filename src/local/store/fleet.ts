import { SEVERITIES, type StretchSum } from "../../platform/roles/fleet.ts";
import type { Release } from "../../release/release.ts";
import { resumedBy, runColumns, runRow, type RunRow } from "./run-row.ts";
import type { Store } from "./store.ts";

/** What is deployed of a project, and the row of its release. */
export interface DeployRow {
  readonly project: string;
  readonly fingerprint: string;
  readonly deployedAt: number;
  readonly decided: Readonly<Record<string, string>>;
}

/** What is deployed, by project, without the releases themselves. */
export function deployRows(store: Store, environment: string): DeployRow[] {
  return store
    .all(
      `SELECT deploys.project, deploys.fingerprint, deploys.deployed_at, deploys.decided
        FROM deployments JOIN deploys ON deploys.id = deployments.deploy
        WHERE deployments.environment = ? ORDER BY deployments.project`,
      environment,
    )
    .map((row) => ({
      project: String(row["project"]),
      fingerprint: String(row["fingerprint"]),
      deployedAt: Number(row["deployed_at"]),
      decided: JSON.parse(String(row["decided"])) as Record<string, string>,
    }));
}

export function releaseOf(store: Store, fingerprint: string): Release | undefined {
  const row = store.get("SELECT document FROM releases WHERE fingerprint = ?", fingerprint);
  return row === undefined ? undefined : (JSON.parse(String(row["document"])) as Release);
}

/** What changes of a run's row, once it has begun. */
export interface RunMark {
  readonly id: number;
  readonly mark: string;
  readonly isRunning: boolean;
}

/** The newest run of each of these projects that ever ran, without what it takes long to read. */
export function newestMarks(
  store: Store,
  environment: string,
  projects: readonly string[],
): RunMark[] {
  return store
    .all(
      `SELECT runs.id, status, ended_at, ${resumedBy} FROM json_each(?) AS wanted JOIN runs ON runs.id = (
        SELECT id FROM runs AS one WHERE one.environment = ? AND one.project = wanted.value
        ORDER BY one.started_at DESC, one.id DESC LIMIT 1)`,
      JSON.stringify(projects),
      environment,
    )
    .map((row) => ({
      id: Number(row["id"]),
      mark: `${String(row["status"])} ${String(row["ended_at"])} ${String(row["resumed_by"])}`,
      isRunning: row["status"] === "RUNNING",
    }));
}

/** The runs of these rows. */
export function runsByIds(store: Store, ids: readonly number[]): RunRow[] {
  const sql = `SELECT ${runColumns} FROM runs WHERE id IN (SELECT value FROM json_each(?))`;
  return ids.length === 0 ? [] : store.all(sql, JSON.stringify(ids)).map(runRow);
}

/** Runs that went at some time since then, the oldest first; of too many the newest. */
export function runsSince(
  store: Store,
  environment: string,
  since: number,
  limit: number,
): RunRow[] {
  return store
    .all(
      `SELECT ${runColumns} FROM runs WHERE id IN (
          SELECT id FROM (SELECT id FROM runs WHERE environment = ?1 AND started_at >= ?2
            ORDER BY started_at DESC, id DESC LIMIT ?3)
          UNION SELECT id FROM runs WHERE environment = ?1 AND status = 'RUNNING' AND started_at < ?2
          UNION SELECT id FROM runs WHERE environment = ?1 AND started_at BETWEEN ?2 - 86400000 AND ?2 AND ended_at >= ?2)
        ORDER BY started_at, id`,
      environment,
      since,
      limit,
    )
    .map(runRow);
}

/** The last run of a project that succeeded and began before a time. */
export function lastGood(
  store: Store,
  environment: string,
  project: string,
  before: number,
): RunRow | undefined {
  const row = store.get(
    `SELECT ${runColumns} FROM runs WHERE environment = ? AND project = ? AND status = 'SUCCEEDED'
      AND started_at < ? AND skipped = 0 ORDER BY started_at DESC, id DESC LIMIT 1`,
    environment,
    project,
    before,
  );
  return row === undefined ? undefined : runRow(row);
}

const severity = `CASE WHEN skipped = 1 THEN 6
  WHEN status = 'FAILED' THEN 0 WHEN status = 'TIMED_OUT' THEN 1 WHEN status = 'ABORTED' THEN 3
  WHEN status = 'SUCCEEDED' THEN 5 ELSE 4 END`;

/**
 * One row of JSON: thousands of separate rows take longer to hand over than to find. The bare
 * columns are those of the row with the minimum, https://www.sqlite.org/lang_select.html#bareagg
 */
const stretchSql = `SELECT json_group_array(json_array(project, worst / 10000000000000000, runs, run, started_at, ended_at)) AS rows FROM (
  SELECT project, count(*) AS runs, run, started_at, ended_at,
    min(${severity} * 10000000000000000 - started_at + 1000000000000000) AS worst
  FROM runs INDEXED BY runs_newest WHERE environment = ? AND started_at >= ? AND started_at < ? GROUP BY project)`;

/** What each project did between two times; `stretch` is given to each entry. */
export function stretchSums(
  store: Store,
  environment: string,
  { from, to }: { readonly from: number; readonly to: number },
  stretch: number,
): StretchSum[] {
  const row = store.get(stretchSql, environment, from, to);
  const found = JSON.parse(String(row?.["rows"])) as readonly StretchRow[];
  return found.map(([project, worst, runs, run, startedAt, endedAt]) => ({
    project,
    stretch,
    outcome: SEVERITIES[worst] ?? "running",
    runs,
    run,
    startedAt,
    endedAt: endedAt ?? undefined,
  }));
}

type StretchRow = readonly [
  project: string,
  worst: number,
  runs: number,
  run: string,
  startedAt: number,
  endedAt: number | null,
];

/** Counts what this connection has written: `version` counts only the others' writes. */
export function writesHere(store: Store): number {
  return Number(store.get("SELECT total_changes() AS changes")?.["changes"]);
}
