import { delimiter, join } from "node:path";

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

export interface BuildKitClient {
  /** What to give a client's environment, so that BuildKit builds. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * A client on the `PATH` that has BuildKit: as the plugin buildx, or in itself as before version
 * 23.
 */
export async function buildKitClient(): Promise<Part<BuildKitClient>> {
  const path = process.env["PATH"] ?? "";
  for (const folder of path.split(delimiter)) {
    const environment = { PATH: `${folder}${delimiter}${path}`, DOCKER_BUILDKIT: "1" };
    const { exitCode } = await execa(join(folder, "docker"), ["build", "--help"], {
      env: environment,
      reject: false,
      timeout: 20_000,
    });
    if (exitCode === 0) return { environment };
  }
  return { missing: "a Docker client with BuildKit: Docker's package docker-buildx-plugin has it" };
}
