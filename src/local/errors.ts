import { accessSync, constants } from "node:fs";

import type { RunId } from "../core/ids.ts";
import { err, type Result } from "../core/result.ts";
import type { PlatformError } from "../platform/port.ts";
import type { Layout } from "./layout.ts";
import { storeFailure } from "./store/open.ts";

/**
 * Makes what the database and the file system say about the world (disk full, file damaged, no
 * right to write) a value. Bugs are still thrown.
 */
export async function guarded<T>(
  layout: Layout,
  work: () => Result<T, PlatformError> | Promise<Result<T, PlatformError>>,
): Promise<Result<T, PlatformError>> {
  try {
    return await work();
  } catch (error) {
    const failure = storeFailure(layout, error) ?? fileFailure(layout, error);
    if (failure === undefined) throw error;
    return err(failure);
  }
}

/**
 * What the operating system refused, in its own words (`ENOSPC: no space left on device, mkdir
 * '/…'`); `undefined` for bugs.
 */
export function refusedBySystem(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && "syscall" in error
    ? error.message
    : undefined;
}

function fileFailure(layout: Layout, error: unknown): PlatformError | undefined {
  const message = refusedBySystem(error);
  if (message === undefined) return undefined;
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  const resource = path ?? layout.home;
  // Of a read-only disk, Node's recursive mkdir says that there is no such file.
  if (code === "ENOENT" && syscall === "mkdir" && isReadOnly(layout.home)) {
    return {
      reason: "permission",
      message: `the disk is read-only, so that ${resource} can't be written`,
      help: "Mount the disk for writing, or work in a clone elsewhere.",
      resource,
    };
  }
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
      return {
        reason: "limit",
        message: `there is no space left on the disk (${message})`,
        help: "Free some space and repeat the command; what was written before is intact.",
        resource,
      };
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return {
        reason: "permission",
        message: `a file or folder can't be read or written (${message})`,
        help: "Give your user the right to it and repeat the command.",
        resource,
      };
    default:
      return {
        reason: "failed",
        message: `reading or writing a file failed (${message})`,
        help: "Fix that and repeat the command; what was written before is intact.",
        resource,
      };
  }
}

export function noSuchRun(run: RunId, environment: string): PlatformError {
  return {
    reason: "not-found",
    message: `there is no run ${run} in the environment ${environment}`,
    help: "`esteira runs` lists them.",
    resource: `run ${run}`,
  };
}

export function notDeployed(project: string, environment: string): PlatformError {
  return {
    reason: "not-deployed",
    message: `${project} is not deployed in the environment ${environment}`,
    help: `Deploy it first: esteira deploy ${project}`,
    resource: project,
  };
}

function isReadOnly(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EROFS";
  }
}
