import type { Store } from "./store.ts";

/** The findings of a project that its people were notified of. */
export function notifiedFindings(
  store: Store,
  environment: string,
  project: string,
): ReadonlySet<string> {
  const sql = "SELECT finding FROM watch_told WHERE environment = ? AND project = ?";
  return new Set(store.all(sql, environment, project).map((row) => String(row["finding"])));
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
      "INSERT INTO watch_told (environment, project, finding, told_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
      environment,
      project,
      finding,
      at,
    );
  }
  store.run("DELETE FROM watch_told WHERE told_at < ?", at - keptMs);
}
