import { join } from "node:path";

import { openLineCache } from "../config/line-cache.ts";
import { RACY_MS } from "../config/stamps.ts";

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

/** What is remembered, and what was read just now: without `--refresh` both count. */
export function openKnownHashes(
  folder: string,
  { now, trust }: { readonly now: () => number; readonly trust: boolean },
): KnownHashesFile {
  const cache = openLineCache(join(folder, "source-hashes.tsv"), {
    header: "esteira source hashes 1",
    most: 200_000,
  });
  // What changes from now on may have been read before or after, within one tick of its times.
  const settled = now() - RACY_MS;
  return {
    get(path, stamp) {
      if (!trust) return undefined;
      const known = cache.get(path);
      return known?.startsWith(`${stamp} `) === true ? known.slice(stamp.length + 1) : undefined;
    },
    set(path, stamp, sha256) {
      if (/[\t\n]/.test(path) || isRacy(stamp, settled)) return;
      cache.set(path, `${stamp} ${sha256}`);
    },
    save: () => cache.save(),
  };
}

function isRacy(stamp: string, settled: number): boolean {
  const [, modified = "0", changed = "0"] = stamp.split(" ");
  return [modified, changed].some((nanoseconds) => Number(nanoseconds) / 1e6 > settled);
}
