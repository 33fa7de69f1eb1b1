import { createHash } from "node:crypto";

import { quotedForShell } from "../../core/shell-command.ts";
import { HELPER_FILE, helperWords } from "../../core/step-helper.ts";
import { interactiveShell } from "./interactive-shell.ts";
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
 * where others could read it, nor into the environment of the client, which a `PATH` or a
 * `DOCKER_HOST` of a project would command.
 */
export interface ContainerEnvironment {
  /** Content of an `--env-file`: one `NAME=value` a line, taken as it is. */
  readonly file: string;
  /**
   * A shell script with the values that such a line can't hold (line breaks, over 32 KiB): copied
   * into the container and read there before the step's command. Undefined when there are none.
   */
  readonly script: string | undefined;
}

/** Where the script is in the container. */
export const environmentScript = "/.esteira-environment";

/** @returns a name that no shell can set, where its value would have to come by the script */
export function containerEnvironment(
  environment: Readonly<Record<string, string>>,
): ContainerEnvironment | { readonly unusable: string } {
  const entries = Object.entries(environment);
  const fits = ([name, value]: readonly [string, string]): boolean =>
    !/[\r\n]/.test(value) && value.length < 32_768 && !name.startsWith("#");
  const others = entries.filter((entry) => !fits(entry));
  const unusable = others.find(([name]) => !/^[A-Za-z_]\w*$/.test(name));
  if (unusable !== undefined) return { unusable: unusable[0] };
  return {
    file: entries
      .filter(fits)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(""),
    script:
      others.length === 0
        ? undefined
        : others.map(([name, value]) => `export ${name}=${quotedForShell(value)}\n`).join(""),
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
  /** The rest of the environment is in the script. */
  readonly hasScript: boolean;
  /** The helper on this machine, for a step that runs in it. */
  readonly helper: string | undefined;
  /** Its place is kept where it fails. */
  readonly hold: boolean;
}

/** Where the step's folder of artifacts is in a container that is to be entered later. */
const heldArtifacts = "/tmp/esteira-artifacts";

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
    `--mount=type=bind,${quoted("source", spec.sharedDirectory)},${quoted("target", spec.sharedDirectory)}`,
    ...(spec.readDirectory === undefined
      ? []
      : [
          `--mount=type=bind,${quoted("source", spec.readDirectory)},${quoted("target", spec.readDirectory)},readonly`,
        ]),
    ...(request.helper === undefined
      ? []
      : [`--mount=type=bind,${quoted("source", request.helper)},target=${HELPER_FILE},readonly`]),
    "--entrypoint=timeout",
    request.image,
    "-k",
    "30",
    String(spec.timeoutSeconds),
    // Also what the helper is given may be in the script.
    ...(request.hasScript ? ["sh", "-c", `. ${environmentScript}; exec "$@"`, "sh"] : []),
    ...(spec.reportAs === undefined
      ? []
      : [
          ...helperWords("python3", HELPER_FILE),
          ...(request.hold ? [`--artifacts=${heldArtifacts}`] : []),
          `--attempt=${spec.reportAs}`,
        ]),
    "sh",
    "-c",
    spec.command,
  ];
}

/** Arguments of the client that run a shell in a container like an attempt's, on a terminal. */
export function shellArguments(
  request: Omit<ContainerRequest, "cpus" | "hasScript" | "hold"> & {
    readonly scriptFile: string | undefined;
  },
): readonly string[] {
  const { spec, helper, scriptFile, network } = request;
  const bind = (source: string, target: string, more = ""): string =>
    `--mount=type=bind,${quoted("source", source)},${quoted("target", target)}${more}`;
  return [
    "run",
    "--rm",
    "--interactive",
    "--tty",
    "--init",
    "--pull=never",
    `--label=esteira.workspace=${request.workspace}`,
    ...(network === undefined ? [] : [`--network=${network}`]),
    `--env-file=${request.environmentFile}`,
    bind(spec.sharedDirectory, spec.sharedDirectory),
    ...(spec.readDirectory === undefined
      ? []
      : [bind(spec.readDirectory, spec.readDirectory, ",readonly")]),
    ...(helper === undefined ? [] : [bind(helper, HELPER_FILE, ",readonly")]),
    ...(scriptFile === undefined ? [] : [bind(scriptFile, environmentScript, ",readonly")]),
    "--entrypoint=sh",
    request.image,
    "-c",
    `${scriptFile === undefined ? "" : `. ${environmentScript}; `}exec "$@"`,
    "sh",
    ...(helper === undefined ? [] : [...helperWords("python3", HELPER_FILE), "--supervised"]),
    "sh",
    "-c",
    interactiveShell,
  ];
}

