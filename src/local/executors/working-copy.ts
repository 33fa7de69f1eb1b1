import { constants } from "node:fs";
import { chmod, copyFile, mkdir, readdir, readlink, stat, symlink } from "node:fs/promises";
import { join } from "node:path";

import { clearAway } from "./clear-away.ts";

/**
 * Copies a snapshot to a folder that a step may write in: blocks are shared where the file system
 * can do that, links stay links, and what is read-only in the snapshot is writable in the copy. The
 * target is replaced.
 */
export async function copyWritable(from: string, to: string): Promise<void> {
  await clearAway(to);
  await copyFolder(from, to);
}

async function copyFolder(from: string, to: string): Promise<void> {
  await mkdir(to, { mode: 0o755 });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory()) await copyFolder(source, target);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else if (entry.isFile()) await copyFileWritable(source, target);
  }
}

async function copyFileWritable(source: string, target: string): Promise<void> {
  await copyFile(source, target, constants.COPYFILE_FICLONE);
  const { mode } = await stat(target);
  if ((mode & 0o200) === 0) await chmod(target, (mode & 0o777) | 0o200);
}
