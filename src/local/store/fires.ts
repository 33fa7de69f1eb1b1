import type { RunInput } from "../../runs/model.ts";
import type { FireStart, WaitingFire } from "../scheduler/queue.ts";
import type { Store } from "./store.ts";

/** Changes whenever a schedule does, of any environment. */
export function schedulesRevision(store: Store): number {
  return Number(store.get("SELECT value FROM revisions WHERE name = 'schedules'")?.["value"]);
}

/** Until when a schedule's fires have been seen to; milliseconds since the epoch. */
export interface Cursor {
  /** The `changedAt` of the schedule that it counts for. */
  readonly changedAt: number;
  readonly until: number;
}

/** By project. */
export function allCursors(store: Store, environment: string): ReadonlyMap<string, Cursor> {
  const sql = "SELECT project, changed_at, until FROM fired WHERE environment = ?";
  return new Map(
    store
      .all(sql, environment)
      .map((row) => [
        String(row["project"]),
        { changedAt: Number(row["changed_at"]), until: Number(row["until"]) },
      ]),
  );
}

/** Inside `write`. */
export function putCursor(
  store: Store,
  environment: string,
  project: string,
  { changedAt, until }: Cursor,
): void {
  store.run(
    `INSERT INTO fired (environment, project, changed_at, until) VALUES (?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET changed_at = excluded.changed_at, until = excluded.until`,
    environment,
    project,
    changedAt,
    until,
  );
}

/**
 * Adds a fire that waits for its run to begin; `undefined` when it waits already. Inside `write`.
 *
 * @param now milliseconds since the epoch
 * @param start which run it starts, where that isn't the schedule's clock's
 */
export function putFire(
  store: Store,
  environment: string,
  project: string,
  scheduledTime: number,
  now: number,
  start?: FireStart,
): WaitingFire | undefined {
  const added = store.run(
    "INSERT INTO fires (environment, project, scheduled_time, run, input) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    environment,
    project,
    scheduledTime,
    start?.run ?? "",
    start === undefined ? null : JSON.stringify(start.input),
  );
  if (added === 0) return undefined;
  const fire = { id: store.lastId(), project, scheduledTime, since: now };
  return start === undefined ? fire : { ...fire, start };
}

/** Oldest first. @param after only those that were added after the one of this id */
export function waitingFires(
  store: Store,
  environment: string,
  now: number,
  after = 0,
): WaitingFire[] {
  const sql =
    "SELECT id, project, scheduled_time, run, input FROM fires WHERE environment = ? AND id > ? ORDER BY id";
  return store.all(sql, environment, after).map((row) => {
    const { input } = row;
    return {
      id: Number(row["id"]),
      project: String(row["project"]),
      scheduledTime: Number(row["scheduled_time"]),
      since: now,
      ...(typeof input === "string"
        ? { start: { run: String(row["run"]), input: JSON.parse(input) as RunInput } }
        : {}),
    };
  });
}

/** Inside `write`. */
export function removeFire(store: Store, id: number): void {
  store.run("DELETE FROM fires WHERE id = ?", id);
}
