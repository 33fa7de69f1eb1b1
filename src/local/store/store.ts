import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";

import type { PlatformError } from "../../platform/port.ts";

/** One row as SQLite gives it. */
export type Row = Record<string, unknown>;

/**
 * The workspace's database, opened. Calls are synchronous and short; each write is one transaction.
 */
export interface Store {
  readonly path: string;
  all(sql: string, ...values: SQLInputValue[]): Row[];
  get(sql: string, ...values: SQLInputValue[]): Row | undefined;
  /** Number of rows changed. Inside `write` only. */
  run(sql: string, ...values: SQLInputValue[]): number;
  /** Row id of the row that `run` inserted last. */
  lastId(): number;
  /**
   * One transaction, begun with the right to write: nobody else writes in between. Survives a loss
   * of power when it returns; with `relaxed` it may be lost then (never when only a process dies),
   * which suits what a reboot makes void anyway.
   */
  write<T>(body: () => T, durability?: "durable" | "relaxed"): T;
  /** Changes when another connection, of this process or another, has written. */
  version(): number;
  close(): void;
}

/** Thrown by `write` where the database could only be opened for reading. */
export class UnwritableStore extends Error {
  readonly failure: PlatformError;

  /** @param failure why, and what to do */
  constructor(failure: PlatformError) {
    super(failure.message);
    this.failure = failure;
  }
}

/**
 * The store's ways of working over an open database.
 *
 * @param unwritable why it is only read; undefined where it may be written
 */
export function makeStore(
  path: string,
  database: DatabaseSync,
  unwritable?: PlatformError,
  cleanUp?: () => void,
): Store {
  const statements = new Map<string, StatementSync>();
  const prepared = (sql: string): StatementSync => {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = database.prepare(sql);
      statements.set(sql, statement);
    }
    return statement;
  };
  let inserted = 0;
  let synchronous = "durable";
  return {
    path,
    all: (sql, ...values) => prepared(sql).all(...values),
    get: (sql, ...values) => prepared(sql).get(...values),
    run(sql, ...values) {
      const { changes, lastInsertRowid } = prepared(sql).run(...values);
      inserted = Number(lastInsertRowid);
      return Number(changes);
    },
    lastId: () => inserted,
    write(body, durability = "durable") {
      if (unwritable !== undefined) throw new UnwritableStore(unwritable);
      if (durability !== synchronous) {
        database.exec(`PRAGMA synchronous = ${durability === "durable" ? "FULL" : "NORMAL"}`);
        synchronous = durability;
      }
      prepared("BEGIN IMMEDIATE").run();
      try {
        const result = body();
        prepared("COMMIT").run();
        return result;
      } catch (error) {
        if (database.isTransaction) prepared("ROLLBACK").run();
        throw error;
      }
    },
    version: () => Number(prepared("PRAGMA data_version").get()?.["data_version"]),
    close: () => {
      statements.clear();
      if (database.isOpen) database.close();
      cleanUp?.();
    },
  };
}
