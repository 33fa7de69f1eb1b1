import { ok, type Result } from "../core/result.ts";
import type { Git, GitError } from "./git.ts";
import type { Prefix } from "./tree.ts";

/**
 * Folders of the projects of which something differs, in them or in the packages that they share,
 * between the working copy and where it left a commit's history: what a pull request, a push or
 * somebody's work has changed. Files that Git ignores don't count, new ones do. A submodule is
 * changed when another commit of it is wanted, and with it all that it holds.
 *
 * @param since a commit of the base; with the base's own work since then a project isn't changed
 * @param directories of the projects, relative to the workspace, as the packages are
 */
export async function changedProjects(
  git: Git,
  {
    since,
    prefix,
    directories,
    packages = () => [],
  }: {
    readonly since: string;
    readonly prefix: Prefix;
    readonly directories: readonly string[];
    /** Packages of the workspace that a project shares, by its folder. */
    readonly packages?: (directory: string) => readonly string[];
  },
): Promise<Result<readonly string[], GitError>> {
  const left = await git.run(["merge-base", since, "HEAD"]);
  if (!left.ok) return left;
  const changed = await git.run(["diff", "--name-only", "--no-renames", "-z", left.value]);
  if (!changed.ok) return changed;
  const added = await git.run(["ls-files", "--others", "--exclude-standard", "--full-name", "-z"]);
  if (!added.ok) return added;
  const paths = `${changed.value}\0${added.value}`.split("\0");
  return ok(
    directories.filter((directory) => {
      const folders = [directory, ...packages(directory)];
      return folders.some((folder) => paths.some((path) => concerns(path, prefix + folder)));
    }),
  );
}

/** A changed path is in the folder; or is a submodule that is the folder, or has it. */
export function concerns(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`) || folder.startsWith(`${path}/`);
}
