import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import type { DatabaseSync } from "node:sqlite";

import type { PlatformError } from "../../platform/port.ts";
import type { Layout } from "../layout.ts";
import { loadSqlite } from "./sqlite.ts";

/**
 * Finds what SQLite itself would take for a sound file: an emptied one, which it would fill as a
 * new database, and one that is shorter than its own header says. Returns what is wrong, or
 * `undefined`.
 */
export function looksTruncated(layout: Layout): string | undefined {
  if (!existsSync(layout.database)) return undefined;
  const log = `${layout.database}-wal`;
  // Pages that were not yet copied back are in the log; only without one must the file be whole.
  if (existsSync(log) && statSync(log).size > 0) return undefined;
  if (statSync(layout.database).size === 0) {
    const used = [layout.snapshots, layout.runs].some(
      (folder) => existsSync(folder) && readdirSync(folder).length > 0,
    );
    return used ? "the file is empty" : undefined;
  }
  const expected = expectedSize(layout.database);
  // Asked for after the header was read: another process may just be making the file longer.
  const { size } = statSync(layout.database);
  if (expected === undefined) return undefined; // SQLite says itself that this is not a database
  return size < expected ? `the file has ${size} bytes of ${expected}` : undefined;
}

/**
 * What the header says about the file's size, in bytes; `undefined` when there is no whole header.
 */
function expectedSize(path: string): number | undefined {
  // Page size at offset 16, number of pages at offset 28:
  // https://www.sqlite.org/fileformat2.html#the_database_header
  const header = Buffer.alloc(100);
  const file = openSync(path, "r");
  try {
    if (readSync(file, header, 0, 100, 0) < 100) return undefined;
  } finally {
    closeSync(file);
  }
  if (!header.toString("latin1", 0, 15).startsWith("SQLite format 3")) return undefined;
  const pageSize = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
  return pageSize * header.readUInt32BE(28);
}

/**
 * The error for a damaged database: what is wrong, what can still be read, what is safe beside it.
 * Changes nothing.
 */
export function corruptDatabase(layout: Layout, detail: string): PlatformError {
  const shown = relative(layout.root, layout.database);
  const safe = [layout.artifacts, layout.runs, layout.snapshots]
    .filter((folder) => existsSync(folder))
    .map((folder) => relative(layout.root, folder));
  const beside = safe.length === 0 ? "" : ` ${safe.join(", ")} are not affected.`;
  return {
    reason: "corrupt",
    message: `${shown} is damaged: ${detail}. ${readable(layout)} Nothing was overwritten.${beside}`,
    help: `Put a copy of ${shown} back from a backup, or move it and the files ${shown}-* aside and deploy again: the history of runs then starts anew.`,
    resource: layout.database,
  };
}

const counted = [
  ["deployments", "deployment"],
  ["runs", "run"],
  ["events", "event"],
] as const;

/**
 * Counts the rows that are still found, in a copy: SQLite refuses a file that was cut off unless
 * the missing part is filled.
 */
function readable(layout: Layout): string {
  const folder = mkdtempSync(join(tmpdir(), "esteira-damaged-"));
  let database: DatabaseSync | undefined;
  const found: string[] = [];
  try {
    const copy = join(folder, "esteira.db");
    copyFileSync(layout.database, copy);
    if (existsSync(`${layout.database}-wal`)) {
      copyFileSync(`${layout.database}-wal`, `${copy}-wal`);
    }
    const expected = expectedSize(copy);
    if (expected !== undefined && statSync(copy).size < expected) truncateSync(copy, expected);
    database = new (loadSqlite().DatabaseSync)(copy);
    for (const [table, word] of counted) {
      const count = countOf(database, table);
      if (count > 0) found.push(`${count} ${word}${count === 1 ? "" : "s"}`);
    }
  } catch {
    // Not even that: said below.
  } finally {
    if (database?.isOpen === true) database.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return found.length === 0
    ? "None of its rows can be read."
    : `Still readable in it: ${found.join(", ")}.`;
}

/** Rows up to the first that can't be read. */
function countOf(database: DatabaseSync, table: string): number {
  let count = 0;
  try {
    for (const _row of database.prepare(`SELECT * FROM ${table} NOT INDEXED`).iterate()) count += 1;
  } catch {
    // What was counted by then was read whole.
  }
  return count;
}
