import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { loginCommand } from "./build-command.ts";
import {
  type Credentials,
  dockerConfigFolder,
  type ProcessEnvironment,
  readDockerConfig,
} from "../../oci/credentials.ts";
import { lastError, runDocker } from "./docker.ts";

export interface LoginRequest {
  readonly host: string;
  readonly credentials: Credentials | undefined;
  readonly signIn: string;
  readonly processEnvironment: ProcessEnvironment;
  readonly signal: AbortSignal | undefined;
}

/**
 * Signs the `docker` client in with its own configuration in a temporary folder, which knows
 * this registry and which engine the user works with, and is gone when `work` is done. The user's
 * own is only read.
 */
export async function withLogin<Value>(
  request: LoginRequest,
  work: (configFolder: string) => Promise<Result<Value, PlatformError>>,
): Promise<Result<Value, PlatformError>> {
  const { host, credentials, processEnvironment } = request;
  const users = await readDockerConfig(processEnvironment);
  if (!users.ok) return users;
  const folder = await mkdtemp(join(tmpdir(), "esteira-docker-"));
  try {
    const context = users.value?.currentContext;
    const token =
      credentials?.kind === "identity-token" ? { identitytoken: credentials.token } : {};
    // With an entry, however empty, the client keeps what it is given here and not in the desktop's
    // store of passwords.
    const config = {
      auths: { [host]: token },
      ...(context === undefined ? {} : { currentContext: context }),
    };
    await writeFile(join(folder, "config.json"), JSON.stringify(config), { mode: 0o600 });
    await symlink(
      join(dockerConfigFolder(processEnvironment), "contexts"),
      join(folder, "contexts"),
    );
    const signedIn = await logIn(request, folder);
    return signedIn.ok ? await work(folder) : signedIn;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function logIn(
  { host, credentials, processEnvironment, signIn, signal }: LoginRequest,
  folder: string,
): Promise<Result<void, PlatformError>> {
  if (credentials?.kind !== "password") return ok(undefined);
  const outcome = await runDocker(loginCommand(host, credentials.username, folder), {
    processEnvironment,
    output: () => undefined,
    input: credentials.password,
    signal,
  });
  switch (outcome.kind) {
    case "succeeded":
      return ok(undefined);
    case "failed":
      return err({
        reason: "permission",
        message: `docker could not sign in to ${host}: ${lastError(outcome.lines)}`,
        help: signIn,
      });
    case "interrupted":
      return err(interrupted(`signing in to ${host}`));
    case "no-client":
      return err(noClient());
  }
}

export function interrupted(what: string): PlatformError {
  return {
    reason: "interrupted",
    message: `${what} was interrupted`,
    help: "run it again: what was built already is kept in the engine's cache",
  };
}

export function noClient(): PlatformError {
  return {
    reason: "unavailable",
    message: "there is no `docker` command on the PATH, and the image has to be built",
    help: "install Docker, or build the image elsewhere and deploy it with --no-build",
  };
}
