import { constants, existsSync, type Stats } from "node:fs";
import { cp, lstat } from "node:fs/promises";
import { join, sep } from "node:path";

import type { Layout } from "../layout.ts";

/**
 * Fills a folder with what a run left, for steps that are no part of that run: it is only read. A
 * checkpoint is the run's that wrote it, and stays there.
 *
 * @param origin the run that the artifacts are named by; where nothing is left of it, nothing is
 * copied
 * @param target absolute; it is there
 */
export async function copyKept(
  layout: Layout,
  project: string,
  origin: string,
  target: string,
): Promise<void> {
  const source = join(layout.artifacts, project, origin);
  if (!existsSync(source)) return;
  await cp(source, target, {
    recursive: true,
    verbatimSymlinks: true,
    // Blocks are shared where the file system can do that: a copy costs nothing then.
    mode: constants.COPYFILE_FICLONE,
    filter: async (path) =>
      !path.slice(source.length).startsWith(`${sep}_checkpoints`) && isCopied(await lstat(path)),
  });
}

/** A pipe or a socket that a step left can't be copied, and nobody is at its other end. */
function isCopied(about: Stats): boolean {
  return about.isFile() || about.isDirectory() || about.isSymbolicLink();
}
