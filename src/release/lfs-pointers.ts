import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { readOwnFile } from "./own-file.ts";

/** Pointers are smaller than this (https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md). */
const POINTER_BYTES = 1024;

/**
 * The files of a project that are pointers of Git LFS: what a checkout without it leaves in the
 * place of large files. Nothing is read where no `.gitattributes` speaks of LFS.
 *
 * @param directory absolute path of the project's folder
 * @param found its files, relative to it
 * @param attributes where projects of one command are looked into: theirs
 */
export function lfsPointers(
  directory: string,
  found: readonly FoundFile[],
  attributes: AttributeFiles,
): readonly string[] {
  const own = found.filter(({ path }) => basename(path) === ".gitattributes");
  const speaking = [...attributes.of(directory), ...own.map(({ path }) => join(directory, path))];
  if (!speaking.some((path) => attributes.speaksOfLfs(path))) return [];
  const pointers: string[] = [];
  for (const { kind, path, size = POINTER_BYTES } of found) {
    if (kind !== "file" || size >= POINTER_BYTES) continue;
    const text = textOf(join(directory, path));
    if (text.startsWith("version https://git-lfs.github.com/spec/")) pointers.push(path);
  }
  return pointers;
}

interface FoundFile {
  readonly kind: "file" | "link";
  readonly path: string;
  /** Bytes. */
  readonly size?: number;
}

/** Git's files of attributes, each looked at once: projects have those above them in common. */
export interface AttributeFiles {
  /** Where Git looks for those of a folder: from it up to the top of its repository. */
  of(directory: string): readonly string[];
  speaksOfLfs(path: string): boolean;
}

/** For one command: what is found stays. */
export function openAttributeFiles(): AttributeFiles {
  const folders = new Map<string, readonly string[]>();
  const speaking = new Map<string, boolean>();
  const of = (directory: string): readonly string[] => {
    const known = folders.get(directory);
    if (known !== undefined) return known;
    const here = join(directory, ".gitattributes");
    const above = dirname(directory);
    const paths = existsSync(join(directory, ".git"))
      ? [here, join(directory, ".git", "info", "attributes")]
      : [here, ...(above === directory ? [] : of(above))];
    folders.set(directory, paths);
    return paths;
  };
  return {
    of,
    speaksOfLfs(path) {
      const known = speaking.get(path) ?? textOf(path).includes("filter=lfs");
      speaking.set(path, known);
      return known;
    },
  };
}

/** Empty for a file that can't be read. */
function textOf(path: string): string {
  if (!existsSync(path)) return ""; // most aren't there, and an error takes its time
  const read = readOwnFile(undefined, path);
  return read.kind === "text" ? read.text : "";
}
