import { execa } from "execa";

import { timedCommand } from "../../src/pipeline/command.ts";
import type { Release } from "../../src/release/release.ts";
import type { TaskCredentials } from "./rig/task-credentials.ts";

/** What ECS would start for a step, by the task definition and the overrides of its Task. */
export function startStep(
  {
    release: { task },
    image,
    endpoint,
    credentials,
    options,
  }: {
    readonly release: Release;
    readonly image: string;
    /** Of S3. */
    readonly endpoint: string;
    readonly credentials: TaskCredentials;
    /** More of `docker run`'s. */
    readonly options: readonly string[];
  },
  command: string,
  overrides: Readonly<Record<string, string>>,
) {
  const sheet = JSON.parse(task.environment["ESTEIRA_OUTPUTS"] ?? "") as object;
  const variables = {
    ...task.environment,
    ESTEIRA_OUTPUTS: JSON.stringify({ ...sheet, endpoint }),
    ESTEIRA_CACHE: "on",
    ...overrides,
    ...credentials.variables,
  };
  return execa(
    "docker",
    [
      "run",
      "--rm",
      "--init",
      "--network=host",
      "--entrypoint=sh",
      ...Object.entries(variables).map(([name, value]) => `--env=${name}=${value}`),
      ...options,
      image,
      "-c",
      timedCommand(command, 600, true),
    ],
    { all: true, reject: false },
  );
}
