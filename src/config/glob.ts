import { lstat, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";

import { starMatcher } from "../core/wildcard.ts";

/** A folder that exists and can't be listed, relative to the root; `reason` is Node's: `EACCES`. */
export interface UnreadableFolder {
  readonly directory: string;
  readonly reason: string;
}

/**
 * Folders that match a glob relative to `root`, sorted. Each segment is a name in which `*` stands
 * for any characters; hidden folders and those of tools (`__pycache__`, `node_modules`) are matched
 * only by name.
 *
 * @param onUnreadable is given each folder on the way that exists and can't be listed
 */
export async function expandGlob(
  root: string,
  glob: string,
  onUnreadable: (folder: UnreadableFolder) => void,
): Promise<string[]> {
  const segments = globSegments(glob);
  if (segments.includes("..")) return [];
  let folders = [""];
  for (const segment of segments) {
    if (!segment.includes("*")) {
      folders = folders.map((folder) => joined(folder, segment));
      continue;
    }
    const matches = starMatcher(segment);
    const next: string[] = [];
    for (const folder of folders) {
      const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(
        async ({ code: reason = "" }: NodeJS.ErrnoException) => {
          if (!(await isAbsent(root, folder, reason))) onUnreadable({ directory: folder, reason });
          return [];
        },
      );
      for (const entry of entries) {
        if (entry.isFile() || hidden.test(entry.name)) continue;
        if (matches(entry.name)) next.push(joined(folder, entry.name));
      }
    }
    folders = next;
  }
  return folders.toSorted();
}

/** The names and patterns of names that a glob is made of, one a folder on the way. */
export function globSegments(glob: string): readonly string[] {
  return glob.split("/").filter((part) => part !== "" && part !== ".");
}

/** True for a path that `expandGlob` would give, were the folder there. */
export function matchesGlob(path: string, glob: string): boolean {
  const segments = globSegments(glob);
  const names = path.split("/");
  return (
    names.length === segments.length &&
    segments.every((segment, index) => {
      const name = names[index] ?? "";
      if (!segment.includes("*")) return name === segment;
      return !hidden.test(name) && starMatcher(segment)(name);
    })
  );
}

/**
 * True for the error of a folder that isn't there; false where a link on the way to it leads
 * nowhere, to a disk that isn't mounted for instance.
 *
 * @param reason Node's: `ENOENT`
 */
export async function isAbsent(root: string, folder: string, reason: string): Promise<boolean> {
  if (reason !== "ENOENT") return reason === "ENOTDIR";
  for (let path = folder; path !== "." && path !== ""; path = dirname(path)) {
    const found = await lstat(join(root, path)).catch(() => undefined);
    if (found !== undefined) return !found.isSymbolicLink();
  }
  return true;
}

/** Hidden folders and those of tools. */
const hidden = /^[._]|^node_modules$/;

function joined(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}
