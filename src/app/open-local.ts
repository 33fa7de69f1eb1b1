import { randomBytes } from "node:crypto";

import type { LocalEnvironment, Workspace } from "../config/model.ts";
import type { Result } from "../core/result.ts";
import type { LocalPlatform } from "../local/roles.ts";
import { openLocalPlatform } from "../local/open-local.ts";
import { packageFile } from "../platform/package-files.ts";
import type { PlatformError } from "../platform/port.ts";
import type { Host } from "./host.ts";

const binary = packageFile("bin/esteira.js");

/** Opens the platform of an environment that is on this machine. */
export function openLocal(
  host: Host,
  root: string,
  workspace: Workspace,
  environment: LocalEnvironment,
): Promise<Result<LocalPlatform, PlatformError>> {
  return openLocalPlatform({
    root,
    workspace,
    environment,
    entropy,
    clock: host.clock,
    processEnvironment: host.environment,
    launcher: (run) => [process.execPath, binary, "drive", run, "--env", environment.name],
  });
}

/** Ten characters of `[0-9a-z]`. */
function entropy(): string {
  return [...randomBytes(10)].map((byte) => (byte % 36).toString(36)).join("");
}
