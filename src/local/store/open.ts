import {
  accessSync,
  constants,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statfsSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import type { DatabaseSync } from "node:sqlite";

import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { isErrno } from "../errno.ts";
import type { Layout } from "../layout.ts";
import { corruptDatabase, looksTruncated } from "./corrupt.ts";
import { networkFileSystem } from "./file-system.ts";
import { holderOf } from "./holder.ts";
import { openReadOnly } from "./read-only.ts";
import { migrations, schemaVersion } from "./schema.ts";
import { loadSqlite, scalar, sqliteTrouble, type SqliteTrouble } from "./sqlite.ts";
import { makeStore, type Store, UnwritableStore } from "./store.ts";

/** How long a write waits for other processes' writes, in milliseconds. Ours take a few each. */
const busyTimeoutMs = 10_000;

/**
 * Opens the workspace's database, makes it where there is none, and brings an older one up to this
 * program's version. One that may only be read, or that a full disk keeps from being written, is
 * opened for reading: each `write` then fails with the reason.
 */
export function openStore(layout: Layout): Result<Store, PlatformError> {
  const shown = relative(layout.root, layout.database);
  const prepared = prepareHome(layout);
  if (!prepared.ok) return prepared;
  const damage = looksTruncated(layout);
  if (damage !== undefined) return err(corruptDatabase(layout, damage));

  let database: DatabaseSync | undefined;
  try {
    database = new (loadSqlite().DatabaseSync)(layout.database, { timeout: busyTimeoutMs });
    makePrivate(layout.database, 0o600); // SQLite gives its other files the same mode
    database.exec("PRAGMA foreign_keys = ON");
    const version = Number(scalar(database, "PRAGMA user_version"));
    if (version > schemaVersion) {
      database.close();
      return err({
        reason: "refused",
        message: `${shown} was written by a newer Esteira (its schema is version ${version}, this program knows ${schemaVersion})`,
        help: "Use the newer version of Esteira in this workspace; nothing was changed.",
        resource: layout.database,
      });
    }
    database.exec("PRAGMA journal_mode = WAL");
    database.exec("PRAGMA synchronous = FULL");
    if (version < schemaVersion) migrate(database);
    return ok(makeStore(layout.database, database));
  } catch (error) {
    if (database?.isOpen === true) database.close();
    const failure = storeFailure(layout, error);
    if (failure === undefined) throw error;
    if (!unwritable.has(sqliteTrouble(error))) return err(failure);
    const reading = openReadOnly(layout.database, migrate);
    if (reading === undefined) return err(failure);
    return ok(makeStore(layout.database, reading.database, failure, reading.cleanUp));
  }
}

/** What may keep a database from being opened that can be read nevertheless. */
const unwritable: ReadonlySet<SqliteTrouble | undefined> = new Set([
  "read-only",
  "cannot-open",
  "full",
  "io",
]);

/**
 * What a thrown error of the database means to a person; `undefined` for everything that isn't one.
 */
export function storeFailure(layout: Layout, error: unknown): PlatformError | undefined {
  if (error instanceof UnwritableStore) return error.failure;
  const trouble = troubleOf(layout, error);
  const shown = relative(layout.root, layout.database);
  const resource = layout.database;
  const detail = error instanceof Error ? error.message : "";
  switch (trouble) {
    case undefined:
      return undefined;
    case "corrupt":
      return corruptDatabase(layout, detail);
    case "busy": {
      const holder = holderOf(layout.database) ?? "another process";
      return {
        reason: "unavailable",
        message: `${holder} has held ${shown} for more than ${busyTimeoutMs / 1000} seconds`,
        help: "Wait for it to end, or end it, and repeat the command.",
        resource,
      };
    }
    case "full":
      return {
        reason: "limit",
        message: `the disk that holds ${shown} is full`,
        help: "Free some space and repeat the command; what was written before is intact.",
        resource,
      };
    case "read-only":
    case "cannot-open":
      return {
        reason: "permission",
        message: `${shown} can't be written (${detail})`,
        help: "Give your user the right to write to the folder .esteira and the files in it.",
        resource,
      };
    case "io":
      return {
        reason: "failed",
        message: `reading or writing ${shown} failed (${detail})`,
        help: "Check the disk; what was written before is intact.",
        resource,
      };
  }
}

/**
 * SQLite's shared memory needs 32 KiB;
 * https://www.sqlite.org/walformat.html#the_wal_index_file_format
 */
const leastSpace = 64 * 1024;

/**
 * Where a log's shared memory can't be made, SQLite says that reading or writing failed: the disk
 * knows whether there is no space, or no right.
 */
function troubleOf(layout: Layout, error: unknown): SqliteTrouble | undefined {
  const trouble = sqliteTrouble(error);
  if (trouble !== "io") return trouble;
  try {
    accessSync(layout.home, constants.W_OK);
    const { bsize, bavail } = statfsSync(layout.home);
    return bsize * bavail < leastSpace ? "full" : trouble;
  } catch (refused) {
    return isErrno(refused, "EROFS", "EACCES") ? "read-only" : trouble;
  }
}

/**
 * Brings the schema up to date, in one transaction; of two processes that try, the second finds the
 * work done.
 */
function migrate(database: DatabaseSync): void {
  database.exec("BEGIN IMMEDIATE");
  try {
    const version = Number(scalar(database, "PRAGMA user_version"));
    for (const step of migrations.slice(version)) database.exec(step);
    if (version < schemaVersion) database.exec(`PRAGMA user_version = ${schemaVersion}`);
    database.exec("COMMIT");
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

/**
 * Makes `.esteira/` with a `.gitignore` that covers all of it; refuses one that other machines
 * share.
 */
function prepareHome(layout: Layout): Result<void, PlatformError> {
  try {
    makeHome(layout);
    const mounts = "/proc/self/mountinfo";
    const kind = networkFileSystem(
      statfsSync(layout.home).type,
      layout.home,
      existsSync(mounts) ? readFileSync(mounts, "utf8") : "",
    );
    if (kind === undefined) return ok(undefined);
    return err({
      reason: "refused",
      message: `the workspace is on a network file system (${kind}), where the database's locks don't hold`,
      help: "Keep the workspace on a disk of this machine; on WSL, inside the Linux file system and not under /mnt.",
      resource: layout.home,
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (existsSync(layout.home)) {
      return err({
        reason: "permission",
        message: "the folder .esteira is its owner's only, and you are somebody else",
        help: "Ask its owner, or work in a clone that is yours.",
        resource: layout.home,
      });
    }
    return err({
      reason: "permission",
      message: `the folder .esteira can't be made in the workspace (${message})`,
      help: "Give your user the right to write to the workspace's folder.",
      resource: layout.home,
    });
  }
}

/** Leaves the mode as it is where it can't be changed: of another owner, or on a read-only disk. */
function makePrivate(path: string, mode: number): void {
  try {
    chmodSync(path, mode);
  } catch {
    // Who can't change it has no right to more than reading.
  }
}

/** What is there already is left as it is, in a workspace that may only be read. */
function makeHome({ home, database }: Layout): void {
  const ignore = join(home, ".gitignore");
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    // Whatever the umask, and where an earlier version made it: logs and secrets are below it.
    makePrivate(home, 0o700);
    if (!existsSync(ignore)) writeFileSync(ignore, "*\n");
  } catch (error) {
    if (!existsSync(database)) throw error;
  }
}
