import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";

import type { Json } from "../../core/json.ts";

/**
 * What can't change any more, kept on this machine so that AWS isn't asked for it again. Losing it
 * costs requests and nothing else: what can't be read counts as absent, and what can't be written
 * stays unwritten.
 */
export interface DiskCache {
  get(name: string): Promise<Json | undefined>;
  put(name: string, value: unknown): Promise<void>;
}

/** How many writes go by before it is looked whether there is too much. */
const tidyEvery = 50;

const zip = promisify(gzip);
const unzip = promisify(gunzip);

/**
 * @param directory made when something is first kept
 * @param limit files that are kept; above it the ones that weren't written for the longest time go
 */
export function diskCache(directory: string, limit: number): DiskCache {
  let writes = 0;
  const pathOf = (name: string): string | undefined =>
    /^[\w-]{1,100}$/.test(name) ? join(directory, `${name}.json.gz`) : undefined;
  return {
    async get(name) {
      const path = pathOf(name);
      if (path === undefined) return undefined;
      try {
        return JSON.parse((await unzip(await readFile(path))).toString("utf8")) as Json;
      } catch {
        return undefined;
      }
    },
    async put(name, value) {
      const path = pathOf(name);
      if (path === undefined) return;
      const unfinished = `${path}.${process.pid}.${(writes += 1)}`;
      try {
        await mkdir(directory, { recursive: true });
        await writeFile(unfinished, await zip(JSON.stringify(value)));
        // Anyone who reads meanwhile has the old one or the new one, whole.
        await rename(unfinished, path);
        if (writes % tidyEvery === 1) await tidy(directory, limit);
      } catch {
        await rm(unfinished, { force: true }).catch(() => undefined);
      }
    },
  };
}

/** A cache that keeps nothing: for who has no place for one. */
export const noCache: DiskCache = {
  get: () => Promise.resolve(undefined),
  put: () => Promise.resolve(),
};

async function tidy(directory: string, limit: number): Promise<void> {
  const names = await readdir(directory);
  if (names.length <= limit) return;
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(directory, name);
      return { path, at: (await stat(path)).mtimeMs };
    }),
  );
  const oldest = files.toSorted((a, b) => a.at - b.at).slice(0, files.length - limit);
  await Promise.all(oldest.map(({ path }) => rm(path, { force: true })));
}
