import { createReadStream } from "node:fs";
import { lstat, opendir, realpath } from "node:fs/promises";
import { join, relative, sep } from "node:path";

import { ok } from "../core/result.ts";
import type { ArtifactsOf, ArtifactStore, StoredFile } from "../platform/roles/artifacts.ts";
import { guarded } from "./errors.ts";
import { isErrno } from "./executors/attempt-files.ts";
import type { Layout } from "./layout.ts";

/** The artifacts of this machine: a folder a run. */
export function localArtifacts(layout: Layout): ArtifactStore {
  const rootOf = ({ project, origin }: ArtifactsOf) => join(layout.artifacts, project, origin);
  return {
    list: (of, limit) =>
      guarded(layout, async () => {
        const found: StoredFile[] = [];
        for await (const file of filesBelow(rootOf(of))) {
          found.push(file);
          if (found.length > limit) break;
        }
        return ok(found);
      }),
    read: (of, key) =>
      guarded(layout, async () => {
        const root = await realpath(rootOf(of)).catch(() => undefined);
        if (root === undefined) return ok(undefined);
        const path = await realpath(join(root, key)).catch(() => undefined);
        // A link on the way may lead anywhere.
        if (path === undefined || !path.startsWith(root + sep)) return ok(undefined);
        const about = await lstat(path);
        return ok(about.isFile() ? createReadStream(path) : undefined);
      }),
    placeOf: (of, prefix) => join(rootOf(of), prefix),
  };
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
