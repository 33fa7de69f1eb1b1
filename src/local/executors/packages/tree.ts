import { existsSync } from "node:fs";
import { chmod, copyFile, lstat, readdir, rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";

import { mapConcurrently } from "../../../core/concurrency.ts";

/** Files that are looked at together. */
const atATime = 32;

/**
 * Takes the right to write from everything below. Files that have other names elsewhere, in an
 * installer's cache, get their own copy first, so that what is done to them here stays here.
 *
 * @param keepLinks leaves such files as they are, their rights too: they are those of the others
 */
export async function makeReadOnly(path: string, keepLinks = false): Promise<void> {
  const entries = await readdir(path, { withFileTypes: true });
  await mapConcurrently(entries, atATime, async (entry) => {
    const file = join(path, entry.name);
    if (entry.isDirectory()) return makeReadOnly(file, keepLinks);
    if (!entry.isFile()) return;
    const { nlink, mode } = await lstat(file);
    if (nlink > 1 && keepLinks) return;
    if (nlink > 1) await separate(file);
    if ((mode & 0o222) !== 0) await chmod(file, mode & ~0o222);
  });
  // A folder comes after what is in it: files are replaced in it.
  await chmod(path, (await lstat(path)).mode & ~0o222);
}

async function separate(file: string): Promise<void> {
  const copy = `${file}.separate`;
  await copyFile(file, copy);
  await chmod(copy, (await lstat(file)).mode);
  await rename(copy, file);
}

/** Removes a folder whose folders may be read-only, or a link. */
export async function removeTree(path: string): Promise<void> {
  const open = async (folder: string): Promise<void> => {
    await chmod(folder, 0o755);
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) await open(join(folder, entry.name));
    }
  };
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return;
  if (found.isDirectory()) await open(path);
  await rm(path, { recursive: true, force: true });
}

/**
 * Puts links into a folder to everything that another has and it hasn't; folders that both have are
 * gone through.
 */
export async function linkMissing(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    const there = await lstat(target).catch(() => undefined);
    if (there === undefined) {
      await symlink(source, target);
    } else if (there.isDirectory() && entry.isDirectory()) await linkMissing(source, target);
  }
}

/**
 * Whether there is a Python to start in a virtual environment, and the one that it was made from.
 */
export function hasPython(environment: string): boolean {
  return existsSync(join(environment, "bin", "python"));
}
