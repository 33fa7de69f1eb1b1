import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

import { type Undeclared, undeclaredOf } from "../../runs/undeclared.ts";
import { attemptFiles } from "./attempt-files.ts";

/** What tools leave for themselves is nothing that anybody misses. */
const ofTools = new Set([
  "__pycache__",
  ".cache",
  ".config",
  ".git",
  ".ipynb_checkpoints",
  ".ipython",
  ".local",
  ".mypy_cache",
  ".pytest_cache",
  ".ruff_cache",
  ".venv",
  "node_modules",
]);
const mostLookedAt = 100_000;

/** Whether a path is what a tool leaves for itself. */
export function isOfTools(path: string): boolean {
  return path.endsWith(".pyc") || path.split("/").some((name) => ofTools.has(name));
}

/**
 * What a step wrote into its working copy, which goes with the attempt: files that were made or
 * changed after the attempt was recorded, which is when the copy was whole.
 *
 * @param directory the attempt's own
 * @param snapshot what the working copy is a copy of; undefined: not known any more
 * @returns undefined: nothing, or it can't be seen any more
 */
export async function filesLeft(
  directory: string,
  snapshot?: string,
): Promise<Undeclared | undefined> {
  const root = join(directory, attemptFiles.work);
  const left: { path: string; bytes: number }[] = [];
  let looked = 0;
  try {
    const { ctimeMs: began } = await lstat(join(directory, attemptFiles.identity));
    const folders = [""];
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
        if (ofTools.has(entry.name)) continue;
        const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
        if (entry.isDirectory()) folders.push(path);
        if (!entry.isFile() || entry.name.endsWith(".pyc")) continue;
        if ((looked += 1) > mostLookedAt) return undeclaredOf(left);
        const { ctimeMs, size } = await lstat(join(root, path));
        if (ctimeMs < began) continue;
        // File systems' times have steps: the record's own time is that of the last files of the
        // copy and of the first that the step writes. Where nothing distinguishes them any more, a
        // file that is missing in a note is better than one that the step never wrote.
        if (ctimeMs === began && (await mayBeCopy(snapshot, path, size))) continue;
        left.push({ path, bytes: size });
      }
    }
  } catch {
    // It was cleared away already, or something in it is for nobody to read.
  }
  return undeclaredOf(left);
}

async function mayBeCopy(
  snapshot: string | undefined,
  path: string,
  size: number,
): Promise<boolean> {
  if (snapshot === undefined) return true;
  const source = await lstat(join(snapshot, path)).catch(() => undefined);
  return source?.isFile() === true && source.size === size;
}
