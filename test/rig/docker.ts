import { execa } from "execa";

import type { Part } from "./parts.ts";

export interface DockerEngine {
  /** Where the engine listens, as `DOCKER_HOST` names it: `unix:///var/run/docker.sock`. */
  readonly host: string;
}

/**
 * The engine that `DOCKER_HOST` names, or else the client's own default; asked once for its
 * version, so that it is known to answer.
 */
export async function dockerEngine(): Promise<Part<DockerEngine>> {
  const host = process.env["DOCKER_HOST"] ?? "unix:///var/run/docker.sock";
  const { exitCode } = await execa("docker", ["version", "--format", "{{.Server.Version}}"], {
    env: { DOCKER_HOST: host },
    reject: false,
    timeout: 20_000,
  });
  return exitCode === 0 ? { host } : { missing: `a Docker engine: no answer at ${host}` };
}
