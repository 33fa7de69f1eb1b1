import { open, type FileHandle } from "node:fs/promises";
import { statSync } from "node:fs";

/** Lines between two places that are remembered: the rest is read and counted. */
const EVERY = 1024;
/** Read at once while lines are counted; others have their turn in between. */
const chunkBytes = 4 * 1024 * 1024;

/** What looks like the reason of a failure. */
const errors = ["Traceback (most recent call last)", "ERROR", "Error: ", "CRITICAL", "FATAL"];

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
  before(line: number): { readonly line: number; readonly offset: number };
  /** The last remembered line that begins at or before a byte. */
  beforeByte(offset: number): { readonly line: number; readonly offset: number };
  /** The byte at which the first line begins that looks like an error. */
  readonly firstError: number | undefined;
}

/** @param path of the log; one that isn't there yet is empty */
export function openLineIndex(path: string): LineIndex {
  /** Bytes at which the lines 1, 1025, 2049, … begin. */
  let places: number[] = [0];
  let scanned = 0;
  let lines = 0;
  let complete = false;
  let firstError: number | undefined;
  let updating: Promise<void> | undefined;

  const count = (chunk: Buffer, at: number): void => {
    for (let next = chunk.indexOf(10); next !== -1; next = chunk.indexOf(10, next + 1)) {
      lines += 1;
      if (lines % EVERY === 0) places.push(at + next + 1);
    }
  };

  const update = async (): Promise<void> => {
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size < scanned) {
      // Somebody has emptied it.
      [places, scanned, lines, firstError] = [[0], 0, 0, undefined];
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
        firstError ??= firstErrorIn(chunk, scanned);
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
    before(line) {
      const place = Math.min(Math.floor((line - 1) / EVERY), places.length - 1);
      return { line: place * EVERY + 1, offset: places[place] ?? 0 };
    },
    beforeByte(offset) {
      let [low, high] = [0, places.length - 1];
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if ((places[middle] ?? 0) <= offset) low = middle;
        else high = middle - 1;
      }
      return { line: low * EVERY + 1, offset: places[low] ?? 0 };
    },
  };
}

/** Where the line begins; a chunk's first line may have begun before it, which is near enough. */
function firstErrorIn(chunk: Buffer, at: number): number | undefined {
  const found = errors.map((text) => chunk.indexOf(text)).filter((place) => place !== -1);
  if (found.length === 0) return undefined;
  return at + chunk.lastIndexOf(10, Math.min(...found)) + 1;
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
