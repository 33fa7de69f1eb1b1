import type { Layout } from "./layout.ts";
import { openAtOnce } from "./store/read-only.ts";

/** Names that the database holds, newest first; each answer is short and reads little. */
export interface LookUp {
  /** At most 20 ids of runs that begin with `partial`, among the newest thousand. */
  readonly runs: (environment: string, partial: string) => string[];
  /** Versions of the project's last 50 deploys. */
  readonly versions: (environment: string, project: string) => string[];
  /** Versions of models that the project's newest thousand runs made, at most 20. */
  readonly modelVersions: (environment: string, project: string) => string[];
}

/**
 * Looks names up in the workspace's database without changing it or waiting for anybody.
 *
 * @returns what `ask` gives; undefined where there is no database that this program can read
 */
export function lookUp<Answer>(layout: Layout, ask: (found: LookUp) => Answer): Answer | undefined {
  const opened = openAtOnce(layout.database);
  if (opened === undefined) return undefined;
  const { database, cleanUp } = opened;
  const column = (sql: string, ...values: readonly string[]): string[] =>
    database
      .prepare(sql)
      .all(...values)
      .map(({ name }) => String(name));
  try {
    return ask({
      runs: (environment, partial) =>
        column(
          `SELECT run AS name FROM (SELECT run FROM runs WHERE environment = ?
            ORDER BY started_at DESC, id DESC LIMIT 1000)
            WHERE substr(run, 1, length(?)) = ? LIMIT 20`,
          environment,
          partial,
          partial,
        ),
      versions: (environment, project) => [
        ...new Set(
          column(
            `SELECT json_extract(releases.document, '$.version') AS name
              FROM deploys JOIN releases ON releases.fingerprint = deploys.fingerprint
              WHERE deploys.environment = ? AND deploys.project = ?
              ORDER BY deploys.id DESC LIMIT 50`,
            environment,
            project,
          ),
        ),
      ],
      modelVersions: (environment, project) =>
        column(
          `SELECT model_version AS name FROM (SELECT model_version, started_at FROM runs
            WHERE environment = ? AND project = ? ORDER BY started_at DESC, id DESC LIMIT 1000)
            WHERE model_version IS NOT NULL
            GROUP BY model_version ORDER BY max(started_at) DESC LIMIT 20`,
          environment,
          project,
        ),
    });
  } finally {
    database.close();
    cleanUp();
  }
}
