import { appendFileSync, statSync } from "node:fs";
import { join } from "node:path";

import { attemptFiles, readText } from "./attempt-files.ts";

/**
 * Adds what Esteira itself has to say about an attempt to its log. A line that was cut off by a
 * crash stays a separate line. Where nothing can be written the log lacks the line, and nothing
 * else comes of it.
 */
export function appendSystemLine(directory: string, at: number, text: string): void {
  const path = join(directory, attemptFiles.log);
  try {
    const log = readText(path) ?? "";
    const separator = log === "" || log.endsWith("\n") ? "" : "\n";
    appendFileSync(path, `${separator}${at} s ${text}\n`);
  } catch {
    // No space, or the folder is gone.
  }
}

/** When the log was last written to, in milliseconds since the epoch. */
export function lastOutputAt(directory: string): number | undefined {
  const found = statSync(join(directory, attemptFiles.log), { throwIfNoEntry: false });
  return found && Math.floor(found.mtimeMs);
}
