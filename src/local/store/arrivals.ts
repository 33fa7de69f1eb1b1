import type { Store } from "./store.ts";

/** A version of a file that a schedule waits for. */
export interface FileVersion {
  /** Absolute. */
  readonly path: string;
  /** Its size and when its content was changed last, as text. */
  readonly version: string;
}

/** A file that has arrived and waits for its window to be closed. */
export interface WaitingFile extends FileVersion {
  readonly id: number;
  /** When it was taken; milliseconds since the epoch. */
  readonly at: number;
}

/**
 * Writes down a version of a file, once. Inside `write`.
 *
 * @param run what it starts; `waits`: its window is open; `before`: it was there before anybody
 *   waited for it, and starts nothing
 * @returns false where it was known
 */
export function putArrival(
  store: Store,
  environment: string,
  project: string,
  { path, version }: FileVersion,
  at: number,
  run: { readonly run: string } | "waits" | "before",
): boolean {
  const state = typeof run === "string" ? run : "taken";
  return (
    store.run(
      `INSERT INTO arrivals (environment, project, path, version, at, state, run)
        VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      environment,
      project,
      path,
      version,
      at,
      state,
      typeof run === "string" ? "" : run.run,
    ) > 0
  );
}

/** The versions that are known of a project's files. */
export function knownArrivals(store: Store, environment: string, project: string): FileVersion[] {
  const sql = "SELECT path, version FROM arrivals WHERE environment = ? AND project = ?";
  return store
    .all(sql, environment, project)
    .map((row) => ({ path: String(row["path"]), version: String(row["version"]) }));
}

/** Files of the window that is open, in the order in which they came. */
export function waitingFiles(
  store: Store,
  environment: string,
  project: string,
  limit: number,
): WaitingFile[] {
  const sql = `SELECT id, path, version, at FROM arrivals
    WHERE environment = ? AND project = ? AND state = 'waits' ORDER BY id LIMIT ?`;
  return store.all(sql, environment, project, limit).map((row) => ({
    id: Number(row["id"]),
    path: String(row["path"]),
    version: String(row["version"]),
    at: Number(row["at"]),
  }));
}

/** When the first and the last of the files that wait came; undefined where none waits. */
export function openWindow(
  store: Store,
  environment: string,
  project: string,
): { readonly firstAt: number; readonly lastAt: number } | undefined {
  const sql = `SELECT min(at) AS first, max(at) AS last FROM arrivals
    WHERE environment = ? AND project = ? AND state = 'waits'`;
  const row = store.get(sql, environment, project);
  if (typeof row?.["first"] !== "number") return undefined;
  return { firstAt: row["first"], lastAt: Number(row["last"]) };
}

/** The run of those up to an id that wait. Inside `write`. */
export function takeWaiting(
  store: Store,
  environment: string,
  project: string,
  upTo: number,
  run: string,
): void {
  store.run(
    `UPDATE arrivals SET state = 'taken', run = ?
      WHERE environment = ? AND project = ? AND state = 'waits' AND id <= ?`,
    run,
    environment,
    project,
    upTo,
  );
}

/** From when on files count for a project, by the time at which they came to where they are. */
export function waitsSince(store: Store, environment: string, project: string): number | undefined {
  const sql = "SELECT since FROM awaited WHERE environment = ? AND project = ? AND enabled = 1";
  const since = store.get(sql, environment, project)?.["since"];
  return typeof since === "number" ? since : undefined;
}

/**
 * Notes what a schedule waits for after it has changed: files that came before it waited for them,
 * or while it was disabled, count for nothing. Inside `write`, after each change of a schedule.
 */
export function noteAwaited(
  store: Store,
  environment: string,
  project: string,
  { source, enabled }: { readonly source: string | undefined; readonly enabled: boolean },
  at: number,
): void {
  const place = "environment = ? AND project = ?";
  const before = store.get(
    `SELECT source, enabled FROM awaited WHERE ${place}`,
    environment,
    project,
  );
  const same = before?.["source"] === source;
  if (source === undefined && before === undefined) return;
  if (same && before?.["enabled"] === (enabled ? 1 : 0)) return;
  if (!same || !enabled) {
    store.run(
      `UPDATE arrivals SET state = 'before' WHERE ${place} AND state = 'waits'`,
      environment,
      project,
    );
  }
  if (source === undefined) {
    store.run(`DELETE FROM awaited WHERE ${place}`, environment, project);
    return;
  }
  store.run(
    `INSERT INTO awaited (environment, project, source, enabled, since) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET source = excluded.source, enabled = excluded.enabled, since = excluded.since`,
    environment,
    project,
    source,
    enabled ? 1 : 0,
    at,
  );
}
