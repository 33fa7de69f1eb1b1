import { err, ok, type Result } from "../../core/result.ts";
import { buildClient, withBuildDockerfile } from "../../platform/build-dockerfile.ts";
import { usesBuildKit } from "../../platform/cache-mounts.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { Release } from "../../release/release.ts";
import { docker, dockerClient, noDockerClient, type ProcessEnvironment } from "./docker-cli.ts";
import { indented, lastError, runTool } from "./tool.ts";

export interface ImageRequest {
  readonly release: Release;
  readonly snapshot: string;
  readonly network: string | undefined;
  readonly processEnvironment: ProcessEnvironment;
  readonly listener: (line: string) => void;
  readonly signal: AbortSignal | undefined;
}

/** An image in the engine. */
export interface LocalImage {
  /** `esteira-local/recsys:4f9a1c0b2d3e` */
  readonly name: string;
  /** `sha256:…`: this very image, whatever the name is given to later. */
  readonly id: string;
}

/**
 * Gives the image of these sources: the one that is there, or else a new one from the project's
 * Dockerfile.
 */
export async function imageOf(request: ImageRequest): Promise<Result<LocalImage, PlatformError>> {
  const { project, image } = request.release;
  const name = `esteira-local/${project}:${image.sourceHash.slice(0, 12)}`;
  const present = await inspect(name, request);
  if (present?.sourceHash === image.sourceHash) return ok({ name, id: present.id });

  request.listener(`building ${name}`);
  const client = dockerClient(request.processEnvironment);
  if (client === undefined) {
    return err({
      reason: "unavailable",
      message: `${noDockerClient}, and the image of ${project} has to be built`,
      help: "install Docker, or run the steps as processes with `executor: process` for the environment in esteira.yaml",
    });
  }
  const buildKit = usesBuildKit(await buildClient(request.processEnvironment));
  const built = await withBuildDockerfile(request.snapshot, image.dockerfile, buildKit, (path) =>
    runTool(client, buildArguments(request, name, path), {
      cwd: request.snapshot,
      env: { ...request.processEnvironment, BUILDKIT_PROGRESS: "plain" },
      listener: request.listener,
      signal: request.signal,
    }),
  );
  if (!built.ok && built.error.reason === "interrupted") {
    return err({
      reason: "interrupted",
      message: `building the image of ${project} was interrupted`,
      help: "deploy again; what the build had finished is kept in the engine's cache",
    });
  }
  const finished = built.ok ? await inspect(name, request) : undefined;
  if (finished !== undefined) return ok({ name, id: finished.id });
  const lines = !built.ok && built.error.reason === "failed" ? built.error.lines : [];
  return err({
    reason: "failed",
    message: `the image of ${project} could not be built from ${image.dockerfile}: ${lastError(lines)}`,
    help: `correct ${image.dockerfile} or what it uses and deploy again; the build's last words:\n${indented(lines)}`,
    resource: name,
  });
}

/**
 * Arguments of the client that build the image; the project's build arguments first, so that ours
 * are to be found at the end.
 */
function buildArguments(
  { release, snapshot, network }: ImageRequest,
  name: string,
  dockerfile: string,
): readonly string[] {
  const { image } = release;
  const labels = {
    "esteira.managed-by": "esteira",
    "esteira.workspace": release.workspace,
    "esteira.project": release.project,
    "esteira.version": release.version,
    "esteira.source-hash": image.sourceHash,
  };
  return [
    "build",
    `--file=${dockerfile}`,
    `--tag=${name}`,
    ...Object.entries(image.buildArguments).map(([key, value]) => `--build-arg=${key}=${value}`),
    ...Object.entries(labels).map(([key, value]) => `--label=${key}=${value}`),
    ...(network === undefined ? [] : [`--network=${network}`]),
    snapshot,
  ];
}

async function inspect(
  name: string,
  request: ImageRequest,
): Promise<{ id: string; sourceHash: string } | undefined> {
  const format = '{{.Id}} {{index .Config.Labels "esteira.source-hash"}}';
  const answer = await docker(
    ["image", "inspect", "--format", format, name],
    request.processEnvironment,
  );
  const [id, sourceHash = ""] = answer.stdout.split(" ");
  return answer.ok && id ? { id, sourceHash } : undefined;
}
