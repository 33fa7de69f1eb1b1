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
 * @returns undefined: nothing, or it can't be seen any more
 */
export async function filesLeft(directory: string): Promise<Undeclared | undefined> {
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
        // File systems' times have steps: the first write may have the record's own time.
        if (ctimeMs >= began) left.push({ path, bytes: size });
      }
    }
  } catch {
    // It was cleared away already, or something in it is for nobody to read.
  }
  return undeclaredOf(left);
}
