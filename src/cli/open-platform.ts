import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { LocalEnvironment } from "../config/model.ts";
import type { Result } from "../core/result.ts";
import { createDockerExecutor } from "../local/executors/docker.ts";
import { createProcessExecutor } from "../local/executors/process.ts";
import type { LocalExtras } from "../local/extras.ts";
import { openLocalPlatform } from "../local/platform.ts";
import type { Platform, PlatformError } from "../platform/port.ts";
import type { CliContext } from "./context.ts";
import { executorFor } from "./executor-choice.ts";

const binary = fileURLToPath(new URL("../../bin/esteira.js", import.meta.url));

/** Puts the local platform together from its parts, for an environment of a workspace. */
export function openLocal(
  context: CliContext,
  root: string,
  environment: LocalEnvironment,
): Promise<Result<Platform & LocalExtras, PlatformError>> {
  const processEnvironment = context.environment;
  return openLocalPlatform({
    root,
    environment: environment.name,
    maxParallel: environment.maxParallel,
    executors: {
      process: createProcessExecutor({
        dataDirectory: join(root, ".esteira"),
        processEnvironment,
      }),
      docker: createDockerExecutor({
        workspace: root,
        network: environment.dockerNetwork,
        processEnvironment,
      }),
    },
    choose: executorFor(environment.executor, root, processEnvironment),
    clock: context.clock,
    entropy,
    processEnvironment,
    launcher: (run) => [process.execPath, binary, "drive", run, "--env", environment.name],
  });
}

/** Ten characters of `[0-9a-z]`. */
function entropy(): string {
  return [...randomBytes(10)].map((byte) => (byte % 36).toString(36)).join("");
}
