import { createReadStream, type Stats } from "node:fs";
import { lstat, opendir, readdir, realpath, rm } from "node:fs/promises";
import { join, relative, sep } from "node:path";

import { ok } from "../core/result.ts";
import type { ArtifactsOf, ArtifactStore, StoredFile } from "../platform/roles/artifacts.ts";
import { guarded } from "./errors.ts";
import { isErrno } from "./errno.ts";
import type { Layout } from "./layout.ts";

/** The artifacts of this machine: a folder a run. */
export function localArtifacts(layout: Layout): ArtifactStore {
  const rootOf = ({ project, origin }: ArtifactsOf) => join(layout.artifacts, project, origin);
  return {
    origins: (project) =>
      guarded(layout, async () => {
        const entries = await readdir(join(layout.artifacts, project), {
          withFileTypes: true,
        }).catch((error: unknown) => {
          if (isErrno(error, "ENOENT")) return [];
          throw error;
        });
        const folders = entries.filter((entry) => entry.isDirectory());
        return ok(folders.map(({ name }) => name).toSorted());
      }),
    remove: (of) =>
      guarded(layout, async () => {
        await rm(rootOf(of), { recursive: true, force: true });
        return ok(undefined);
      }),
    list: (of, limit) =>
      guarded(layout, async () => {
        const found: StoredFile[] = [];
        for await (const file of filesBelow(rootOf(of))) {
          found.push(file);
          if (found.length > limit) break;
        }
        return ok(found);
      }),
    find: (of, key) =>
      guarded(layout, async () => {
        const file = await fileOf(rootOf(of), key);
        if (file === undefined) return ok(undefined);
        const { size, mtimeMs } = file.about;
        return ok({ key, size, modifiedAt: Math.round(mtimeMs) });
      }),
    read: (of, key, part) =>
      guarded(layout, async () => {
        const file = await fileOf(rootOf(of), key);
        if (file === undefined) return ok(undefined);
        const range =
          part === undefined ? {} : { start: part.from, end: part.from + part.length - 1 };
        return ok(createReadStream(file.path, range));
      }),
    placeOf: (of, prefix) => join(rootOf(of), prefix),
  };
}

/** A plain file below a folder. */
async function fileOf(
  folder: string,
  key: string,
): Promise<{ readonly path: string; readonly about: Stats } | undefined> {
  const root = await realpath(folder).catch(() => undefined);
  if (root === undefined) return undefined;
  const path = await realpath(join(root, key)).catch(() => undefined);
  // A link on the way may lead anywhere.
  if (path === undefined || !path.startsWith(root + sep)) return undefined;
  const about = await lstat(path);
  return about.isFile() ? { path, about } : undefined;
}

/** Plain files; links and devices aren't followed or read. */
async function* filesBelow(root: string): AsyncGenerator<StoredFile> {
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const entries = await opendir(folder).catch((error: unknown) => {
      if (isErrno(error, "ENOENT")) return undefined; // Removed meanwhile.
      throw error;
    });
    if (entries === undefined) continue;
    for await (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      if (!entry.isFile()) continue;
      const about = await lstat(path).catch(() => undefined);
      if (about === undefined) continue;
      const key = relative(root, path).split(sep).join("/");
      yield { key, size: about.size, modifiedAt: Math.round(about.mtimeMs) };
    }
  }
}
