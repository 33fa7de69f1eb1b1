import { open, type FileHandle } from "node:fs/promises";

import type { Mask } from "../../core/mask.ts";
import type { PlacedLine } from "../../platform/roles/attempt-logs.ts";
import { isErrno } from "../errno.ts";
import { parseLogLine } from "../runs/log-line.ts";
import { type LineIndex, readAt } from "./line-index.ts";

/** What is shown of a line, in characters; the whole of it is in the download. */
const mostShown = 8192;
/** Read at once for the lines of a page. */
const pageBytes = 256 * 1024;
/** What one page reads at most: lines of a megabyte each fill a page as well. */
const mostRead = 8 * 1024 * 1024;

/** A line's bytes without the break. */
export interface RawLine {
  readonly offset: number;
  readonly bytes: Buffer;
}

/** Opens the log of an attempt for one question; undefined where there is none yet. */
export async function withLog<T>(
  path: string,
  work: (file: FileHandle, size: number) => Promise<T>,
): Promise<T | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, "r");
  } catch (error) {
    if (isErrno(error, "ENOENT")) return undefined;
    throw error;
  }
  try {
    return await work(file, (await file.stat()).size);
  } finally {
    await file.close();
  }
}

/** Lines from a byte on at which one begins. */
export async function linesFrom(
  file: FileHandle,
  offset: number,
  size: number,
  count: number,
): Promise<readonly RawLine[]> {
  const lines: RawLine[] = [];
  let at = offset;
  let rest: Buffer = Buffer.alloc(0);
  for (let read = 0; lines.length < count && at + rest.length < size && read < mostRead;) {
    const from = at + rest.length;
    const more = await readAt(file, from, Math.min(pageBytes, size - from));
    if (more.length === 0) break;
    read += more.length;
    const chunk = rest.length === 0 ? more : Buffer.concat([rest, more]);
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1 && lines.length < count;) {
      lines.push({ offset: at + start, bytes: chunk.subarray(start, end) });
      start = end + 1;
      end = chunk.indexOf(10, start);
    }
    at += start;
    rest = chunk.subarray(start);
  }
  const atEnd = at + rest.length >= size || rest.length >= mostRead;
  if (lines.length < count && rest.length > 0 && atEnd) lines.push({ offset: at, bytes: rest });
  return lines;
}

/** The byte at which the last lines begin. */
export async function startOfLast(file: FileHandle, size: number, count: number): Promise<number> {
  let wanted = count;
  let end = size;
  for (let read = 0; end > 0 && read < mostRead;) {
    const from = Math.max(0, end - pageBytes);
    const chunk = await readAt(file, from, end - from);
    read += chunk.length;
    // A break at the very end closes the last line, and begins none.
    let place = end === size && chunk.at(-1) === 10 ? chunk.length - 2 : chunk.length - 1;
    for (;;) {
      place = place < 0 ? -1 : chunk.lastIndexOf(10, place);
      if (place === -1) break;
      wanted -= 1;
      if (wanted === 0) return from + place + 1;
      place -= 1;
    }
    end = from;
  }
  return end;
}

/**
 * Counts the lines between a place that is known and a byte; undefined where it isn't counted yet.
 */
export async function numberAt(
  file: FileHandle,
  index: LineIndex,
  offset: number,
): Promise<number | undefined> {
  if (offset > index.scanned) return undefined;
  let { line: number, offset: at } = index.beforeByte(offset);
  // A single line may be longer than what fits into memory.
  while (at < offset) {
    const chunk = await readAt(file, at, Math.min(pageBytes, offset - at));
    if (chunk.length === 0) break;
    for (let next = chunk.indexOf(10); next !== -1; next = chunk.indexOf(10, next + 1)) number += 1;
    at += chunk.length;
  }
  return number;
}

/** The byte at which a line begins; the end of what is counted where it is later. */
export async function offsetOf(file: FileHandle, index: LineIndex, line: number): Promise<number> {
  const known = index.before(line);
  let at = known.offset;
  let left = line - known.line;
  while (left > 0 && at < index.scanned) {
    const chunk = await readAt(file, at, Math.min(pageBytes, index.scanned - at));
    if (chunk.length === 0) return at;
    let start = 0;
    while (left > 0) {
      const end = chunk.indexOf(10, start);
      if (end === -1) break;
      start = end + 1;
      left -= 1;
    }
    if (left === 0) return at + start;
    at += chunk.length;
  }
  return at;
}

/** A line as it is shown. @param number from 1; undefined where nobody has counted them yet */
export function placedLine(
  { offset, bytes }: RawLine,
  number: number | undefined,
  mask: Mask,
): PlacedLine {
  // A line of a gigabyte isn't made a text to show the beginning of it.
  const { at, stream, text } = parseLogLine(bytes.toString("utf8", 0, mostShown * 4));
  const shown = mask(text);
  const cut = bytes.length > mostShown * 4 || shown.length > mostShown;
  return {
    number,
    id: number === undefined ? `b${offset}` : String(number),
    timestamp: at ?? 0,
    stream,
    text: cut ? shown.slice(0, mostShown) : shown,
    cut,
  };
}
