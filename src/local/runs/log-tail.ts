import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";

import { attemptFiles } from "../executors/attempt-files.ts";

/** What is looked at of a log's end, in bytes. */
const tailBytes = 32 * 1024;

/** The last lines that an attempt's own command wrote, oldest first; none where there is no log. */
export function logTail(directory: string, count: number): string[] {
  let file: number;
  try {
    file = openSync(join(directory, attemptFiles.log), "r");
  } catch {
    return [];
  }
  try {
    const { size } = fstatSync(file);
    const buffer = Buffer.alloc(Math.min(size, tailBytes));
    const read = readSync(file, buffer, 0, buffer.length, size - buffer.length);
    const lines = buffer.toString("utf8", 0, read).split("\n");
    // The first one may be the rest of a line.
    return lines.flatMap((line) => /^\d+ [oe] ?(.*)$/.exec(line)?.[1] ?? []).slice(-count);
  } finally {
    closeSync(file);
  }
}
