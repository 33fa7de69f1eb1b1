import { realpathSync } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { Diagnostic } from "../core/diagnostic.ts";
import { environmentName, type EnvironmentName } from "../core/ids.ts";
import type { ProjectInput } from "./check-project.ts";
import { cacheFolder } from "./cache-folder.ts";
import { filesOnDisk, readConfigFile } from "./disk.ts";
import { CONFIG_FILE, findProjects, misnamedIn, unreadableFolder } from "./find-projects.ts";
import type { Project, Workspace } from "./model.ts";
import { keptProjects, recallAll } from "./kept-projects.ts";
import { contentHash, keptForLater, keptIn, keyOf, noKeptValues } from "./kept-values.ts";
import { type KnownConfigs, knownConfigs } from "./known-configs.ts";
import type { CheckedProjects } from "./projects-by-environment.ts";
import { openStamps, type Stamps } from "./stamps.ts";
import { type CheckedWorkspace, unknownEnvironment, WORKSPACE_FILE } from "./workspace-file.ts";

export interface LoadedWorkspace {
  /** Absolute, symbolic links resolved. */
  readonly root: string;
  readonly workspace: Workspace;
  /** Those without an error in the environment asked for, sorted by folder. */
  readonly projects: readonly Project[];
  /** The same for every environment of the workspace. */
  readonly byEnvironment: ReadonlyMap<EnvironmentName, readonly Project[]>;
  /** All problems of all files, in all environments. */
  readonly diagnostics: readonly Diagnostic[];
  /** Every folder with a config, also those that can't be read; relative to the root, with `/`. */
  readonly projectDirectories: readonly string[];
  /**
   * Folders where projects are looked for and that have no `config.yaml`, relative to the root,
   * sorted: ones that Git ignores, empty ones, and ones with a `config.yml` among them.
   */
  readonly unconfigured: readonly string[];
  /** Folders that may have projects or be one, and that can't be looked into or read. */
  readonly unreadable: readonly string[];
}

export interface LoadOptions {
  /**
   * Only these folders, relative to the root; what several projects do wrong together is then seen
   * among these alone.
   */
  readonly only?: readonly string[];
  /**
   * Checks projects for the environment asked for and no other; by default for each that the
   * workspace has.
   */
  readonly onlyEnvironment?: boolean;
  /** Reads each config and checks it again, whatever the times of files say. */
  readonly anew?: boolean;
  /** What the command looks at besides, so that nothing is looked at twice. */
  readonly stamps?: Stamps;
}

/**
 * Finds the workspace that a folder belongs to: the nearest folder up from it with `esteira.yaml`,
 * else the nearest git repository with `src/projects`, else the folder itself when it has
 * `src/projects`.
 */
export async function findWorkspaceRoot(cwd: string): Promise<string | undefined> {
  const upward: string[] = [];
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    upward.push(folder);
    if (dirname(folder) === folder) break;
  }
  for (const folder of upward) if (await isThere(join(folder, WORKSPACE_FILE))) return folder;
  for (const folder of upward) {
    if (!(await isThere(join(folder, ".git")))) continue;
    if (await isThere(join(folder, "src", "projects"))) return folder;
    break;
  }
  return (await isThere(join(resolve(cwd), "src", "projects"))) ? resolve(cwd) : undefined;
}

/**
 * Reads `esteira.yaml` and every project of a workspace.
 *
 * @param root the workspace's root; see `findWorkspaceRoot`
 * @param environment the environment whose projects are given; problems are reported for all
 *   environments
 */
export async function loadWorkspace(
  root: string,
  environment: string,
  options: LoadOptions = {},
): Promise<LoadedWorkspace> {
  const realRoot = realpathSync(resolve(root));
  const content = readConfigFile(realRoot, WORKSPACE_FILE);
  const cache = options.anew === true ? undefined : cacheFolder(realRoot);
  const checked = await checkedWorkspace(content, basename(realRoot), cache);
  const stamps = options.stamps ?? openStamps();
  const values = keptIn(cache, "known-configs.tsv", 1);
  const known = knownConfigs(values, realRoot, CONFIG_FILE, stamps);
  const found = await findProjects(realRoot, checked.workspace, known);
  const wanted = options.only
    ? found.projects.filter(({ directory }) => options.only?.includes(directory))
    : found.projects;

  const inputs = wanted.map(({ directory, file, hash }) =>
    projectInput(realRoot, { directory, file, hash, stamps, known }),
  );
  const asked = environmentName(environment);
  const { byEnvironment, diagnostics } = await checkAll(
    { checked, content, folder: basename(realRoot), cache },
    inputs,
    asked,
    options,
    found.projects.map(({ directory }) => basename(directory)),
  );
  known.save(found.projects.map(({ directory }) => directory));
  const misnamed = [
    ...(content === undefined ? await misnamedIn(realRoot) : []),
    ...found.misnamed,
    // Where only some folders count, those that nobody can read are no concern.
    ...(options.only === undefined ? found.unreadable.map(unreadableFolder) : []),
  ];
  return {
    root: realRoot,
    workspace: checked.workspace,
    projects: byEnvironment.get(asked) ?? [],
    byEnvironment,
    diagnostics: [...checked.diagnostics, ...misnamed, ...diagnostics],
    projectDirectories: found.projects.map(({ directory }) => directory),
    unconfigured: found.unconfigured,
    unreadable: found.unreadable.map(({ directory }) => directory),
  };
}

