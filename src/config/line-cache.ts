import { createHash, randomUUID } from "node:crypto";
import {
  closeSync,
  constants,
  fstatSync,
  futimesSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";

/** More would cost more to read than it saves. Bytes. */
const LARGEST_FILE = 32 * 1024 * 1024;

/** A small cache in one file, a line an entry; keys and values hold no line break. */
export interface LineCache {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
  /** Writes what is new. A disk that refuses costs the next reader some time and nothing else. */
  save(): void;
}

/**
 * Opens a cache. Its file has a check sum of all entries and of where on the disk it is, so that a
 * damaged one and a copy are as if they were empty.
 *
 * @param header names what the entries are and which version made them; a file with another first
 *   line is as if it were empty
 * @param most how many entries are kept, those that were used last first
 */
export function openLineCache(
  file: string,
  { header, most }: { readonly header: string; readonly most: number },
): LineCache {
  const kept = readLines(file, header);
  const used = new Map<string, string>();
  let changed = false;
  return {
    get(key) {
      const value = used.get(key) ?? kept.get(key);
      if (value !== undefined) used.set(key, value);
      return value;
    },
    set(key, value) {
      used.set(key, value);
      changed = true;
    },
    save() {
      if (!changed) return;
      const entries = [...used, ...[...kept].filter(([key]) => !used.has(key))].slice(0, most);
      const lines = entries.map(([key, value]) => `${key}\t${value}\n`).join("");
      writeWhole(file, header, lines);
    },
  };
}

function readLines(file: string, header: string): Map<string, string> {
  const entries = new Map<string, string>();
  try {
    const { content, place } = readWhole(file);
    const start = Buffer.from(`${header}\n`);
    if (!content.subarray(0, start.length).equals(start)) return entries;
    const end = content.indexOf("\n", start.length);
    const lines = content.subarray(end + 1);
    if (content.toString("latin1", start.length, end) !== checkSum(place, lines)) return entries;
    for (const line of lines.toString().split("\n")) {
      const value = line.indexOf("\t") + 1;
      if (value > 0) entries.set(line.slice(0, value - 1), line.slice(value));
    }
  } catch {
    // It isn't there, or can't be read: nothing is known.
  }
  return entries;
}

/** The content, and where on the disk it is. */
function readWhole(file: string): { readonly content: Buffer; readonly place: string } {
  // Opening a pipe to read waits for who writes.
  const opened = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = fstatSync(opened);
    if (!found.isFile() || found.size > LARGEST_FILE) throw new Error("no cache");
    return { content: readFileSync(opened), place: placeOf(found) };
  } finally {
    closeSync(opened);
  }
}

function writeWhole(file: string, header: string, lines: string): void {
  const part = `${file}.${randomUUID()}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    try {
      const opened = openSync(part, "wx", 0o600);
      try {
        // A whole even second, which every file system can keep, and which hardly a copy has.
        const time = Math.floor(Date.now() / 2000) * 2;
        const place = placeOf({ ino: fstatSync(opened).ino, mtimeMs: time * 1000 });
        writeFileSync(opened, `${header}\n${checkSum(place, lines)}\n${lines}`);
        futimesSync(opened, time, time);
      } finally {
        closeSync(opened);
      }
      renameSync(part, file);
    } finally {
      rmSync(part, { force: true });
    }
  } catch {
    // The disk is full, or nobody may write here: the next reader does the work again.
  }
}

/**
 * What no copy of a file has in common with it. A cache that comes with a commit, from another
 * machine or out of an archive isn't believed: somebody may have written into it what was never
 * computed.
 */
function placeOf({ ino, mtimeMs }: Pick<Stats, "ino" | "mtimeMs">): string {
  return `${ino} ${mtimeMs}`;
}

function checkSum(place: string, lines: string | Uint8Array): string {
  return createHash("sha256").update(`${place}\n`).update(lines).digest("hex");
}
