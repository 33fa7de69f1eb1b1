import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";

import { checkWorkspace } from "../config/check.ts";
import { WORKSPACE_FILE } from "../config/workspace-file.ts";
import { globSegments, matchesGlob } from "../config/glob.ts";
import { loadWorkspace } from "../config/load.ts";
import type { Workspace } from "../config/model.ts";
import { packagesNamed } from "../config/written-packages.ts";
import { hasErrors, type Diagnostic } from "../core/diagnostic.ts";
import { err, ok, type Result } from "../core/result.ts";
import { readProjectSources, sourcePlaces } from "../release/project-sources.ts";
import type { Git, GitError } from "./git.ts";
import { submoduleOf, treeEntries, type Submodule } from "./submodules.ts";

/** Where a workspace is in its repository: empty, or `examples/rentcars/`. */
export type Prefix = string;

/**
 * `esteira.yaml` as a commit has it; the defaults where it has none, its problems where it can't be
 * used.
 */
export async function workspaceAt(
  git: Git,
  commit: string,
  prefix: Prefix,
  folder: string,
): Promise<Result<Workspace, readonly Diagnostic[]>> {
  const text = await git.run(["show", `${commit}:${prefix}${WORKSPACE_FILE}`]);
  const content = text.ok ? new TextEncoder().encode(`${text.value}\n`) : undefined;
  const { workspace, diagnostics } = checkWorkspace(content, folder);
  return hasErrors(diagnostics) ? err(diagnostics) : ok(workspace);
}

/**
 * Folders of the projects that a commit has, relative to the workspace, sorted. A submodule where
 * projects are looked for is one; one that holds projects' folders is looked into where it is
 * checked out.
 */
export async function projectFoldersAt(
  git: Git,
  commit: string,
  prefix: Prefix,
  workspace: Pick<Workspace, "projects" | "ignore">,
): Promise<Result<readonly string[], GitError>> {
  const within = prefix === "" ? [] : ["--", prefix];
  const list = ["ls-tree", "-r", "-z", "--full-tree", commit];
  const listed = await git.run(list.concat(within));
  if (!listed.ok) return listed;
  const folders: string[] = [];
  for (const { path, submodule } of treeEntries(listed.value)) {
    if (!path.startsWith(prefix)) continue;
    const place = path.slice(prefix.length);
    if (submodule === undefined) folders.push(...configFolder(place));
    else folders.push(place, ...(await foldersWithin(git, place, submodule, workspace)));
  }
  return ok(folders.filter((folder) => isProjectFolder(folder, workspace)).toSorted());
}

/** The folder of a `config.yaml`; nothing of any other file. */
function configFolder(path: string): readonly string[] {
  return path.endsWith("/config.yaml") ? [posix.dirname(path)] : [];
}

/** Folders with a config in a submodule that may hold projects and is checked out. */
async function foldersWithin(
  git: Git,
  place: string,
  commit: string,
  workspace: Pick<Workspace, "projects">,
): Promise<readonly string[]> {
  if (!mayHold(place, workspace)) return [];
  const listed = await git.run(["-C", place, "ls-tree", "-r", "-z", "--full-tree", commit]);
  if (!listed.ok) return [];
  return treeEntries(listed.value)
    .flatMap(({ path }) => configFolder(path))
    .map((folder) => `${place}/${folder}`);
}

function isProjectFolder(
  folder: string,
  { projects: glob, ignore }: Pick<Workspace, "projects" | "ignore">,
): boolean {
  return matchesGlob(folder, glob) && !ignore.some((one) => matchesGlob(folder, one));
}

/** True for a folder on the way to where projects are looked for. */
function mayHold(folder: string, { projects }: Pick<Workspace, "projects">): boolean {
  const segments = globSegments(projects);
  const depth = folder.split("/").length;
  return depth < segments.length && matchesGlob(folder, segments.slice(0, depth).join("/"));
}

/** What a commit would release of a project. */
export interface ReleasedContent {
  readonly version: string;
  /** What names the project's image. */
  readonly sourceHash: string;
}

