import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";

import { docker } from "../executors/docker-cli.ts";
import type { DeployContext } from "./context.ts";

/**
 * Whether what steps run with, as a deploy decided it, is still on this machine. What can't be
 * asked counts as there.
 */
export async function environmentThere(
  { processEnvironment, layout }: Pick<DeployContext, "processEnvironment" | "layout">,
  decided: Readonly<Record<string, string>>,
): Promise<boolean> {
  const { executor, virtual_environment: environment, layer, digest } = decided;
  if (executor === "process") {
    if (environment === undefined) return true;
    // A copy of the workspace, or what a moved one left, is not a place for it.
    const isOurs = parentOf(dirname(environment)) === realpathOf(layout.environments);
    const isThere = existsSync(join(environment, "bin", "python"));
    return isOurs && isThere && (layer === undefined || existsSync(layer));
  }
  if (digest === undefined) return true;
  const found = await docker(
    ["image", "inspect", "--format", "{{.Id}}", digest],
    processEnvironment,
  );
  return found.ok || !/no such image/i.test(found.problem);
}

function parentOf(path: string): string {
  return realpathOf(dirname(path));
}

function realpathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
