import type { Dirent } from "node:fs";
import { lstat, readdir, stat } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";

import { mapConcurrently } from "../../core/concurrency.ts";
import { globOf, literalPrefix } from "../../schedule/globs.ts";
import { isErrno } from "../errno.ts";
import type { FileVersion } from "../store/arrivals.ts";

/** A file as it is at this moment. */
export interface SeenFile extends FileVersion {
  /**
   * When it came to where it is, or was changed in any way; milliseconds since the epoch. A file
   * that is moved keeps the time of its content.
   */
  readonly cameAt: number;
}

/** What is in a source's folder. */
export interface Listed {
  readonly files: readonly SeenFile[];
  /** Why something below the folder can't be read, of the first such thing; the rest is there. */
  readonly unreadable: string | undefined;
}

/** The folder below which all files of a source are; absolute. */
export function watchedFolder(root: string, source: string): string {
  const literal = literalPrefix(source);
  const folder = literal.endsWith("/") ? literal : dirname(literal);
  return isAbsolute(folder) ? folder : join(root, folder);
}

/**
 * The files of a source as they are. Hidden ones are left out: programs write a file under such a
 * name before they give it its own. What goes away meanwhile isn't there, and what can't be read
 * keeps nothing else from being seen.
 *
 * @param root the workspace's folder, absolute
 * @returns undefined where the folder isn't there
 * @throws where the folder itself can't be listed
 */
export async function listFiles(root: string, source: string): Promise<Listed | undefined> {
  const glob = globOf(source);
  const paths: string[] = [];
  const unreadable: string[] = [];
  const base = watchedFolder(root, source);
  const named = (path: string): string => (isAbsolute(source) ? path : path.slice(root.length + 1));
  const note = (path: string) => {
    return (error: NodeJS.ErrnoException): undefined => {
      if (!isAbsent(error)) unreadable.push(error.message);
      // Bytes that are no UTF-8 became another character, so that this isn't the file's name.
      else if (path.includes("\uFFFD"))
        unreadable.push(`${path} has a name that isn't UTF-8: rename it`);
    };
  };
  const walk = async (folder: string, entries: readonly Dirent[]): Promise<void> => {
    for (const entry of entries) {
      if (entry.name.startsWith(".")) continue;
      const path = join(folder, entry.name);
      const isFolder = entry.isDirectory();
      if (isFolder && glob.mayMatchBelow(`${named(path)}/`)) {
        await walk(path, (await entriesOf(path).catch(note(path))) ?? []);
      }
      if (!isFolder && glob.matches(named(path))) paths.push(path);
    }
  };
  const top = await entriesOf(base).catch(absent);
  if (top === undefined) return undefined;
  await walk(base, top);
  const seen = await mapConcurrently(paths, 16, (path) => look(path).catch(note(path)));
  return { files: seen.flatMap((file) => file ?? []), unreadable: unreadable[0] };
}

function entriesOf(folder: string): Promise<Dirent[]> {
  return readdir(folder, { withFileTypes: true });
}

async function look(path: string): Promise<SeenFile | undefined> {
  const found = await stat(path, { bigint: true });
  if (!found.isFile()) return undefined;
  const link = await lstat(path);
  return {
    path,
    version: `${found.size}-${found.mtimeNs}`,
    cameAt: Math.max(Number(found.ctimeMs), link.ctimeMs),
  };
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (!isAbsent(error)) throw error;
}

function isAbsent(error: unknown): boolean {
  return isErrno(error, "ENOENT", "ENOTDIR");
}
