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
 */
export function lfsPointers(directory: string, found: readonly FoundFile[]): readonly string[] {
  const own = found.filter(({ path }) => basename(path) === ".gitattributes");
  const attributes = [
    ...attributesAbove(directory),
    ...own.map(({ path }) => join(directory, path)),
  ];
  if (!attributes.some((path) => textOf(path).includes("filter=lfs"))) return [];
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

/** Where Git looks for attributes: from the folder up to the top of its repository. */
export function attributesAbove(directory: string): readonly string[] {
  const here = join(directory, ".gitattributes");
  if (existsSync(join(directory, ".git"))) {
    return [here, join(directory, ".git", "info", "attributes")];
  }
  const above = dirname(directory);
  return above === directory ? [here] : [here, ...attributesAbove(above)];
}

/** Empty for a file that can't be read. */
function textOf(path: string): string {
  if (!existsSync(path)) return ""; // most aren't there, and an error takes its time
  const read = readOwnFile(undefined, path);
  return read.kind === "text" ? read.text : "";
}
