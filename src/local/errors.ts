import type { RunId } from "../core/ids.ts";
import { err, type Result } from "../core/result.ts";
import type { PlatformError } from "../platform/port.ts";
import type { Layout } from "./layout.ts";
import { storeFailure } from "./store/open.ts";

/** Makes what the database says about the world (disk full, file damaged, held by another) a value. Bugs go on being thrown. */
export async function guarded<T>(
  layout: Layout,
  work: () => Result<T, PlatformError> | Promise<Result<T, PlatformError>>,
): Promise<Result<T, PlatformError>> {
  try {
    return await work();
  } catch (error) {
    const failure = storeFailure(layout, error);
    if (failure === undefined) throw error;
    return err(failure);
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
