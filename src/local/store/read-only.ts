import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { DatabaseSync } from "node:sqlite";

import { schemaVersion } from "./schema.ts";
import { loadSqlite, scalar, sqliteTrouble } from "./sqlite.ts";

/** A database that is only read, and what goes when it is closed. */
export interface ReadOnlyDatabase {
  readonly database: DatabaseSync;
  readonly cleanUp: () => void;
}

/**
 * Opens a database that can't be written: as it is where a process that writes has it open, from
 * the file alone where its log is empty, and otherwise from a copy, to which `migrate` brings the
 * form of today. Undefined where it can't be read either, or is of a newer program.
 *
 * @param path of its file
 */
export function openReadOnly(
  path: string,
  migrate: (database: DatabaseSync) => void,
): ReadOnlyDatabase | undefined {
  return inPlace(path) ?? fileAlone(path) ?? copied(path, migrate);
}

/**
 * Opens a database to look something up at once: waits for nobody, and copies nothing. Undefined
 * where it isn't there, can't be read as it is, or is of another version of this program.
 *
 * @param path of its file
 */
export function openAtOnce(path: string): ReadOnlyDatabase | undefined {
  if (!existsSync(path)) return undefined;
  return inPlace(path) ?? fileAlone(path);
}

function inPlace(path: string): ReadOnlyDatabase | undefined {
  return usable(() => new (loadSqlite().DatabaseSync)(path, { readOnly: true }));
}

/** https://www.sqlite.org/uri.html#uriimmutable: no locks and no log; nobody writes here. */
function fileAlone(path: string): ReadOnlyDatabase | undefined {
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false });
  if (log !== undefined && log.size > 0) return undefined;
  const url = pathToFileURL(path);
  url.searchParams.set("immutable", "1");
  return usable(() => new (loadSqlite().DatabaseSync)(url, { readOnly: true }));
}

function copied(
  path: string,
  migrate: (database: DatabaseSync) => void,
): ReadOnlyDatabase | undefined {
  let folder: string | undefined;
  const cleanUp = (): void => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  };
  try {
    folder = mkdtempSync(join(tmpdir(), "esteira-read-"));
    const copy = join(folder, "esteira.db");
    copyFileSync(path, copy);
    if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${copy}-wal`);
    const opened = usable(() => {
      const database = new (loadSqlite().DatabaseSync)(copy);
      if (Number(scalar(database, "PRAGMA user_version")) < schemaVersion) migrate(database);
      return database;
    });
    if (opened !== undefined) return { database: opened.database, cleanUp };
  } catch (error) {
    // A file that can't be read, or no space for a copy of it.
    if (!(error instanceof Error && "code" in error)) throw error;
  }
  cleanUp();
  return undefined;
}

/** Closes again what can't be read, or is of another version than this program's. */
function usable(open: () => DatabaseSync): ReadOnlyDatabase | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = open();
    const version = Number(scalar(database, "PRAGMA user_version"));
    if (version === schemaVersion) return { database, cleanUp: () => undefined };
  } catch (error) {
    if (sqliteTrouble(error) === undefined) throw error;
  }
  if (database?.isOpen === true) database.close();
  return undefined;
}
