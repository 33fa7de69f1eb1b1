import { posix } from "node:path";

import type { LoadedWorkspace } from "../config/load.ts";
import type { Diagnostic } from "../core/diagnostic.ts";
import { ok, type Err } from "../core/result.ts";
import { projectName, type ProjectName } from "../core/ids.ts";
import { openGit, type GitError } from "../governance/git.ts";
import {
  indexedProjects,
  inRepository,
  type IndexedProject,
  type IndexedProjects,
} from "../governance/indexed-projects.ts";
import { contentOf, type FolderContent } from "./unconfigured-folders.ts";
import { select, type WorkspaceFolders } from "./workspace.ts";
import { notFound, type Failure } from "./failure.ts";

/** Which projects the workspace has, beside those whose config is on the disk. */
export interface MissingProjects {
  /**
   * Every project of the workspace, those on the disk too; one that is deployed and not among them
   * was removed. Undefined where that can't be said: then none counts as removed.
   */
  readonly known: readonly ProjectName[] | undefined;
  /** In Git's index and not on the disk. */
  readonly absent: readonly IndexedProject[];
  /** Submodules that aren't checked out; folders relative to the root. */
  readonly submodules: readonly string[];
  /** Other folders without a `config.yaml`, and what is in them. */
  readonly folders: ReadonlyMap<string, FolderContent | "deleted">;
  /** What is to be said of them; nothing of `folders`. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Looks in Git's index for the projects that the disk doesn't show: removed is what was removed
 * there. A sparse checkout, a submodule that isn't checked out and a folder that was deleted by
 * accident remove nothing. Outside of Git the disk decides; where Git can't be asked, nobody.
 */
export async function missingProjects(loaded: WorkspaceFolders): Promise<MissingProjects> {
  const { root, workspace, projectDirectories, unconfigured } = loaded;
  const asked = inRepository(root) ? await indexedProjects(openGit(root), workspace) : outsideOfGit;
  const failure = asked.ok ? undefined : asked.error;
  const index: IndexedProjects = asked.ok ? asked.value : outsideOfGit.value;
  const onDisk = new Set([...projectDirectories, ...unconfigured]);
  const hidden = index.above.filter(
    (folder) => ![...onDisk].some((directory) => directory.startsWith(`${folder}/`)),
  );
  const absent: IndexedProject[] = [];
  const submodules: string[] = [...hidden];
  const content = await contentOf(loaded);
  const folders = new Map<string, FolderContent | "deleted">(content);
  for (const project of index.projects) {
    const { directory, kind, sparse } = project;
    if (projectDirectories.includes(directory)) continue;
    if (kind === "submodule" && content.get(directory) === "empty") submodules.push(directory);
    else if (sparse || !onDisk.has(directory)) absent.push(project);
    else if (kind === "folder") folders.set(directory, "deleted");
  }
  for (const directory of [...submodules, ...absent.map((one) => one.directory)]) {
    folders.delete(directory);
  }
  const sure = failure === undefined && hidden.length === 0 && loaded.unreadable.length === 0;
  // What only Git ignores is what a branch leaves behind whose project the present one has removed.
  const kept = [...folders].flatMap(([directory, holds]) => (holds === "ignored" ? [] : directory));
  const all = [...projectDirectories, ...index.projects.map(({ directory }) => directory), ...kept];
  return {
    known: sure
      ? [...new Set(all)].map((folder) => projectName(posix.basename(folder)))
      : undefined,
    absent,
    submodules,
    folders,
    diagnostics: [
      ...(failure === undefined ? [] : [unanswered(failure)]),
      ...submodules.map(notCheckedOut),
      ...absentProjects(absent),
    ],
  };
}

const outsideOfGit = ok<IndexedProjects>({ projects: [], above: [] });

/** What is wrong with folders that have no config while a project of their name is deployed. */
export function deployedWithoutConfig(
  { folders }: Pick<MissingProjects, "folders">,
  deployed: ReadonlySet<string>,
  environment: string,
): readonly Diagnostic[] {
  return [...folders].flatMap(([directory, holds]): Diagnostic[] => {
    const name = posix.basename(directory);
    if (holds === "ignored" || !deployed.has(name)) return [];
    const help =
      holds === "deleted"
        ? `\`git restore ${directory}\` brings it back; \`git rm -r ${directory}\` removes the project`
        : `bring it back; to remove the project, delete the folder: \`rm -r ${directory}\``;
    return [
      {
        code: "workspace/deployed-without-config",
        severity: "error",
        message: `${directory} has no config.yaml, and ${name} is deployed in ${environment}: it stays as it is`,
        help,
        location: { file: `${directory}/config.yaml` },
      },
    ];
  });
}

/** As `select` does, and says of a project that only Git has how it gets onto the disk. */
export async function selectOnDisk(
  loaded: LoadedWorkspace,
  names: readonly string[],
): Promise<ReturnType<typeof select>> {
  const chosen = select(loaded, names);
  if (chosen.ok || chosen.error.exit !== "notFound") return chosen;
  const { absent, submodules, folders } = await missingProjects(loaded);
  for (const name of names) {
    const deleted = [...folders].find(
      ([directory, holds]) => holds === "deleted" && posix.basename(directory) === name,
    );
    if (deleted !== undefined) {
      return notFound(
        `there is no project ${name}: ${deleted[0]} has lost its config.yaml`,
        `\`${bringing("deleted", [`${deleted[0]}/config.yaml`])}\` brings it back.`,
      );
    }
    const submodule = submodules.find((directory) => posix.basename(directory) === name);
    if (submodule !== undefined) {
      return submoduleMissing(submodule);
    }
    const project = absent.find(({ directory }) => posix.basename(directory) === name);
    if (project === undefined) continue;
    const { directory, sparse } = project;
    return notFound(
      `the project ${name} isn't on this disk${sparse ? ": the sparse checkout leaves it out" : ", but it is in Git"}`,
      `\`${bringing(project.kind === "submodule" ? "submodule" : sparse ? "sparse" : "deleted", [directory])}\` brings it.`,
    );
  }
  return chosen;
}

/** A submodule that is needed isn't checked out. */
export function submoduleMissing(directory: string): Err<Failure> {
  const { message, help } = notCheckedOut(directory);
  return notFound(message, help);
}

function notCheckedOut(directory: string): Diagnostic & { readonly help: string } {
  return {
    code: "workspace/submodule",
    severity: "error",
    message: `${directory} is a Git submodule that isn't checked out`,
    help: `\`${bringing("submodule", [directory])}\` brings it; in a workflow, actions/checkout does with \`submodules: true\``,
    location: { file: directory },
  };
}

/**
 * The projects of the workspace, to tell those that were removed by; undefined where that can't be
 * said. Git is asked only where one of these isn't on the disk.
 */
export async function knownProjects(
  folders: WorkspaceFolders,
  projects: readonly string[],
): Promise<readonly string[] | undefined> {
  const onDisk = folders.projectDirectories.map((directory) => posix.basename(directory));
  if (projects.every((project) => onDisk.includes(project))) return onDisk;
  return (await missingProjects(folders)).known;
}

/** One warning a kind, however many there are. */
function absentProjects(absent: readonly IndexedProject[]): Diagnostic[] {
  const kinds = [
    ["sparse", absent.filter(({ sparse, kind }) => sparse && kind === "folder")],
    ["deleted", absent.filter(({ sparse, kind }) => !sparse && kind === "folder")],
    ["submodule", absent.filter(({ kind }) => kind === "submodule")],
  ] as const;
  return kinds.flatMap(([kind, projects]): Diagnostic[] => {
    const directories = projects.map(({ directory }) => directory);
    const [first] = directories;
    if (first === undefined) return [];
    const shown = directories.slice(0, mostNamed).join(", ");
    const more = directories.length - mostNamed;
    const named = more > 0 ? `${shown} and ${more} more` : shown;
    const one = directories.length === 1;
    const remove = `git rm -r ${kind === "sparse" ? "--sparse " : ""}${first}`;
    return [
      {
        code: "workspace/not-on-disk",
        severity: "warning",
        message: `${named} ${one ? "is" : "are"} in Git and not on this disk: nothing of ${one ? "it" : "them"} is changed`,
        help: `\`${bringing(kind, [first])}\` brings ${one ? "it" : "the first"}; \`${remove}\` removes it`,
        location: { file: first },
      },
    ];
  });
}

/** Folders that one warning names. */
const mostNamed = 5;

function bringing(
  kind: "sparse" | "deleted" | "submodule",
  directories: readonly string[],
): string {
  const folders = directories.join(" ");
  switch (kind) {
    case "sparse":
      return `git sparse-checkout add ${folders}`;
    case "deleted":
      return `git restore ${folders}`;
    case "submodule":
      return `git submodule update --init ${folders}`;
  }
}

function unanswered({ reason, message, trust }: GitError): Diagnostic {
  const why = reason === "absent" ? message : `git says: ${message}`;
  return {
    code: "workspace/git-unanswered",
    severity: "warning",
    message: `nobody knows which projects were removed (${why}): none counts as removed`,
    help:
      trust === undefined
        ? "make `git status` work in this folder"
        : `the folder belongs to another user; if you trust it: \`${trust}\``,
    location: { file: "esteira.yaml" },
  };
}
