import type { Store } from "./store.ts";

/**
 * The findings of a project that its people were notified of, with when that was remembered last,
 * in milliseconds since the epoch.
 */
export function notifiedFindings(
  store: Store,
  environment: string,
  project: string,
): ReadonlyMap<string, number> {
  const sql = "SELECT finding, told_at FROM watch_told WHERE environment = ? AND project = ?";
  return new Map(
    store
      .all(sql, environment, project)
      .map((row) => [String(row["finding"]), Number(row["told_at"])]),
  );
}

/** Older ones are of days that nobody watches any more, in milliseconds. */
const keptMs = 90 * 86_400_000;

/** Inside `write`. */
export function addNotifiedFindings(
  store: Store,
  environment: string,
  project: string,
  findings: readonly string[],
  at: number,
): void {
  for (const finding of findings) {
    store.run(
      "INSERT INTO watch_told (environment, project, finding, told_at) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET told_at = excluded.told_at",
      environment,
      project,
      finding,
      at,
    );
  }
  store.run("DELETE FROM watch_told WHERE told_at < ?", at - keptMs);
}
