import { realpathSync } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { Diagnostic } from "../core/diagnostic.ts";
import { environmentName, type EnvironmentName } from "../core/ids.ts";
import type { ProjectInput } from "./check-project.ts";
import type { CheckedProjects } from "./check-projects.ts";
import {
  type CheckedWorkspace,
  checkWorkspace,
  unknownEnvironment,
  WORKSPACE_FILE,
} from "./check.ts";
import { filesOnDisk, readConfigFile } from "./disk.ts";
import { findProjects, misnamedIn, unreadableFolder } from "./find-projects.ts";
import type { Project, Workspace } from "./model.ts";
import { openParsedValues, type ParsedValuesFile } from "./parsed-values-file.ts";

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
  const checked = checkWorkspace(content, basename(realRoot));
  const found = await findProjects(realRoot, checked.workspace);
  const wanted = options.only
    ? found.projects.filter(({ directory }) => options.only?.includes(directory))
    : found.projects;

  const inputs = wanted.map(({ directory, file }): ProjectInput => ({
    directory,
    file,
    content: readConfigFile(realRoot, file) ?? missing(file),
    files: filesOnDisk(realRoot, directory),
  }));
  const asked = environmentName(environment);
  const { byEnvironment, diagnostics } = await checkAll(realRoot, checked, inputs, asked, options);
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

/** Projects' rules are loaded where there are projects to check: most commands read none. */
async function checkAll(
  root: string,
  checked: CheckedWorkspace,
  inputs: readonly ProjectInput[],
  asked: EnvironmentName,
  { onlyEnvironment }: LoadOptions,
): Promise<CheckedProjects> {
  if (inputs.length === 0) {
    const byEnvironment = new Map<EnvironmentName, readonly Project[]>();
    for (const name of checked.workspace.environments.keys()) byEnvironment.set(name, []);
    return { byEnvironment, diagnostics: unknownEnvironment(checked, asked) };
  }
  const { checkProjects } = await import("./check-projects.ts");
  const values = await parsedValuesFor(root, inputs.length);
  const result = checkProjects(checked, inputs, asked, onlyEnvironment, values);
  values?.save();
  return result;
}

/** With fewer files than this, looking into a cache takes as long as parsing them. */
const fewFiles = 20;

/**
 * What files held when they were parsed before, in the workspace's own folder. Undefined for few
 * files, and where nothing was deployed or run yet: checking a workspace makes no folder in it.
 */
async function parsedValuesFor(root: string, files: number): Promise<ParsedValuesFile | undefined> {
  const folder = join(root, ".esteira");
  if (files < fewFiles || !(await isThere(folder))) return undefined;
  return openParsedValues(join(folder, "cache"));
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