/**
 * The content of a project at a commit, as a deploy from there would have it: the files are written
 * out beside the working copy and read by what reads them for a deploy. Undefined where the project
 * can't be read in that commit, which then released nothing.
 */
export async function contentAt(
  git: Git,
  commit: string,
  place: { readonly prefix: Prefix; readonly directory: string; readonly environment: string },
): Promise<ReleasedContent | undefined> {
  const { prefix, directory, environment } = place;
  const folder = await mkdtemp(join(tmpdir(), "esteira-tree-"));
  try {
    const root = join(folder, "tree", prefix);
    await mkdir(root, { recursive: true });
    const submodule = await submoduleOf(git, commit, `${prefix}${directory}`);
    const own = submodule === undefined ? [`${prefix}${directory}`] : [];
    const written = await writeOut(git, commit, [...own, `${prefix}${WORKSPACE_FILE}`], folder);
    if (!written) return undefined;
    if (submodule !== undefined && !(await writeSubmodule(git, prefix, submodule, folder))) {
      return undefined;
    }
    const shared = packagesNamed(root, directory).map((path) => `${prefix}${path}`);
    if (shared.length > 0 && !(await writeOut(git, commit, shared, folder))) return undefined;
    // A commit from before the environment released the project as such, without what the
    // environment lays over it.
    const read = await Promise.all(
      [environment, "local"].map((name) =>
        loadWorkspace(root, name, { only: [directory], onlyEnvironment: true }),
      ),
    );
    const [project] = read.flatMap(({ projects }) => projects);
    if (project === undefined) return undefined;
    // Large files are compared by what Git has of them.
    const sources = await readProjectSources(root, sourcePlaces(project), { pointers: "count" });
    if (!sources.ok) return undefined;
    return { version: project.version, sourceHash: sources.value.hash };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * What Git does to files on the way out: a large file stays its pointer, and no server is asked.
 */
const asStored = { GIT_LFS_SKIP_SMUDGE: "1" };

/** Writes files of a commit below `tree/`; false where Git couldn't. */
async function writeOut(
  git: Git,
  commit: string,
  paths: readonly string[],
  folder: string,
): Promise<boolean> {
  const index = { GIT_INDEX_FILE: join(folder, "index"), ...asStored };
  const indexed = await git.run(["read-tree", commit], index);
  if (!indexed.ok) return false;
  const listed = await git.run(["ls-files", "-z", "--full-name", "--", ...top(paths)], index);
  if (!listed.ok) return false;
  const files = listed.value.split("\0").filter((path) => path !== "");
  for (let start = 0; start < files.length; start += filesAtATime) {
    const some = await fromTop(git, files.slice(start, start + filesAtATime));
    const write = ["checkout-index", "--force", `--prefix=${join(folder, "tree")}/`, "--"];
    const written = await git.run(write.concat(some), index);
    if (!written.ok) return false;
  }
  return true;
}

/** The same for a whole submodule; false where it isn't checked out or lacks the commit. */
async function writeSubmodule(
  git: Git,
  prefix: Prefix,
  { path, commit }: Submodule,
  folder: string,
): Promise<boolean> {
  const inside = ["-C", path.slice(prefix.length)];
  const index = { GIT_INDEX_FILE: join(folder, "submodule-index"), ...asStored };
  const indexed = await git.run([...inside, "read-tree", commit], index);
  if (!indexed.ok) return false;
  const to = `--prefix=${join(folder, "tree", path)}/`;
  return (await git.run([...inside, "checkout-index", "--all", "--force", to], index)).ok;
}

/** Within the length that a command line may have. */
const filesAtATime = 500;

/** From the top of the repository, whatever folder `git` runs in. */
function top(paths: readonly string[]): string[] {
  return paths.map((path) => `:(top,literal)${path}`);
}

/** `checkout-index` takes paths relative to the current folder and nothing else. */
async function fromTop(git: Git, paths: readonly string[]): Promise<string[]> {
  const up = await git.run(["rev-parse", "--show-cdup"]);
  return paths.map((path) => `${up.ok ? up.value : ""}${path}`);
}
