import type { FileHandle } from "node:fs/promises";

import type { Mask } from "../../core/mask.ts";
import { logMatcher, type LogMatcher } from "../../platform/log-matcher.ts";
import type { LogFound, LogWanted, PlacedLine } from "../../platform/roles/attempt-logs.ts";
import { parseLogLine } from "../runs/log-line.ts";
import { type LineIndex, readAt } from "./line-index.ts";
import { numberAt, placedLine } from "./log-file.ts";

const chunkBytes = 4 * 1024 * 1024;
/** How long one search takes at most, in milliseconds: then it says how far it looked. */
const longestMs = 1700;

/**
 * Looks for a text in the lines of a log, from where the search before ended.
 *
 * @param mask hides what is secret: nobody finds out by searching what it is
 */
export async function searchLog(
  file: FileHandle,
  size: number,
  index: LineIndex,
  wanted: LogWanted,
  mask: Mask,
): Promise<LogFound> {
  const began = performance.now();
  const matcher = logMatcher(wanted.text);
  const first = placeOf(wanted.cursor, size);
  const hits: PlacedLine[] = [];
  let at = first;
  let lines = 0;
  while (at < size && hits.length < wanted.limit && performance.now() - began < longestMs) {
    const chunk = await readAt(file, at, Math.min(chunkBytes, size - at));
    if (chunk.length === 0) break;
    const isLast = at + chunk.length >= size;
    const breakAt = chunk.lastIndexOf(10);
    // A line that is longer than a chunk is looked at in parts.
    const end = isLast || breakAt === -1 ? chunk.length : breakAt + 1;
    const found = candidates(chunk.subarray(0, end), matcher, mask);
    let seen = end;
    for (const { start, end: lineEnd } of found) {
      const offset = at + start;
      const number = await numberAt(file, index, offset);
      hits.push(placedLine({ offset, bytes: chunk.subarray(start, lineEnd) }, number, mask));
      if (hits.length >= wanted.limit) {
        seen = Math.min(end, lineEnd + 1);
        break;
      }
    }
    at += seen;
    lines += found.length;
  }
  const counted = await linesBetween(file, index, first, at);
  return {
    hits,
    lines: counted ?? lines,
    from: await timeAt(file, first, size),
    until: hits.at(-1)?.timestamp ?? (await timeBefore(file, at)),
    share: size === 0 ? 1 : at / size,
    next: at < size ? String(at) : undefined,
  };
}

function placeOf(cursor: string | undefined, size: number): number {
  const at = Number(cursor ?? 0);
  return Number.isInteger(at) && at >= 0 ? Math.min(at, size) : 0;
}

/** Lines of a chunk that have the text in what the step wrote. */
function candidates(
  chunk: Buffer,
  { bytes, marks }: LogMatcher,
  mask: Mask,
): readonly { readonly start: number; readonly end: number }[] {
  const text = chunk.toString("latin1");
  const found: { start: number; end: number }[] = [];
  bytes.lastIndex = 0;
  for (let hit = bytes.exec(text); hit !== null; hit = bytes.exec(text)) {
    const start = hit.index === 0 ? 0 : text.lastIndexOf("\n", hit.index - 1) + 1;
    const breakAt = text.indexOf("\n", hit.index);
    const end = breakAt === -1 ? text.length : breakAt;
    const line = parseLogLine(chunk.toString("utf8", start, Math.min(end, start + 65_536))).text;
    if (marks(mask(line)).length > 0) found.push({ start, end });
    bytes.lastIndex = end + 1;
    if (end >= text.length) break;
  }
  return found;
}

async function linesBetween(
  file: FileHandle,
  index: LineIndex,
  from: number,
  to: number,
): Promise<number | undefined> {
  const [first, last] = [await numberAt(file, index, from), await numberAt(file, index, to)];
  return first === undefined || last === undefined ? undefined : last - first;
}

async function timeAt(file: FileHandle, offset: number, size: number): Promise<number | undefined> {
  if (offset >= size) return undefined;
  const chunk = await readAt(file, offset, Math.min(64, size - offset));
  return parseLogLine(chunk.toString("latin1").split("\n")[0] ?? "").at;
}

async function timeBefore(file: FileHandle, offset: number): Promise<number | undefined> {
  const from = Math.max(0, offset - 8192);
  const chunk = await readAt(file, from, offset - from);
  const lines = chunk.toString("latin1").split("\n");
  return lines
    .toReversed()
    .reduce<number | undefined>((time, line) => time ?? parseLogLine(line).at, undefined);
}
