import { hash, randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
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
 * Opens a cache. Its file has a check sum of all entries, so that a damaged one is as if it were
 * empty.
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
      writeWhole(file, `${header}\n${checkSum(lines)}\n${lines}`);
    },
  };
}

function readLines(file: string, header: string): Map<string, string> {
  const entries = new Map<string, string>();
  try {
    if (statSync(file).size > LARGEST_FILE) return entries;
    const content = readFileSync(file);
    const start = Buffer.from(`${header}\n`);
    if (!content.subarray(0, start.length).equals(start)) return entries;
    const end = content.indexOf("\n", start.length);
    const lines = content.subarray(end + 1);
    if (content.toString("latin1", start.length, end) !== checkSum(lines)) return entries;
    for (const line of lines.toString().split("\n")) {
      const value = line.indexOf("\t") + 1;
      if (value > 0) entries.set(line.slice(0, value - 1), line.slice(value));
    }
  } catch {
    // It isn't there, or can't be read: nothing is known.
  }
  return entries;
}

function writeWhole(file: string, text: string): void {
  const part = `${file}.${randomUUID()}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    try {
      writeFileSync(part, text, { mode: 0o600, flag: "wx" });
      renameSync(part, file);
    } finally {
      rmSync(part, { force: true });
    }
  } catch {
    // The disk is full, or nobody may write here: the next reader does the work again.
  }
}

function checkSum(lines: string | Uint8Array): string {
  return hash("sha256", lines);
}
