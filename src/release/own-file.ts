import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  realpathSync,
} from "node:fs";
import { dirname, isAbsolute, relative, sep } from "node:path";

/** What reading a project's file gives. */
export type OwnFile =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "absent" }
  /** A pipe or device, which might never end; a link out of the project; beyond the limit. */
  | { readonly kind: "special" | "outside" | "too-large" }
  | { readonly kind: "unreadable"; readonly error: NodeJS.ErrnoException };

/** What a list of patterns or packages has at most, in bytes. */
export const LONGEST_LIST = 1024 * 1024;

/**
 * Reads a text that a project wrote, as one that may be anything: it always ends, and takes no more
 * memory than `most`.
 *
 * @param root links may not lead out of this folder; undefined: they may lead anywhere
 * @param path absolute
 */
export function readOwnFile(
  root: string | undefined,
  path: string,
  most: number = LONGEST_LIST,
): OwnFile {
  let file: number | undefined;
  try {
    // Most that are asked for aren't there, and an error takes its time.
    const entry = lstatSync(path, { throwIfNoEntry: false });
    if (entry === undefined) return { kind: "absent" };
    const isOwn = !entry.isSymbolicLink() && dirname(path) === root;
    if (root !== undefined && !isOwn && leavesByLink(root, path)) return { kind: "outside" };
    // Opening a pipe to read waits for who writes.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const found = fstatSync(file);
    if (!found.isFile()) return { kind: "special" };
    if (found.size > most) return { kind: "too-large" };
    return { kind: "text", text: readFileSync(file, "utf8") };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return { kind: "absent" };
    // A socket can't be opened at all.
    if (code === "ENXIO") return { kind: "special" };
    if (code === undefined) throw error;
    return { kind: "unreadable", error: error as NodeJS.ErrnoException };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** A path that names a file outside is as it was written; one inside may only look like it. */
function leavesByLink(root: string, path: string): boolean {
  const leaves = (way: string) => way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way);
  if (leaves(relative(root, path))) return false;
  return leaves(relative(realpathSync.native(root), realpathSync.native(path)));
}

/** The same as a clause after the file's name. */
export function whyRefused(
  kind: Exclude<OwnFile["kind"], "text" | "absent" | "unreadable">,
): string {
  switch (kind) {
    case "special":
      return "is neither a file nor a folder";
    case "outside":
      return "is a symbolic link that leads out of the project";
    case "too-large":
      return "has more than 1 MB";
  }
}
