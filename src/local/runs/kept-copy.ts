import { constants, existsSync, realpathSync } from "node:fs";
import { chmod, copyFile, lstat, mkdir, readdir, readlink, symlink } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";

import { mapConcurrently } from "../../core/concurrency.ts";
import type { Layout } from "../layout.ts";

/**
 * Fills a folder with what a run left, for steps that are no part of that run: it is only read. A
 * checkpoint is the run's that wrote it, and stays there.
 *
 * @param origin the run that the artifacts are named by; where nothing is left of it, nothing is
 * copied
 * @param target absolute; it is there, and empty
 */
export async function copyKept(
  layout: Layout,
  project: string,
  origin: string,
  target: string,
): Promise<void> {
  const source = join(layout.artifacts, project, origin);
  if (!existsSync(source)) return;
  const places = [source, realpathSync(source)];
  const copying: (() => Promise<void>)[] = [];
  const closing: (() => Promise<void>)[] = [];

  /** Makes a folder, and lists what is to be copied into it. */
  const visit = async (folder: string): Promise<void> => {
    const from = join(source, folder);
    const to = join(target, folder);
    const { mode } = await lstat(from);
    await mkdir(to, { recursive: true });
    // What is read-only is so when everything is in it.
    closing.unshift(() => chmod(to, mode & 0o7777));
    for (const entry of await readdir(from, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (path === "_checkpoints") continue;
      if (entry.isDirectory()) await unlessGone(() => visit(path));
      else if (entry.isSymbolicLink()) copying.push(() => copyLink(path));
      else if (entry.isFile()) copying.push(() => copyOne(path));
      // A pipe or a socket that a step left can't be copied, and nobody is at its other end.
    }
  };
  const copyLink = async (path: string): Promise<void> => {
    const leadsTo = await readlink(join(source, path));
    const own = ownTarget(places, dirname(path), leadsTo) ?? leadsTo;
    await symlink(own, join(target, path));
  };
  // Blocks are shared where the file system can do that: a copy costs nothing then.
  const copyOne = (path: string): Promise<void> =>
    copyFile(join(source, path), join(target, path), constants.COPYFILE_FICLONE);
  /** Steps that are at work rename and remove files, but not all of it. */
  const unlessGone = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!isAbsent(error) || !existsSync(source)) throw error;
    }
  };

  await visit(".");
  await mapConcurrently(copying, 8, unlessGone);
  for (const close of closing) await close();
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

/**
 * What a link is to lead to in the copy, where it names its place in the run by the whole path or
 * by the run's folder: what is written through it would be written into the run. Undefined: what it
 * says is right in the copy too.
 *
 * @param folder of the link, in the run
 * @param places of the run, as it may be called
 */
function ownTarget(places: readonly string[], folder: string, leadsTo: string): string | undefined {
  // In a folder of another name, `../run/a` leads out.
  const anywhere = resolve(sep, "copy");
  if (isInside(anywhere, resolve(anywhere, folder, leadsTo))) return undefined;
  for (const place of places) {
    const path = resolve(place, folder, leadsTo);
    if (isInside(place, path)) return relative(folder, relative(place, path)) || ".";
  }
  return undefined;
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`);
}
