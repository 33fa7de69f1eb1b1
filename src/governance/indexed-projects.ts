import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

import { globSegments, matchesGlob } from "../config/glob.ts";
import type { Workspace } from "../config/model.ts";
import { ok, type Result } from "../core/result.ts";
import type { Git, GitError } from "./git.ts";

/** A project's folder as Git's index has it, whether or not it is on the disk. */
export interface IndexedProject {
  /** Relative to the workspace. */
  readonly directory: string;
  /** A submodule's content is in a repository that is checked out by itself. */
  readonly kind: "folder" | "submodule";
  /** A sparse checkout leaves it out. */
  readonly sparse: boolean;
}

export interface IndexedProjects {
  /** Sorted by folder. */
  readonly projects: readonly IndexedProject[];
  /** Submodules that have projects' folders in them, relative to the workspace. */
  readonly above: readonly string[];
}

/**
 * The projects that Git's index has: those that `git rm` hasn't removed, also where a sparse
 * checkout or a submodule that isn't checked out keeps them from the disk.
 *
 * @param git in the workspace's root
 */
export async function indexedProjects(
  git: Git,
  { projects: glob, ignore }: Pick<Workspace, "projects" | "ignore">,
): Promise<Result<IndexedProjects, GitError>> {
  const segments = globSegments(glob);
  const folders = segments.map((_, index) => segments.slice(0, index + 1).join("/"));
  const listed = await git.run([
    "ls-files",
    "-z",
    "-t",
    "--stage",
    "--",
    ...folders.map(exactly),
    exactly(`${segments.join("/")}/config.yaml`),
  ]);
  if (!listed.ok) return listed;
  const projects = new Map<string, IndexedProject>();
  const above = new Set<string>();
  for (const line of listed.value.split("\0")) {
    const [, tag, mode, path] = entry.exec(line) ?? [];
    if (tag === undefined || path === undefined) continue;
    const submodule = mode === "160000";
    const directory = submodule ? path : path.replace(/\/config\.yaml$/, "");
    if (!submodule && directory === path) continue;
    if (ignore.some((pattern) => matchesGlob(directory, pattern))) continue;
    if (matchesGlob(directory, glob)) {
      const kind = submodule ? "submodule" : "folder";
      projects.set(directory, { directory, kind, sparse: tag === "S" });
    } else if (submodule) {
      above.add(directory);
    }
  }
  return ok({
    projects: [...projects.values()].toSorted((a, b) => (a.directory < b.directory ? -1 : 1)),
    above: [...above].toSorted(),
  });
}

/** `H 100644 587be6b… 0<tab>src/projects/recsys/config.yaml`; `S` is kept from the disk. */
const entry = /^(\S) (\d+) \S+ \d\t(.+)$/s;

/**
 * A path and nothing below it: Git takes a pathspec without special characters for a folder's whole
 * content, and one with an escaped last character for a pattern.
 */
function exactly(path: string): string {
  const escaped = path.replaceAll(/[?[\]\\]/g, String.raw`\$&`);
  const pattern = escaped.includes("*") ? escaped : escaped.replace(/([^\\])$/, String.raw`\$1`);
  return `:(glob)${pattern}`;
}

/**
 * True where a folder is in a repository, also in one that Git refuses or that lies elsewhere: a
 * worktree whose repository isn't mounted, a folder that belongs to somebody else, one that
 * `GIT_DIR` names.
 */
export function inRepository(folder: string): boolean {
  if (process.env["GIT_DIR"] !== undefined || existsSync(join(folder, ".git"))) return true;
  return dirname(folder) !== folder && inRepository(dirname(folder));
}
