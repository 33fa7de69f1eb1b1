import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdir, realpath, rename, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import type { TemplateFile } from "../../templates/file.ts";

/**
 * Writes the files that aren't there, all or none; gives the paths of those that it wrote. Nothing
 * is overwritten, and what was written is removed again where the disk has no room for the rest:
 * half a project would be in the way of the next try.
 */
export async function writeMissing(
  folder: string,
  files: readonly TemplateFile[],
): Promise<readonly string[]> {
  const written: string[] = [];
  const made: string[] = [];
  try {
    for (const { path, text, executable } of files) {
      const target = join(folder, path);
      if (existsSync(target)) continue;
      made.push(...(await makeFolders(dirname(target))));
      written.push(path);
      // `wx`: a file that came into being meanwhile is somebody's.
      await writeFile(target, text, { flag: "wx", mode: executable === true ? 0o777 : 0o666 });
    }
    return written;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") written.pop();
    for (const path of written) await rm(join(folder, path), { force: true }).catch(ignored);
    for (const one of made.toReversed()) await rmdir(one).catch(ignored);
    throw error;
  }
}

/** What can't be taken back stays; why it had to be is what people hear. */
function ignored(): undefined {
  return undefined;
}

/** Makes a folder and those above it; gives the ones that were not there, the outermost first. */
async function makeFolders(folder: string): Promise<readonly string[]> {
  const missing: string[] = [];
  for (let one = folder; !existsSync(one); one = dirname(one)) missing.unshift(one);
  await mkdir(folder, { recursive: true });
  return missing;
}

/**
 * Gives a file of somebody's another content, whole or not at all: on a full disk it stays as it
 * was. Its mode stays, and so does a link that leads to it.
 */
export async function replaceFile(path: string, text: string | Uint8Array): Promise<void> {
  const file = existsSync(path) ? await realpath(path) : path;
  const part = join(dirname(file), `.${basename(file)}.${randomBytes(4).toString("hex")}`);
  try {
    await writeFile(part, text, { flag: "wx" });
    if (existsSync(file)) await chmod(part, (await stat(file)).mode);
    await rename(part, file);
  } finally {
    await rm(part, { force: true });
  }
}
