import { closeSync, openSync, readSync, statSync } from "node:fs";
import { join } from "node:path";

import type { LogFilter } from "../../platform/port.ts";
import type { LogLine } from "../../platform/log-lines.ts";
import { attemptFiles } from "../executors/attempt-files.ts";
import { parseLogLine } from "./log-line.ts";
import { type AttemptRow, attemptsOfRun } from "../store/attempts.ts";
import type { RunRow } from "../store/run-row.ts";
import type { Store } from "../store/store.ts";
import type { Page, PageRequest } from "../../platform/page.ts";

/** Bytes read of one attempt's log for one page; a longer line is read whole. */
const chunkBytes = 64 * 1024;

/** How far a reader has come: bytes of each attempt's log, by the attempt's task. */
type Offsets = Record<string, number>;

/** One page of all attempts' logs, merged by time. */
export function readLogs(
  store: Store,
  run: RunRow,
  filter: LogFilter,
  page: PageRequest,
): Page<LogLine> {
  const offsets = { ...offsetsOf(page.cursor) };
  // Asked for before the logs are read: whatever is written later counts as not read yet.
  const attempts = attemptsOfRun(store, run.id).filter(
    ({ step }) => filter.step === undefined || step === filter.step,
  );
  const growing = run.status === "RUNNING" || attempts.some(({ state }) => state !== "ended");
  const sources = attempts.map((attempt): Source => ({
    attempt,
    lines: [],
    more: false,
    next: 0,
    read: false,
  }));
  const items: LogLine[] = [];
  while (items.length < page.limit) {
    const source = earliest(sources, offsets);
    if (source === undefined) break;
    const line = source.lines[source.next];
    // A source whose chunk is used up and that has more: what comes next in time isn't known.
    if (line === undefined) break;
    items.push(line.line);
    source.next += 1;
    offsets[source.attempt.task] = line.end;
  }
  const whole = earliest(sources, offsets) === undefined;
  return growing || !whole ? { items, next: JSON.stringify(offsets) } : { items };
}

function offsetsOf(cursor: string | undefined): Offsets {
  return cursor === undefined ? {} : (JSON.parse(cursor) as Offsets);
}

/** One attempt's log: what has been read of it and not given yet. */
interface Source {
  readonly attempt: AttemptRow;
  lines: readonly { readonly line: LogLine; readonly end: number }[];
  /** There is more in the file. */
  more: boolean;
  next: number;
  read: boolean;
}

/**
 * The source whose next line is the oldest, read as far as that asks for: a log has nothing from
 * before its attempt was asked for, so those of attempts that come later aren't opened yet. One
 * that must be read on comes before all.
 */
function earliest(sources: readonly Source[], offsets: Offsets): Source | undefined {
  for (;;) {
    let best: Source | undefined;
    let bestAt = Infinity;
    for (const source of sources) {
      const at = timeOfNext(source);
      if (at !== undefined && (best === undefined || at < bestAt)) [best, bestAt] = [source, at];
    }
    if (best === undefined || best.read) return best;
    readOn(best, offsets[best.attempt.task] ?? 0);
  }
}

/** When the next line was written, or not before; undefined when there is none. */
function timeOfNext({ attempt, lines, more, next, read }: Source): number | undefined {
  if (!read) return attempt.requestedAt;
  return lines[next]?.line.timestamp ?? (more ? -Infinity : undefined);
}

function readOn(source: Source, offset: number): void {
  const { attempt } = source;
  source.read = true;
  const path = join(attempt.directory, attemptFiles.log);
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size <= offset) return;
  const chunk = readChunk(path, offset, size, chunkBytes);
  const complete = chunk.lastIndexOf(10) + 1;
  // A last line without its break is one only when nothing can be added to it.
  const cut = attempt.state === "ended" && offset + chunk.length === size;
  source.lines = linesOf(attempt, cut ? chunk : chunk.subarray(0, complete), offset);
  source.more = !cut && complete > 0 && offset + complete < size;
}

/** From `offset` on, as much as `bytes`, and more where no line would be complete otherwise. */
function readChunk(path: string, offset: number, size: number, bytes: number): Buffer {
  const length = Math.min(bytes, size - offset);
  const buffer = Buffer.alloc(length);
  const file = openSync(path, "r");
  try {
    let read = 0;
    while (read < length) {
      const got = readSync(file, buffer, read, length - read, offset + read);
      if (got === 0) break;
      read += got;
    }
    const chunk = buffer.subarray(0, read);
    const short = !chunk.includes(10) && read === length && length < size - offset;
    return short ? readChunk(path, offset, size, bytes * 4) : chunk;
  } finally {
    closeSync(file);
  }
}

function linesOf(
  attempt: AttemptRow,
  text: Buffer,
  offset: number,
): { readonly line: LogLine; readonly end: number }[] {
  const lines: { readonly line: LogLine; readonly end: number }[] = [];
  let start = 0;
  while (start < text.length) {
    const found = text.indexOf(10, start);
    const end = found === -1 ? text.length : found;
    lines.push({ line: lineOf(attempt, text.toString("utf8", start, end)), end: offset + end + 1 });
    start = end + 1;
  }
  return lines;
}

function lineOf(attempt: AttemptRow, line: string): LogLine {
  const { at, stream, text } = parseLogLine(line);
  return {
    timestamp: at ?? attempt.requestedAt,
    step: attempt.step,
    attempt: attempt.number,
    item: attempt.item,
    stream,
    text,
  };
}
