import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

import { homeFolder } from "../core/home-folder.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { EdgeError } from "../core/edge-error.ts";

export type ProcessEnvironment = Readonly<Record<string, string | undefined>>;

/** What a registry is sent about who asks. */
export type Credentials =
  | { readonly kind: "password"; readonly username: string; readonly password: string }
  /** A token that the registry's own server exchanges for others. */
  | { readonly kind: "identity-token"; readonly token: string };

/**
 * Gives the credentials for one registry; undefined: there are none, and nobody in particular asks.
 */
export type CredentialSource = () => Promise<Result<Credentials | undefined, EdgeError>>;

/** The variables that hold an environment's credentials: `ESTEIRA_REGISTRY_USERNAME_DEV`. */
export function credentialVariables(environment: string): {
  readonly username: string;
  readonly password: string;
} {
  const name = environment.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_");
  return {
    username: `ESTEIRA_REGISTRY_USERNAME_${name}`,
    password: `ESTEIRA_REGISTRY_PASSWORD_${name}`,
  };
}

/** What to do where credentials are missing or wrong. */
export function howToSignIn(host: string, environment: string): string {
  const { username, password } = credentialVariables(environment);
  return `sign in with \`docker login ${host}\`, or set ${username} and ${password}`;
}

/**
 * Credentials of a registry that isn't ECR: the environment's variables, or what `docker login` has
 * left in Docker's configuration, which is only read.
 */
export function dockerCredentials(
  host: string,
  environment: string,
  processEnvironment: ProcessEnvironment,
): CredentialSource {
  let found: ReturnType<CredentialSource> | undefined;
  return () => (found ??= find(host, environment, processEnvironment));
}

async function find(
  host: string,
  environment: string,
  processEnvironment: ProcessEnvironment,
): ReturnType<CredentialSource> {
  const names = credentialVariables(environment);
  const username = processEnvironment[names.username];
  const password = processEnvironment[names.password];
  if (username && password) return ok({ kind: "password", username, password });
  if (username || password) {
    return err({
      reason: "invalid",
      message: `${username ? names.password : names.username} is not set, but ${username ? names.username : names.password} is`,
      help: "set both, or neither",
    });
  }
  const config = await readDockerConfig(processEnvironment);
  if (!config.ok) return config;
  if (config.value === undefined) return ok(undefined);
  const helper = config.value.credHelpers?.[host] ?? config.value.credsStore;
  const plain = fromAuths(config.value.auths?.[host] ?? config.value.auths?.[`https://${host}`]);
  if (plain !== undefined || helper === undefined) return ok(plain);
  return askHelper(helper, host, processEnvironment);
}

/**
 * Docker's configuration, so far as it matters here:
 * https://docs.docker.com/reference/cli/docker/#configuration-files
 */
export interface DockerConfig {
  readonly auths?: Readonly<
    Record<string, { readonly auth?: string; readonly identitytoken?: string }>
  >;
  readonly credHelpers?: Readonly<Record<string, string>>;
  readonly credsStore?: string;
  readonly currentContext?: string;
}

/** The folder of Docker's configuration. */
export function dockerConfigFolder(processEnvironment: ProcessEnvironment): string {
  return (
    processEnvironment["DOCKER_CONFIG"] || join(homeFolder(processEnvironment, homedir), ".docker")
  );
}

export async function readDockerConfig(
  processEnvironment: ProcessEnvironment,
): Promise<Result<DockerConfig | undefined, EdgeError>> {
  const path = join(dockerConfigFolder(processEnvironment), "config.json");
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch {
    return ok(undefined);
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return ok(value as DockerConfig);
  } catch {
    // The same as anything else that isn't an object.
  }
  return err({
    reason: "invalid",
    message: `Docker's configuration ${path} is not a JSON object`,
    help: "correct it, or move it away and sign in again with `docker login`",
    resource: path,
  });
}

/**
 * Reads one entry of `auths`. Docker keeps `<token>` as the name that goes with an identity token.
 */
export function fromAuths(
  entry: { readonly auth?: string; readonly identitytoken?: string } | undefined,
): Credentials | undefined {
  if (entry?.identitytoken) return { kind: "identity-token", token: entry.identitytoken };
  const decoded = Buffer.from(entry?.auth ?? "", "base64").toString("utf8");
  const colon = decoded.indexOf(":");
  if (colon < 1) return undefined;
  return {
    kind: "password",
    username: decoded.slice(0, colon),
    password: decoded.slice(colon + 1),
  };
}

/**
 * Asks the program that keeps Docker's credentials:
 * https://docs.docker.com/reference/cli/docker/login/#credential-helper-protocol
 */
async function askHelper(
  helper: string,
  host: string,
  processEnvironment: ProcessEnvironment,
): ReturnType<CredentialSource> {
  const program = `docker-credential-${helper}`;
  const { execa } = await import("execa");
  const { exitCode, stdout, stderr, originalMessage } = await execa(program, ["get"], {
    env: processEnvironment,
    extendEnv: false,
    input: host,
    reject: false,
    timeout: 30_000,
  });
  const said = `${stdout} ${stderr}`;
  // A helper that has none fails with these words.
  if (exitCode !== 0 && /credentials not found/i.test(said)) return ok(undefined);
  try {
    const { Username, Secret } = JSON.parse(stdout) as { Username?: unknown; Secret?: unknown };
    if (exitCode === 0 && typeof Username === "string" && typeof Secret === "string") {
      return ok(
        Username === "<token>"
          ? { kind: "identity-token", token: Secret }
          : { kind: "password", username: Username, password: Secret },
      );
    }
  } catch {
    // Reported below.
  }
  const why = (stderr.trim() || originalMessage || "it gave no credentials").split("\n")[0];
  return err({
    reason: "permission",
    message: `${program}, which keeps Docker's credentials, could not give those for ${host}: ${why}`,
    help: "see to it that `docker login` works in this shell",
  });
}
