import { dirname } from "node:path";

import { type KeptValues, noKeptValues } from "./kept-values.ts";
import { isOfLink, NOTHING, type Stamps } from "./stamps.ts";

/**
 * Which of a workspace's folders have a config, and the hash of its content, as far as the times of
 * the folder and of the file show that both are as they were.
 */
export interface KnownConfigs {
  /**
   * Of the config in a folder, relative to the root. Undefined where the disk has to be looked at:
   * it wasn't by now, something has changed, or a link is on the way, which may lead elsewhere.
   */
  hashOf(directory: string): string | undefined;
  /**
   * Looks at a folder before its config is read, so that a change meanwhile is seen later.
   *
   * @returns keeps the hash of what was read then
   */
  look(directory: string): (hash: string) => void;
  /** Writes what is new; of other folders than these nothing is kept. */
  save(directories: readonly string[]): void;
}

const nothingKnown: KnownConfigs = {
  hashOf: () => undefined,
  look: () => () => undefined,
  save: () => undefined,
};

const KEY = "configs";

interface Known {
  /** Stamps of the two. */
  readonly folder: string;
  readonly config: string;
  readonly hash: string;
}

/**
 * @param root absolute, symbolic links resolved
 * @param file name of a config in its folder
 */
export function knownConfigs(
  values: KeptValues,
  root: string,
  file: string,
  stamps: Stamps,
): KnownConfigs {
  if (values === noKeptValues) return nothingKnown;
  const kept = new Map(values.get(KEY) as readonly (readonly [string, Known])[] | undefined);
  let changed = false;
  const plain = (path: string): string | undefined => {
    const stamp = stamps.of(path);
    return stamp === NOTHING || stamp === undefined || isOfLink(stamp) ? undefined : stamp;
  };
  /** Folders above those of projects, which most of them share. */
  const real = new Map<string, boolean>([[root, true]]);
  const isReal = (path: string): boolean => {
    const before = real.get(path);
    if (before !== undefined) return before;
    const found = plain(path) !== undefined && isReal(dirname(path));
    real.set(path, found);
    return found;
  };
  const now = (directory: string): Omit<Known, "hash"> | undefined => {
    const path = `${root}/${directory}`;
    const folder = plain(path);
    const config = plain(`${path}/${file}`);
    const above = path.slice(0, path.lastIndexOf("/"));
    const usable = folder !== undefined && config !== undefined && isReal(above);
    return usable ? { folder, config } : undefined;
  };
  return {
    hashOf(directory) {
      const before = kept.get(directory);
      if (before === undefined) return undefined;
      const found = now(directory);
      const same = found?.folder === before.folder && found.config === before.config;
      return same ? before.hash : undefined;
    },
    look(directory) {
      const found = now(directory);
      return (hash) => {
        if (found === undefined) return;
        kept.set(directory, { ...found, hash });
        changed = true;
      };
    },
    save(directories) {
      if (!changed) return;
      const there = new Set(directories);
      values.set(
        KEY,
        [...kept].filter(([directory]) => there.has(directory)),
      );
      values.save();
    },
  };
}
