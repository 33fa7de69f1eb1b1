import { findProgram } from "../../platform/find-program.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";

export type ProcessEnvironment = Readonly<Record<string, string | undefined>>;

/** What a call of the `docker` client gave. */
export interface DockerAnswer {
  readonly ok: boolean;
  readonly stdout: string;
  /** What the client or the engine said was wrong, on one line. */
  readonly problem: string;
}

/** An engine that answers. */
export interface DockerEngine {
  readonly version: string;
  /** CPUs that it can give to a container at most. */
  readonly cpus: number;
}

const clients = new Map<string, string>();

/**
 * The client, found once for a `PATH` and called by its absolute path from then on: never by a name
 * that another folder or another environment could give to another program.
 */
export function dockerClient(environment: ProcessEnvironment): string | undefined {
  const path = environment["PATH"] ?? "";
  const found = clients.get(path) ?? findProgram("docker", environment);
  if (found !== undefined) clients.set(path, found);
  return found;
}

export const noDockerClient = "there is no `docker` command on the PATH";

/** Calls the client and waits for its answer; a failure is an answer too. */
export async function docker(
  args: readonly string[],
  environment: ProcessEnvironment,
  timeoutMs?: number,
): Promise<DockerAnswer> {
  const client = dockerClient(environment);
  if (client === undefined) return { ok: false, stdout: "", problem: noDockerClient };
  const { execa } = await import("execa");
  const { exitCode, stdout, stderr, timedOut, originalMessage } = await execa(client, args, {
    env: environment,
    extendEnv: false,
    stdin: "ignore",
    reject: false,
    ...(timeoutMs !== undefined && { timeout: timeoutMs }),
  });
  const said = stderr.trim() || (timedOut ? "no answer in time" : (originalMessage ?? ""));
  return { ok: exitCode === 0, stdout: stdout.trim(), problem: problemOf(said) };
}

/** Asks the engine for itself; the answer must come within `timeoutMs`. */
export async function dockerAvailable(
  environment: ProcessEnvironment,
  timeoutMs = 2000,
): Promise<Result<DockerEngine, PlatformError>> {
  const answer = await docker(
    ["info", "--format", "{{.ServerVersion}} {{.NCPU}}"],
    environment,
    timeoutMs,
  );
  const [version, cpus] = answer.stdout.split(" ");
  if (answer.ok && version && Number(cpus) > 0) return ok({ version, cpus: Number(cpus) });
  return err({
    reason: "unavailable",
    message: `no Docker engine answers: ${answer.problem || "it gave no version"}`,
    help: "start Docker (or set DOCKER_HOST to where it listens), or run the steps as processes with `executor: process` for the environment in esteira.yaml",
  });
}

/** The engine's words without the client's decoration, on one line. */
function problemOf(said: string): string {
  const lines = said.split("\n").map((line) => line.trim());
  const meaningful = lines.filter(
    (line) =>
      line !== "" && !/^(?:See 'docker|Run 'docker|DEPRECATED|Usage:|errors pretty)/.test(line),
  );
  return meaningful
    .join(" ")
    .replace(/^(?:Error response from daemon|docker|Error|ERROR): /, "")
    .replace(/^Error response from daemon: /, "");
}
