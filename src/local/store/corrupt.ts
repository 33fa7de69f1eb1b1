import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { relative } from "node:path";
import type { DatabaseSync } from "node:sqlite";

import type { PlatformError } from "../../platform/port.ts";
import type { Layout } from "../layout.ts";
import { loadSqlite, scalar } from "./sqlite.ts";

/**
 * Finds what SQLite itself would take for a sound file: an emptied one, which it would fill as a new database, and one that is shorter
 * than its own header says. Returns what is wrong, or `undefined`.
 */
export function looksTruncated(layout: Layout): string | undefined {
  if (!existsSync(layout.database)) return undefined;
  const log = `${layout.database}-wal`;
  // Pages that were not yet copied back stand in the log; only without one must the file be whole.
  if (existsSync(log) && statSync(log).size > 0) return undefined;
  // Page size at offset 16, number of pages at offset 28: https://www.sqlite.org/fileformat2.html#the_database_header
  const header = Buffer.alloc(100);
  const file = openSync(layout.database, "r");
  let found: number;
  try {
    found = readSync(file, header, 0, 100, 0);
  } finally {
    closeSync(file);
  }
  if (found === 0) {
    const used = [layout.snapshots, layout.runs].some(
      (folder) => existsSync(folder) && readdirSync(folder).length > 0,
    );
    return used ? "the file is empty" : undefined;
  }
  if (found < 100) return `the file has only ${found} bytes`;
  if (!header.toString("latin1", 0, 15).startsWith("SQLite format 3")) return undefined; // SQLite says so itself
  const pageSize = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
  const expected = pageSize * header.readUInt32BE(28);
  // Asked for after the header was read: another process may just be making the file longer.
  const { size } = statSync(layout.database);
  return size < expected ? `the file has ${size} bytes of ${expected}` : undefined;
}

/** The error for a damaged database: what is wrong, what can still be read, what is safe beside it. Changes nothing. */
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

/** Counts what a reader that never writes still finds. */
function readable(layout: Layout): string {
  let database: DatabaseSync | undefined;
  const found: string[] = [];
  try {
    database = new (loadSqlite().DatabaseSync)(layout.database, { readOnly: true });
    for (const [table, word] of counted) {
      const count = countOf(database, table);
      if (count !== undefined) found.push(`${count} ${word}${count === 1 ? "" : "s"}`);
    }
  } catch {
    // Not even that: said below.
  } finally {
    if (database?.isOpen === true) database.close();
  }
  return found.length === 0
    ? "None of its rows can be read."
    : `Still readable in it: ${found.join(", ")}.`;
}

function countOf(database: DatabaseSync, table: string): number | undefined {
  try {
    // Without an index, so that the rows themselves are gone through.
    return Number(scalar(database, `SELECT count(*) FROM ${table} NOT INDEXED`));
  } catch {
    return undefined;
  }
}