/** What an ended container becomes so that somebody can enter it: a name for it and its image. */
export function heldName(directory: string): string {
  return `${containerName(directory)}-held`;
}

/** Arguments of the client that make an image of what an ended container left. */
export function commitArguments({ directory, secrets }: AttemptSpec): readonly string[] {
  return [
    "commit",
    "--change=LABEL esteira.managed-by=esteira",
    // An image has the variables of its container.
    ...secrets.map((name) => `--change=ENV ${name}=`),
    containerName(directory),
    heldName(directory),
  ];
}

/**
 * Arguments of the client that start a container from what an ended one left. It does nothing, and
 * stays until it is removed.
 */
export function heldArguments(
  request: Omit<ContainerRequest, "image" | "hasScript" | "hold">,
): readonly string[] {
  const { spec, helper, network } = request;
  const name = heldName(spec.directory);
  const memory = `${Math.max(6, Math.round(spec.resources.memoryGb * 1024))}m`;
  const bind = (source: string, target: string, more = ""): string =>
    `--mount=type=bind,${quoted("source", source)},${quoted("target", target)}${more}`;
  return [
    "run",
    "--detach",
    "--rm",
    `--name=${name}`,
    "--label=esteira.managed-by=esteira",
    `--label=esteira.workspace=${request.workspace}`,
    `--label=esteira.run=${spec.run}`,
    `--label=esteira.attempt=${spec.directory}`,
    "--init",
    "--pull=never",
    `--memory=${memory}`,
    `--memory-swap=${memory}`,
    `--cpus=${Math.min(spec.resources.cpu, request.cpus)}`,
    ...(spec.resources.gpu > 0 ? [`--gpus=${spec.resources.gpu}`] : []),
    ...(network === undefined ? [] : [`--network=${network}`]),
    `--env-file=${request.environmentFile}`,
    bind(spec.sharedDirectory, spec.sharedDirectory),
    ...(spec.readDirectory === undefined
      ? []
      : [bind(spec.readDirectory, spec.readDirectory, ",readonly")]),
    ...(helper === undefined ? [] : [bind(helper, HELPER_FILE, ",readonly")]),
    "--entrypoint=sh",
    name,
    "-c",
    "while :; do sleep 3600; done",
  ];
}

/** Arguments of the client that open a shell in it, on a terminal. */
export function enterArguments(
  spec: Pick<AttemptSpec, "directory">,
  { hasScript, inHelper }: { readonly hasScript: boolean; readonly inHelper: boolean },
): readonly string[] {
  return [
    "exec",
    "--interactive",
    "--tty",
    heldName(spec.directory),
    "sh",
    "-c",
    `${hasScript ? `. ${environmentScript}; ` : ""}exec "$@"`,
    "sh",
    ...(inHelper
      ? [
          ...helperWords("python3", HELPER_FILE),
          "--supervised",
          "--as-left",
          `--artifacts=${heldArtifacts}`,
        ]
      : []),
    "sh",
    "-c",
    interactiveShell,
  ];
}

/** The client reads mounts as CSV. */
function quoted(key: string, value: string): string {
  return `"${key}=${value.replaceAll('"', '""')}"`;
}
