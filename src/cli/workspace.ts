import { posix } from "node:path";

import { findWorkspaceRoot, loadWorkspace, type LoadedWorkspace } from "../config/load.ts";
import type { Environment, Workspace } from "../config/model.ts";
import { hasErrors } from "../core/diagnostic.ts";
import { environmentName } from "../core/ids.ts";
import { ok, type Result } from "../core/result.ts";
import type { LocalExtras } from "../local/extras.ts";
import type { Platform } from "../platform/port.ts";
import type { CliContext } from "./context.ts";
import type { Exit } from "./exit-codes.ts";
import { projectWords, suggestName } from "./names.ts";
import { failed, fromPlatform, notFound, refused, usage, type Failure } from "./failure.ts";

/** A workspace whose `esteira.yaml` is good, and the environment that is meant. No project has been read. */
export interface OpenedWorkspace {
  readonly root: string;
  readonly workspace: Workspace;
  readonly environment: Environment;
  /** Folders with a config, relative to the root. */
  readonly directories: readonly string[];
}

/** A platform, and what the local one can do besides. */
export type OpenPlatform = Platform & Partial<LocalExtras>;

/** What a command works with that asks or changes a platform. */
export interface PlatformSession {
  readonly platform: OpenPlatform;
  /** Its name. */
  readonly environment: string;
  /** By their folders: configs aren't read for it. */
  readonly projectNames: readonly string[];
}

/** The root of the workspace around the current folder. */
export async function findWorkspace(context: CliContext): Promise<Result<string, Failure>> {
  const root = await findWorkspaceRoot(context.cwd);
  if (root !== undefined) return ok(root);
  return notFound(
    "there is no workspace here: no esteira.yaml, and no src/projects, in this folder or above it",
    "Go to your repository, or make this folder a workspace with `esteira init`.",
  );
}

/**
 * Finds the workspace and reads its `esteira.yaml`.
 *
 * @param wanted what `-e` says; without it `ENV` counts when the workspace knows such an environment, else `local`
 */
export async function openWorkspace(
  context: CliContext,
  wanted: string | undefined,
): Promise<Result<OpenedWorkspace, Failure>> {
  const root = await findWorkspace(context);
  if (!root.ok) return root;
  const loaded = await loadWorkspace(root.value, "local", { only: [] });
  if (hasErrors(loaded.diagnostics)) return invalid(loaded.diagnostics, "esteira.yaml has errors");
  const { environments } = loaded.workspace;
  const fromVariable = environmentName(context.environment["ENV"] ?? "");
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
        have: "esteira.yaml names",
        none: "esteira.yaml names none.",
      }),
    );
  }
  return ok({
    root: loaded.root,
    workspace: loaded.workspace,
    environment,
    directories: loaded.projectDirectories,
  });
}

/** Opens the platform of the environment that is meant, lets `work` use it, and closes it whatever happens. */
export async function withPlatform(
  context: CliContext,
  wanted: string | undefined,
  work: (session: PlatformSession) => Promise<Result<Exit, Failure>>,
): Promise<Result<Exit, Failure>> {
  const opened = await openWorkspace(context, wanted);
  if (!opened.ok) return opened;
  const platform = await openPlatform(context, opened.value);
  if (!platform.ok) return platform;
  try {
    return await work({
      platform: platform.value,
      environment: opened.value.environment.name,
      projectNames: opened.value.directories.map((directory) => posix.basename(directory)),
    });
  } finally {
    await platform.value.close();
  }
}

/** The platform of an environment. */
export async function openPlatform(
  context: CliContext,
  opened: OpenedWorkspace,
): Promise<Result<OpenPlatform, Failure>> {
  const { environment } = opened;
  if (environment.platform === "aws") {
    return refused(
      `${environment.name} is on AWS, and this version of Esteira can't deploy or run there yet`,
      "`esteira validate` checks projects for it; `-e local` deploys and runs them on this machine.",
    );
  }
  const { openLocal } = await import("./open-platform.ts");
  const platform = await openLocal(context, opened.root, opened.workspace, environment);
  return platform.ok ? platform : failed(fromPlatform(platform.error));
}

/** The problems of these projects, and of `esteira.yaml`; of all projects when no name is given. */
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
    diagnostics: loaded.diagnostics.filter(({ location }) => {
      const file = location?.file;
      return (
        file === undefined ||
        file === "esteira.yaml" ||
        directories.some((directory) => file.startsWith(`${directory}/`))
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
