import { join } from "node:path";

import { openLineCache } from "../config/line-cache.ts";

/** Hashes of source files, known from an earlier reading. */
export interface KnownHashes {
  /**
   * The SHA-256 of the file; undefined when it wasn't read, or has changed since.
   *
   * @param stamp size, times and inode of the file, as one text
   */
  get(path: string, stamp: string): string | undefined;
  set(path: string, stamp: string, sha256: string): void;
}

export interface KnownHashesFile extends KnownHashes {
  /** Writes what is new; see `LineCache`. */
  save(): void;
}

/**
 * A file that was changed less than this before it was read may change again within the same tick
 * of the file system's clock, which its times wouldn't show. Milliseconds; FAT counts by two
 * seconds (https://git-scm.com/docs/racy-git has the same problem).
 */
const RACY_MS = 3000;

/** What is remembered, and what was read just now: without `--refresh` both count. */
export function openKnownHashes(
  folder: string,
  { now, trust }: { readonly now: () => number; readonly trust: boolean },
): KnownHashesFile {
  const cache = openLineCache(join(folder, "source-hashes.tsv"), {
    header: "esteira source hashes 1",
    most: 200_000,
  });
  return {
    get(path, stamp) {
      if (!trust) return undefined;
      const known = cache.get(path);
      return known?.startsWith(`${stamp} `) === true ? known.slice(stamp.length + 1) : undefined;
    },
    set(path, stamp, sha256) {
      if (/[\t\n]/.test(path) || isRacy(stamp, now())) return;
      cache.set(path, `${stamp} ${sha256}`);
    },
    save: () => cache.save(),
  };
}

function isRacy(stamp: string, now: number): boolean {
  const [, modified = "0", changed = "0"] = stamp.split(" ");
  return [modified, changed].some((nanoseconds) => Number(nanoseconds) / 1e6 > now - RACY_MS);
}
