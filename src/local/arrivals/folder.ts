import { lstat, readdir, stat } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";

import { mapConcurrently } from "../../core/concurrency.ts";
import { globOf, literalPrefix } from "../../schedule/globs.ts";
import type { FileVersion } from "../store/arrivals.ts";

/** A file as it is at this moment. */
export interface SeenFile extends FileVersion {
  /**
   * When it came to where it is, or was changed in any way; milliseconds since the epoch. A file
   * that is moved keeps the time of its content.
   */
  readonly cameAt: number;
}

/** The folder below which all files of a source are; absolute. */
export function watchedFolder(root: string, source: string): string {
  const literal = literalPrefix(source);
  const folder = literal.endsWith("/") ? literal : dirname(literal);
  return isAbsolute(folder) ? folder : join(root, folder);
}

/**
 * The files of a source as they are. Hidden ones are left out: programs write a file under such a
 * name before they give it its own. What goes away meanwhile isn't there.
 *
 * @param root the workspace's folder, absolute
 * @returns undefined where the folder isn't there
 * @throws where the folder can't be listed
 */
export async function listFiles(root: string, source: string): Promise<SeenFile[] | undefined> {
  const glob = globOf(source);
  const paths: string[] = [];
  const base = watchedFolder(root, source);
  const named = (path: string): string => (isAbsolute(source) ? path : path.slice(root.length + 1));
  const walk = async (folder: string): Promise<boolean> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch(absent);
    for (const entry of entries ?? []) {
      if (entry.name.startsWith(".")) continue;
      const path = join(folder, entry.name);
      const isFolder = entry.isDirectory();
      if (isFolder && glob.mayMatchBelow(`${named(path)}/`)) await walk(path);
      if (!isFolder && glob.matches(named(path))) paths.push(path);
    }
    return entries !== undefined;
  };
  if (!(await walk(base))) return undefined;
  const seen = await mapConcurrently(paths, 16, look);
  return seen.flatMap((file) => file ?? []);
}

async function look(path: string): Promise<SeenFile | undefined> {
  const found = await stat(path, { bigint: true }).catch(absent);
  if (found?.isFile() !== true) return undefined;
  const link = await lstat(path).catch(absent);
  if (link === undefined) return undefined;
  return {
    path,
    version: `${found.size}-${found.mtimeNs}`,
    cameAt: Math.max(Number(found.ctimeMs), link.ctimeMs),
  };
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
  throw error;
}
