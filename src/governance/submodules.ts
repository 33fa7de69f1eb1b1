import type { Git } from "./git.ts";

/** A submodule as a commit of the repository around it has it. */
export interface Submodule {
  /** From the top of the repository. */
  readonly path: string;
  /** The commit that is wanted of it. */
  readonly commit: string;
  /** What is left of the path that was asked for, inside the submodule; empty: it is the path. */
  readonly rest: string;
}

/**
 * The submodule that a path leads into; undefined where it is the repository's own.
 *
 * @param path from the top of the repository
 */
export async function submoduleOf(
  git: Git,
  commit: string,
  path: string,
): Promise<Submodule | undefined> {
  const parts = path.split("/");
  const above = parts.map((_, index) => parts.slice(0, index + 1).join("/"));
  const listed = await git.run(["ls-tree", "-z", "--full-tree", commit, "--", ...above]);
  if (!listed.ok) return undefined;
  for (const { path: found, submodule } of treeEntries(listed.value)) {
    // Git lists what is in a folder of which a part is asked for as well.
    if (submodule === undefined || !above.includes(found)) continue;
    return { path: found, commit: submodule, rest: path.slice(found.length + 1) };
  }
  return undefined;
}

/** An entry that `git ls-tree -z` lists. */
export interface TreeEntry {
  readonly path: string;
  /** The wanted commit of a submodule; undefined for files. */
  readonly submodule: string | undefined;
}

export function treeEntries(listed: string): readonly TreeEntry[] {
  return listed.split("\0").flatMap((line): TreeEntry[] => {
    const [, mode, id, path] = /^(\d+) \w+ (\w+)\t(.+)$/s.exec(line) ?? [];
    if (path === undefined) return [];
    return [{ path, submodule: mode === "160000" ? id : undefined }];
  });
}
