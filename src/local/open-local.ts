import { join } from "node:path";

import type { LocalEnvironment, Workspace } from "../config/model.ts";
import type { Clock } from "../core/clock.ts";
import type { Result } from "../core/result.ts";
import type { PlatformError } from "../platform/port.ts";
import type { Launcher } from "./context.ts";
import { createDockerExecutor } from "./executors/docker.ts";
import { createProcessExecutor } from "./executors/process.ts";
import { uvOffersPython } from "./executors/packages/uv-python.ts";
import { chooseExecutor } from "./executors/select.ts";
import type { LocalPlatform } from "./roles.ts";
import { openMailServer } from "./notify/mail.ts";
import { openWith, webhookTimeoutMs } from "./platform.ts";

export interface LocalPlatformOptions {
  /** The workspace's folder, absolute. */
  readonly root: string;
  readonly workspace: Workspace;
  readonly environment: LocalEnvironment;
  readonly clock: Clock;
  /** Six or more characters of `[0-9a-z]` that were never given before. */
  readonly entropy: () => string;
  /**
   * Command line of a process that calls `drive` with this run; without it runs can't be detached.
   */
  readonly launcher?: Launcher;
  /** The process's environment: tools find their settings there, secrets may be there. */
  readonly processEnvironment: Readonly<Record<string, string | undefined>>;
}

/**
 * Opens the local platform of a workspace: one SQLite file and folders under `.esteira/`, made
 * where there are none.
 */
export async function openLocalPlatform(
  options: LocalPlatformOptions,
): Promise<Result<LocalPlatform, PlatformError>> {
  const { root, workspace, environment, processEnvironment, clock, entropy, launcher } = options;
  return openWith({
    root,
    environment: environment.name,
    ...(environment.language === undefined ? {} : { language: environment.language }),
    maxParallel: environment.maxParallel,
    executors: {
      process: createProcessExecutor({
        dataDirectory: join(root, ".esteira"),
        processEnvironment,
        wishes: { installer: environment.installer, hardLinks: environment.unsafeHardLinks },
      }),
      docker: createDockerExecutor({
        dataDirectory: join(root, ".esteira"),
        workspace: workspace.name,
        network: environment.dockerNetwork,
        processEnvironment,
      }),
    },
    choose: chooseExecutor(environment.executor, processEnvironment, (version) =>
      uvOffersPython(version, environment.installer, processEnvironment),
    ),
    clock,
    entropy,
    ...(launcher === undefined ? {} : { launcher }),
    processEnvironment,
    notify: {
      openMail: async () => {
        const { mail } = environment;
        return mail && openMailServer({ mail, processEnvironment, patienceMs: 5000 });
      },
      webhook: { timeoutMs: webhookTimeoutMs },
    },
  });
}
