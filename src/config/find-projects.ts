import { readdirSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";

import type { Diagnostic } from "../core/diagnostic.ts";
import { err, ok, type Result } from "../core/result.ts";
import { WORKSPACE_FILE } from "./workspace-file.ts";
import { expandGlob, isAbsent, matchesGlob, type UnreadableFolder } from "./glob.ts";
import type { KnownConfigs } from "./known-configs.ts";
import type { Workspace } from "./model.ts";

export const CONFIG_FILE = "config.yaml";

interface FoundProject {
  readonly directory: string;
  readonly file: string;
  /** Of its config, in hexadecimal digits, where nothing has changed since that was read. */
  readonly hash?: string | undefined;
}

export interface FoundProjects {
  readonly projects: readonly FoundProject[];
  /** Configs under the other ending of YAML: warnings. */
  readonly misnamed: readonly Diagnostic[];
  readonly unconfigured: readonly string[];
  readonly unreadable: readonly UnreadableFolder[];
}

/**
 * Looks for the projects of a workspace.
 *
 * @param root absolute, symbolic links resolved
 * @param known the folders whose config needn't be looked for
 */
export async function findProjects(
  root: string,
  { projects: glob, ignore }: Pick<Workspace, "projects" | "ignore">,
  known: Pick<KnownConfigs, "hashOf">,
): Promise<FoundProjects> {
  const unreadable: UnreadableFolder[] = [];
  const directories = await expandGlob(root, glob, (folder) => unreadable.push(folder));
  const projects: FoundProject[] = [];
  const misnamed: Diagnostic[] = [];
  const unconfigured: string[] = [];
  for (const directory of directories) {
    if (ignore.some((pattern) => matchesGlob(directory, pattern))) continue;
    const file = `${directory}/${CONFIG_FILE}`;
    const hash = known.hashOf(directory);
    if (hash !== undefined) {
      projects.push({ directory, file, hash });
      continue;
    }
    const names = namesIn(join(root, directory));
    if (!names.ok) {
      const reason = names.error;
      if (!(await isAbsent(root, directory, reason))) unreadable.push({ directory, reason });
    } else if (names.value.includes(CONFIG_FILE)) {
      projects.push({ directory, file });
    } else {
      misnamed.push(...misnamedAmong(names.value, `${directory}/`));
      unconfigured.push(directory);
    }
  }
  return {
    projects: projects.toSorted(byDirectory),
    misnamed,
    unconfigured: unconfigured.toSorted(),
    unreadable,
  };
}

/** Synchronous: a promise for each of many folders takes longer than the look. */
function namesIn(folder: string): Result<readonly string[], string> {
  try {
    return ok(readdirSync(folder));
  } catch (error) {
    return err((error as NodeJS.ErrnoException).code ?? "");
  }
}

/** What is wrong where nobody can see which projects there are. */
export function unreadableFolder({ directory, reason }: UnreadableFolder): Diagnostic {
  const denied = reason === "EACCES" || reason === "EPERM";
  const message =
    reason === "ENOENT"
      ? "the folder is a symbolic link that leads nowhere"
      : denied
        ? "the folder may not be read, so nobody knows which projects it has"
        : `the folder can't be read (${reason}), so nobody knows which projects it has`;
  const help =
    reason === "ENOENT"
      ? "bring back what it points to, or remove the link"
      : denied
        ? "give yourself the permission to read it"
        : "check the folder and its disk";
  return {
    code: "workspace/unreadable-folder",
    severity: "error",
    message,
    help,
    location: { file: directory },
  };
}

function byDirectory(a: FoundProject, b: FoundProject): number {
  return a.directory < b.directory ? -1 : 1;
}

/** `esteira.yml` in the root, which is not read. */
export async function misnamedIn(root: string): Promise<Diagnostic[]> {
  return misnamedAmong(await readdir(root).catch((): string[] => []), "");
}

/** A configuration under the other ending of YAML would go unseen. */
function misnamedAmong(names: readonly string[], prefix: string): Diagnostic[] {
  const other = prefix === "" ? WORKSPACE_FILE : CONFIG_FILE;
  return names
    .filter((name) => name === other.replace(/yaml$/, "yml"))
    .map((name) => ({
      code: "file/wrong-name",
      severity: "warning",
      message: `${name} is not read: the file must be named ${other}`,
      help: "rename it",
      location: { file: `${prefix}${name}` },
    }));
}
