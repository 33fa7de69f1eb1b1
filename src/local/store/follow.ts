import { type Counted, firstRound, type Round, type Success } from "../../schedule/after.ts";
import { type ScheduleRow, scheduleRow, scheduleColumns } from "./schedules.ts";
import type { Row, Store } from "./store.ts";

/** The deployed schedules of the projects that follow one, by name; disabled ones among them. */
export function followersOf(store: Store, environment: string, project: string): ScheduleRow[] {
  const sql = `${scheduleColumns} WHERE environment = ?
    AND EXISTS (SELECT 1 FROM json_each(spec, '$.after.projects') WHERE value = ?) ORDER BY project`;
  return store.all(sql, environment, project).map(scheduleRow);
}

/** What a follower's start is for. */
export interface FollowPlace {
  readonly environment: string;
  readonly follower: string;
  /** Of `keyOf` or `roundKey`. */
  readonly key: string;
}

/**
 * Counts the first success of a project for a key. Inside `write`.
 *
 * @returns the run that counts: another one where the project had succeeded for it before
 */
export function countSuccess(store: Store, place: FollowPlace, success: Success): string {
  const { environment, follower, key } = place;
  const { project, run, time, scheduled, endedAt } = success;
  store.run(
    `INSERT INTO follow_counted (environment, follower, key, project, run, time, scheduled, ended_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    environment,
    follower,
    key,
    project,
    run,
    time,
    scheduled ? 1 : 0,
    endedAt,
  );
  return countedFor(store, place).get(project)?.run ?? run;
}

/** What has been counted for a key. */
export function countedFor(store: Store, { environment, follower, key }: FollowPlace): Counted {
  const sql = `SELECT project, run, time, scheduled, ended_at FROM follow_counted
    WHERE environment = ? AND follower = ? AND key = ?`;
  const rows = store.all(sql, environment, follower, key).map(successOf);
  return new Map(rows.map((success) => [success.project, success]));
}

function successOf(row: Row): Success {
  return {
    project: String(row["project"]),
    run: String(row["run"]),
    time: Number(row["time"]),
    scheduled: row["scheduled"] === 1,
    endedAt: Number(row["ended_at"]),
  };
}

/** Writes down that the start for a key has been decided; false where it was. Inside `write`. */
export function claimStart(
  store: Store,
  { environment, follower, key }: FollowPlace,
  at: number,
): boolean {
  const sql =
    "INSERT INTO follow_starts (environment, follower, key, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING";
  return store.run(sql, environment, follower, key, at) > 0;
}

/** Whether it has been. */
export function startClaimed(store: Store, place: FollowPlace): boolean {
  return startClaimedAt(store, place) !== undefined;
}

/** When that run ended whose success started the follower. Milliseconds since 1970. */
export function startClaimedAt(
  store: Store,
  { environment, follower, key }: FollowPlace,
): number | undefined {
  const sql = "SELECT at FROM follow_starts WHERE environment = ? AND follower = ? AND key = ?";
  const row = store.get(sql, environment, follower, key);
  return row === undefined ? undefined : Number(row["at"]);
}

/** The round of a follower with `match: any`. */
export function readRound(store: Store, environment: string, follower: string): Round {
  const sql = "SELECT round FROM follow_rounds WHERE environment = ? AND follower = ?";
  const row = store.get(sql, environment, follower);
  return row === undefined ? firstRound : (JSON.parse(String(row["round"])) as Round);
}

/** Inside `write`. */
export function putRound(store: Store, environment: string, follower: string, round: Round): void {
  store.run(
    `INSERT INTO follow_rounds (environment, follower, round) VALUES (?, ?, ?)
      ON CONFLICT DO UPDATE SET round = excluded.round`,
    environment,
    follower,
    JSON.stringify(round),
  );
}

/** Longer ago nobody resumes a run, so that nothing of then is asked for any more. */
const keptMs = 400 * 86_400_000;

/** Forgets what was counted for a follower long ago. Inside `write`. */
export function forgetOld(store: Store, environment: string, follower: string, now: number): void {
  const where = "WHERE environment = ? AND follower = ?";
  store.run(
    `DELETE FROM follow_counted ${where} AND ended_at < ?`,
    environment,
    follower,
    now - keptMs,
  );
  store.run(`DELETE FROM follow_starts ${where} AND at < ?`, environment, follower, now - keptMs);
}