interface InputPlace extends Pick<ProjectInput, "directory" | "file" | "hash"> {
  readonly stamps: Stamps;
  readonly known: KnownConfigs;
}

/** Its config is read where somebody asks for it: most of the time what it gave is known. */
function projectInput(
  root: string,
  { directory, file, hash, stamps, known }: InputPlace,
): ProjectInput {
  let content: Uint8Array | Diagnostic | undefined;
  let hashNow = hash;
  const read = (): Uint8Array | Diagnostic => {
    if (content !== undefined) return content;
    const keep = known.look(directory);
    content = readConfigFile(root, file) ?? missing(file);
    hashNow = content instanceof Uint8Array ? contentHash(content) : undefined;
    if (hashNow !== undefined) keep(hashNow);
    return content;
  };
  return {
    directory,
    file,
    get content() {
      return read();
    },
    get hash() {
      if (hashNow === undefined) read();
      return hashNow;
    },
    files: filesOnDisk(root, directory, stamps),
  };
}

/** `esteira.yaml` is checked anew where it, its folder's name or Esteira has changed. */
async function checkedWorkspace(
  content: Uint8Array | Diagnostic | undefined,
  folder: string,
  cache: string | undefined,
): Promise<CheckedWorkspace> {
  const readable = content === undefined || content instanceof Uint8Array;
  const values = readable ? keptIn(cache, "checked-workspace.tsv", 20) : noKeptValues;
  const key = readable ? keyOf(content, folder) : "";
  const before = values.get(key) as CheckedWorkspace | undefined;
  if (before !== undefined) return before;
  const { checkWorkspace } = await import("./check.ts");
  const checked = checkWorkspace(content, folder);
  values.set(key, checked);
  values.save();
  return checked;
}

interface ReadWorkspace {
  readonly checked: CheckedWorkspace;
  /** The bytes of `esteira.yaml`. */
  readonly content: Uint8Array | Diagnostic | undefined;
  /** Name of the workspace's folder. */
  readonly folder: string;
  readonly cache: string | undefined;
}

/** Of projects, in their environments. */
const mostKept = 5000;

/** Projects' rules are loaded where there is something to check: most commands read no project. */
async function checkAll(
  { checked, content, folder, cache }: ReadWorkspace,
  inputs: readonly ProjectInput[],
  asked: EnvironmentName,
  { onlyEnvironment = false }: LoadOptions,
  folders: readonly string[],
): Promise<CheckedProjects> {
  if (inputs.length === 0) {
    const byEnvironment = new Map<EnvironmentName, readonly Project[]>();
    for (const name of checked.workspace.environments.keys()) byEnvironment.set(name, []);
    return { byEnvironment, diagnostics: unknownEnvironment(checked, asked) };
  }
  const kept = keptIn(cache, "checked-projects.tsv", mostKept);
  const answered = keptForLater(cache, "asked-of-folders.tsv", mostKept);
  const save = (): void => {
    kept.save();
    answered.save();
  };
  const readable = content === undefined || content instanceof Uint8Array;
  // Where nothing is kept, what would show a change needn't be looked at.
  const keeps = readable && kept !== noKeptValues;
  const projects = keeps ? keptProjects(kept, answered, content, folder) : undefined;
  const before = projects && recallAll(checked, inputs, asked, onlyEnvironment, projects, folders);
  if (before !== undefined) {
    save();
    return before;
  }
  const { checkProjects } = await import("./check-projects.ts");
  const result = checkProjects(checked, inputs, asked, onlyEnvironment, projects, folders);
  save();
  return result;
}

/**
 * A project as it is in one environment; undefined when there is no such project, or when it has
 * errors there.
 */
export function projectForEnvironment(
  loaded: LoadedWorkspace,
  project: string,
  environment: string,
): Project | undefined {
  return loaded.byEnvironment
    .get(environmentName(environment))
    ?.find((candidate) => candidate.name === project);
}

function missing(file: string): Diagnostic {
  return {
    code: "file/unreadable",
    severity: "error",
    message: "the file is gone",
    help: "check again",
    location: { file },
  };
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
