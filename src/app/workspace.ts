import { posix } from "node:path";

import { findWorkspaceRoot, loadWorkspace, type LoadedWorkspace } from "../config/load.ts";
import type { Environment, Workspace } from "../config/model.ts";
import { hasErrors } from "../core/diagnostic.ts";
import { environmentName } from "../core/ids.ts";
import { ok, type Result } from "../core/result.ts";
import type { Platform } from "../platform/port.ts";
import type { Host } from "./host.ts";
import type { Exit } from "./exit-codes.ts";
import type { AwsChoices } from "./open-aws.ts";
import { projectWords, suggestName } from "./names.ts";
import { failed, fromPlatform, notFound, usage, type Failure } from "./failure.ts";

/**
 * A workspace whose `esteira.yaml` is good, and the environment that is meant. No project has been
 * read.
 */
export interface OpenedWorkspace {
  readonly root: string;
  readonly workspace: Workspace;
  readonly environment: Environment;
  /** Folders with a config, relative to the root. */
  readonly directories: readonly string[];
  /** Its folders as they were found. */
  readonly folders: WorkspaceFolders;
}

/** Where a workspace's projects are, and where they should be. */
export type WorkspaceFolders = Pick<
  LoadedWorkspace,
  "root" | "workspace" | "projectDirectories" | "unconfigured" | "unreadable"
>;

/** What a command works with that asks or changes a platform. */
export interface PlatformSession {
  readonly platform: Platform;
  /** Its name. */
  readonly environment: string;
  /** What esteira.yaml says about it. */
  readonly settings: Environment;
  /** By their folders: configs aren't read for it. */
  readonly projectNames: readonly string[];
  /** Where they were looked for. */
  readonly folders: WorkspaceFolders;
  /** AWS region; undefined on this machine. */
  readonly region: string | undefined;
  /** Who acts, as the audit trail has it: on AWS whom the credentials belong to. */
  readonly actor: string;
}

/** The root of the workspace around the current folder. */
export async function findWorkspace(host: Host): Promise<Result<string, Failure>> {
  const root = await findWorkspaceRoot(host.cwd);
  if (root !== undefined) return ok(root);
  return notFound(
    "there is no workspace here: no esteira.yaml, and no src/projects, in this folder or above it",
    "Go to your repository, or make this folder a workspace with `esteira init`.",
  );
}

/**
 * Finds the workspace and reads its `esteira.yaml`.
 *
 * @param wanted what `-e` says; without it `ENV` counts when the workspace knows such an
 *   environment, else `local`
 */
export async function openWorkspace(
  host: Host,
  wanted: string | undefined,
): Promise<Result<OpenedWorkspace, Failure>> {
  const root = await findWorkspace(host);
  if (!root.ok) return root;
  const loaded = await loadWorkspace(root.value, "local", { only: [] });
  if (hasErrors(loaded.diagnostics)) return invalid(loaded.diagnostics, "esteira.yaml has errors");
  const { environments } = loaded.workspace;
  const fromVariable = environmentName(host.environment["ENV"] ?? "");
  const name =
    wanted === undefined
      ? environments.has(fromVariable)
        ? fromVariable
        : environmentName("local")
      : environmentName(wanted);
  const environment = environments.get(name);
  if (environment === undefined) {
    return notFound(
      `there is no environment ${name}`,
      suggestName(name, [...environments.keys()], {
        have: "Write it under environments in esteira.yaml, which names",
        none: "Write it under environments in esteira.yaml, which names none.",
      }),
    );
  }
  return ok({
    root: loaded.root,
    workspace: loaded.workspace,
    environment,
    directories: loaded.projectDirectories,
    folders: loaded,
  });
}

/**
 * Opens the platform of the environment that is meant, lets `work` use it, and closes it whatever
 * happens.
 */
export async function withPlatform(
  host: Host,
  wanted: string | undefined,
  work: (session: PlatformSession) => Promise<Result<Exit, Failure>>,
): Promise<Result<Exit, Failure>> {
  const opened = await openWorkspace(host, wanted);
  if (!opened.ok) return opened;
  const platform = await openPlatform(host, opened.value, {});
  if (!platform.ok) return platform;
  try {
    return await work({
      platform: platform.value,
      environment: opened.value.environment.name,
      settings: opened.value.environment,
      projectNames: opened.value.directories.map((directory) => posix.basename(directory)),
      folders: opened.value.folders,
      region: regionOf(opened.value.environment),
      actor: platform.value.actor ?? host.actor,
    });
  } finally {
    await platform.value.close();
  }
}

function regionOf(environment: Environment): string | undefined {
  return environment.platform === "aws" ? environment.region : undefined;
}

/** The platform of an environment. */
export async function openPlatform(
  host: Host,
  opened: OpenedWorkspace,
  choices: AwsChoices,
): Promise<Result<Platform, Failure>> {
  const { environment } = opened;
  if (environment.platform === "aws") {
    // The SDK takes its time to load: commands of this machine do without.
    const { openAws } = await import("./open-aws.ts");
    const { root, workspace } = opened;
    const platform = await openAws(host, root, workspace, environment, choices);
    return platform.ok ? platform : failed(fromPlatform(platform.error));
  }
  const { openLocal } = await import("./open-local.ts");
  const platform = await openLocal(host, opened.root, opened.workspace, environment);
  return platform.ok ? platform : failed(fromPlatform(platform.error));
}

/**
 * The problems of these projects, among them those that other projects have with them, and of
 * `esteira.yaml`; of all projects when no name is given.
 */
export function select(
  loaded: LoadedWorkspace,
  names: readonly string[],
): Result<Pick<LoadedWorkspace, "projects" | "diagnostics" | "projectDirectories">, Failure> {
  if (names.length === 0) return ok(loaded);
  const directories: string[] = [];
  for (const name of names) {
    const directory =
      loaded.projects.find((project) => project.name === name)?.directory ??
      loaded.projectDirectories.find((folder) => posix.basename(folder) === name);
    if (directory === undefined) {
      const folder = loaded.unconfigured.find((one) => posix.basename(one) === name);
      if (folder !== undefined) {
        return notFound(
          `there is no project ${name}: ${folder} has no config.yaml`,
          `\`esteira adopt ${folder}\` writes one.`,
        );
      }
      const known = loaded.projectDirectories.map((folder) => posix.basename(folder));
      return notFound(`there is no project ${name}`, suggestName(name, known, projectWords));
    }
    directories.push(directory);
  }
  if (new Set(directories).size < directories.length) {
    return usage("a project is named twice", "Name it once.");
  }
  return ok({
    projects: loaded.projects.filter(({ directory }) => directories.includes(directory)),
    diagnostics: loaded.diagnostics.filter(({ location, related = [] }) => {
      if (location === undefined) return true;
      const files = [location, ...related.map((other) => other.location)].map(({ file }) => file);
      return files.some(
        (file) =>
          file === "esteira.yaml" ||
          directories.some((directory) => file.startsWith(`${directory}/`)),
      );
    }),
    projectDirectories: directories,
  });
}

export function invalid(
  diagnostics: LoadedWorkspace["diagnostics"],
  message: string,
): Result<never, Failure> {
  return failed({ exit: "invalid", reason: "invalid", message, diagnostics });
}
