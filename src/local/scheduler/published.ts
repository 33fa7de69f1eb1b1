import type { Dirent } from "node:fs";
import { opendir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";

import { filePathOf } from "../../config/publishes.ts";
import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { isErrno } from "../errno.ts";
import { MOST_LOOKED_AT, type SeenPlace } from "../../platform/watch/published.ts";

/**
 * Looks below a folder, or at a file, for something that was written since a moment. Links are no
 * files, so that no circle of them is followed.
 *
 * @param root the workspace's folder, absolute
 * @param uri `file:data/scores/`; another URI is nothing that this machine sees
 * @param sinceMs milliseconds since the epoch
 * @throws what keeps a part of it from being read, where nothing else is fresh
 */
export async function lookAtFiles(
  root: string,
  uri: string,
  sinceMs: number,
): Promise<Result<SeenPlace | undefined, PlatformError>> {
  const path = filePathOf(uri);
  if (path === undefined) return ok(undefined);
  const folders = [resolve(root, path)];
  let newest: number | undefined;
  if (!path.endsWith("/")) {
    return ok({ newest: await changedAt(resolve(root, path)), more: false });
  }
  let left = MOST_LOOKED_AT;
  let unreadable: Error | undefined;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    try {
      for await (const entry of entriesOf(folder)) {
        if (left-- === 0) return ok({ newest, more: true });
        const at = join(folder, entry.name);
        if (entry.isDirectory()) folders.push(at);
        else if (entry.isFile()) newest = Math.max(newest ?? 0, (await changedAt(at)) ?? 0);
        if (newest !== undefined && newest >= sinceMs) return ok({ newest, more: false });
      }
    } catch (error) {
      // As `lost+found`, which is root's alone: what is fresh beside it counts all the same.
      unreadable ??= error instanceof Error ? error : new Error(String(error));
    }
  }
  if (unreadable !== undefined) throw unreadable;
  return ok({ newest, more: false });
}

async function* entriesOf(folder: string): AsyncGenerator<Dirent> {
  try {
    yield* await opendir(folder);
  } catch (error) {
    if (!isErrno(error, "ENOENT", "ENOTDIR")) throw error;
  }
}

/** Undefined for what isn't there, or has gone meanwhile, and for a folder. */
async function changedAt(path: string): Promise<number | undefined> {
  try {
    const found = await stat(path);
    return found.isFile() ? found.mtimeMs : undefined;
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}
