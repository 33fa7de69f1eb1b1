import type { DatabaseSync } from "node:sqlite";

type Sqlite = typeof import("node:sqlite");

let sqlite: Sqlite | undefined;

/**
 * Node's own SQLite. Some versions of Node print a warning that it is experimental when it is first
 * loaded; people who run Esteira can do nothing about that, so this one warning is kept back, and
 * no other.
 */
export function loadSqlite(): Sqlite {
  if (sqlite !== undefined) return sqlite;
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = (warning: string | Error, ...rest: never[]) => {
    const text = typeof warning === "string" ? warning : warning.message;
    if (!text.includes("SQLite")) Reflect.apply(emitWarning, process, [warning, ...rest]);
  };
  try {
    sqlite = process.getBuiltinModule("node:sqlite");
    return sqlite;
  } finally {
    process.emitWarning = emitWarning;
  }
}

/**
 * What SQLite may answer that isn't a bug of ours; codes of https://www.sqlite.org/rescode.html.
 */
export type SqliteTrouble = "busy" | "read-only" | "io" | "corrupt" | "full" | "cannot-open";

const troubles: ReadonlyMap<number, SqliteTrouble> = new Map([
  [3, "read-only"], // SQLITE_PERM
  [5, "busy"],
  [6, "busy"], // SQLITE_LOCKED
  [8, "read-only"],
  [10, "io"],
  [11, "corrupt"],
  [13, "full"],
  [14, "cannot-open"],
  [26, "corrupt"], // SQLITE_NOTADB
]);

/** Distinguishes an error of SQLite about the world from everything else that is thrown. */
export function sqliteTrouble(error: unknown): SqliteTrouble | undefined {
  if (!(error instanceof Error) || !("errcode" in error)) return undefined;
  return typeof error.errcode === "number" ? troubles.get(error.errcode & 0xff) : undefined;
}

/** First value of the first row, for pragmas and counts. */
export function scalar(database: DatabaseSync, sql: string): unknown {
  const row = database.prepare(sql).get();
  return row === undefined ? undefined : Object.values(row)[0];
}
