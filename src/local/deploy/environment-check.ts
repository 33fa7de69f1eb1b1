import { existsSync } from "node:fs";
import { join } from "node:path";

import { docker } from "../executors/docker-cli.ts";
import type { DeployContext } from "./context.ts";

/**
 * Whether what steps run with, as a deploy decided it, is still on this machine. What can't be
 * asked counts as there.
 */
export async function environmentThere(
  { processEnvironment }: Pick<DeployContext, "processEnvironment">,
  decided: Readonly<Record<string, string>>,
): Promise<boolean> {
  const { executor, virtual_environment: environment, digest } = decided;
  if (executor === "process") {
    return environment === undefined || existsSync(join(environment, "bin", "python"));
  }
  if (digest === undefined) return true;
  const found = await docker(
    ["image", "inspect", "--format", "{{.Id}}", digest],
    processEnvironment,
  );
  return found.ok || !/no such image/i.test(found.problem);
}
