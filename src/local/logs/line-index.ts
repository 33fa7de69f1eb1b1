import { open, type FileHandle } from "node:fs/promises";
import { statSync } from "node:fs";

/** Between two places that are remembered: the rest is read and counted. */
const linesBetween = 1024;
const bytesBetween = 1024 * 1024;
/** Read at once while lines are counted; others have their turn in between. */
const chunkBytes = 4 * 1024 * 1024;

/** What looks like the reason of a failure. */
const errors = ["Traceback (most recent call last)", "ERROR", "Error: ", "CRITICAL", "FATAL"];

/** A line, from 1, and the byte at which it begins. */
export interface Place {
  readonly line: number;
  readonly offset: number;
}

/** Where the lines of a log begin: counted once, and on as it grows. */
export interface LineIndex {
  /** Counts what is there by now; resolves when that is done. */
  update(): Promise<void>;
  /** All of the file was counted, as far as its lines are complete. */
  readonly complete: boolean;
  /** Bytes that were counted. */
  readonly scanned: number;
  /** Complete lines that were counted. */
  readonly lines: number;
  /** A line at or before a line (from 1), and the byte at which it begins. */
  before(line: number): Place;
  /** The last remembered line that begins at or before a byte. */
  beforeByte(offset: number): Place;
  /** A byte of the first line that looks like an error. */
  readonly firstError: number | undefined;
}

/** @param path of the log; one that isn't there yet is empty */
export function openLineIndex(path: string): LineIndex {
  let places: Place[] = [start];
  let scanned = 0;
  let lines = 0;
  let complete = false;
  let firstError: number | undefined;
  let updating: Promise<void> | undefined;

  const count = (chunk: Buffer, at: number): void => {
    for (let next = chunk.indexOf(10); next !== -1; next = chunk.indexOf(10, next + 1)) {
      lines += 1;
      const last = places.at(-1) ?? start;
      const offset = at + next + 1;
      // Long lines are few to a place: what is read to count from it stays small.
      if (lines + 1 - last.line >= linesBetween || offset - last.offset >= bytesBetween)
        places.push({ line: lines + 1, offset });
    }
  };

  const update = async (): Promise<void> => {
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size < scanned) {
      // Somebody has emptied it.
      [places, scanned, lines, firstError] = [[start], 0, 0, undefined];
    }
    if (size === scanned) {
      complete = true;
      return;
    }
    complete = false;
    const file = await open(path, "r");
    try {
      while (scanned < size) {
        const chunk = await readAt(file, scanned, Math.min(chunkBytes, size - scanned));
        if (chunk.length === 0) break;
        count(chunk, scanned);
        firstError ??= (await errorAcross(file, scanned)) ?? firstErrorIn(chunk, scanned);
        scanned += chunk.length;
      }
      complete = true;
    } finally {
      await file.close();
    }
  };

  return {
    update: () =>
      (updating ??= update().finally(() => {
        updating = undefined;
      })),
    get complete() {
      return complete;
    },
    get scanned() {
      return scanned;
    },
    get lines() {
      return lines;
    },
    get firstError() {
      return firstError;
    },
    before: (line) => lastPlace(places, (place) => place.line <= line),
    beforeByte: (byte) => lastPlace(places, (place) => place.offset <= byte),
  };
}

const start: Place = { line: 1, offset: 0 };

/** The last of the places for which it is so; it is so for none after the first for which not. */
function lastPlace(places: readonly Place[], isSo: (place: Place) => boolean): Place {
  let [low, high] = [0, places.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (isSo(places[middle] ?? start)) low = middle;
    else high = middle - 1;
  }
  return places[low] ?? start;
}

/** Bytes of the longest of them, without one: what two chunks may have a part of each. */
const longestError = Math.max(...errors.map(({ length }) => length)) - 1;

/** One that begins in the chunk before a byte and ends behind it. */
async function errorAcross(file: FileHandle, byte: number): Promise<number | undefined> {
  if (byte === 0) return undefined;
  const from = Math.max(0, byte - longestError);
  return firstErrorIn(await readAt(file, from, byte - from + longestError), from);
}

function firstErrorIn(chunk: Buffer, at: number): number | undefined {
  const found = errors.map((text) => chunk.indexOf(text)).filter((place) => place !== -1);
  return found.length === 0 ? undefined : at + Math.min(...found);
}

/** Bytes of a file; fewer where it ends. */
export async function readAt(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let read = 0;
  while (read < length) {
    const { bytesRead } = await file.read(buffer, read, length - read, offset + read);
    if (bytesRead === 0) break;
    read += bytesRead;
  }
  return buffer.subarray(0, read);
}
