import { createHash } from "node:crypto";

import type { AttemptSpec } from "./port.ts";

/**
 * The container of an attempt has the attempt's name: there can't be two, and it is found again
 * without being remembered.
 */
export function containerName(directory: string): string {
  return `esteira-${createHash("sha256").update(directory).digest("hex").slice(0, 20)}`;
}

/**
 * The step's environment on its way into a container. Neither way puts a value into a command line,
 * where others could read it.
 */
export interface ContainerEnvironment {
  /** Content of an `--env-file`: one `NAME=value` a line, taken as it is. */
  readonly file: string;
  /**
   * Values that such a line can't hold (line breaks, over 32 KiB): given to the client itself, and
   * named with `--env`.
   */
  readonly named: Readonly<Record<string, string>>;
}

export function containerEnvironment(
  environment: Readonly<Record<string, string>>,
): ContainerEnvironment {
  const entries = Object.entries(environment);
  const fits = ([name, value]: readonly [string, string]): boolean =>
    !/[\r\n]/.test(value) && value.length < 32_768 && !name.startsWith("#");
  return {
    file: entries
      .filter(fits)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(""),
    named: Object.fromEntries(entries.filter((entry) => !fits(entry))),
  };
}

export interface ContainerRequest {
  readonly spec: AttemptSpec;
  readonly workspace: string;
  readonly image: string;
  readonly network: string | undefined;
  /** What the engine can give at most; it refuses more. */
  readonly cpus: number;
  readonly environmentFile: string;
  readonly namedVariables: readonly string[];
}

/**
 * Arguments of the client that create an attempt's container. The time limit is kept inside, by
 * `timeout`, as on AWS: it holds also while nobody watches.
 */
export function createArguments(request: ContainerRequest): readonly string[] {
  const { spec } = request;
  const memory = `${Math.max(6, Math.round(spec.resources.memoryGb * 1024))}m`;
  const labels = {
    "esteira.managed-by": "esteira",
    "esteira.workspace": request.workspace,
    "esteira.project": spec.project,
    "esteira.run": spec.run,
    "esteira.step": spec.step,
    "esteira.task": String(spec.task),
    "esteira.attempt": spec.directory,
  };
  return [
    "create",
    `--name=${containerName(spec.directory)}`,
    ...Object.entries(labels).map(([key, value]) => `--label=${key}=${value}`),
    "--init",
    "--log-driver=json-file",
    "--pull=never",
    `--memory=${memory}`,
    `--memory-swap=${memory}`,
    `--cpus=${Math.min(spec.resources.cpu, request.cpus)}`,
    ...(spec.resources.gpu > 0 ? [`--gpus=${spec.resources.gpu}`] : []),
    ...(request.network === undefined ? [] : [`--network=${request.network}`]),
    `--env-file=${request.environmentFile}`,
    ...request.namedVariables.map((name) => `--env=${name}`),
    `--mount=type=bind,${quoted("source", spec.sharedDirectory)},${quoted("target", spec.sharedDirectory)}`,
    "--entrypoint=timeout",
    request.image,
    "-k",
    "30",
    String(spec.timeoutSeconds),
    "sh",
    "-c",
    spec.command,
  ];
}

/** The client reads mounts as CSV. */
function quoted(key: string, value: string): string {
  return `"${key}=${value.replaceAll('"', '""')}"`;
}
