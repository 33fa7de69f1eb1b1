import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { err, ok, type Result } from "../../core/result.ts";
import { buildClient, withBuildDockerfile } from "../../platform/build-dockerfile.ts";
import { usesBuildKit } from "../../platform/cache-mounts.ts";
import { indexSecrets } from "../../platform/index-secrets.ts";
import { type IndexOpener, needsBuildKit } from "../../platform/package-index.ts";
import { stageBase, stageDockerfile } from "../../platform/image-stage.ts";
import { packagesStage, stagedFolder } from "../../platform/packages-stage.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { Release } from "../../release/release.ts";
import { docker, dockerClient, noDockerClient, type ProcessEnvironment } from "./docker-cli.ts";
import type { PackageFolder } from "./port.ts";
import { indented, lastError, runTool, type ToolFailure } from "./tool.ts";
import { copyWritable } from "./working-copy.ts";

export interface ImageRequest {
  readonly release: Release;
  readonly snapshot: string;
  /** Copies of the packages that the project shares. */
  readonly packages: readonly PackageFolder[];
  readonly network: string | undefined;
  readonly openIndex: IndexOpener;
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
  if (image.index !== undefined && !buildKit) return err(needsBuildKit(project, image.index));
  const opened = image.index === undefined ? undefined : await request.openIndex(image.index);
  if (opened !== undefined && !opened.ok) return opened;
  const mask = opened?.value.mask ?? ((text: string) => text);
  const secrets = indexSecrets(opened?.value);
  const build = ([verb = "", ...args]: readonly string[], cwd: string) =>
    runTool(client, [verb, ...secrets.args, ...args], {
      cwd,
      env: { ...request.processEnvironment, BUILDKIT_PROGRESS: "plain", ...secrets.environment },
      listener: (line) => request.listener(mask(line)),
      signal: request.signal,
    });
  const isStaged = request.packages.length > 0;
  const base = isStaged ? stageBase(project, image.sourceHash) : name;
  const ofProject = await withBuildDockerfile(
    request.snapshot,
    image.dockerfile,
    { buildKit, index: image.index !== undefined },
    (path) => build(buildArguments(request, base, path, !isStaged), request.snapshot),
  );
  const built = ofProject.ok && isStaged ? await buildStage(request, base, name, build) : ofProject;
  const isOfStage = ofProject.ok && isStaged;
  if (!built.ok && built.error.reason === "interrupted") {
    return err({
      reason: "interrupted",
      message: `building the image of ${project} was interrupted`,
      help: "deploy again; what the build had finished is kept in the engine's cache",
    });
  }
  const finished = built.ok ? await inspect(name, request) : undefined;
  if (finished !== undefined) return ok({ name, id: finished.id });
  const lines = !built.ok && built.error.reason === "failed" ? built.error.lines.map(mask) : [];
  const paths = request.packages.map(({ path }) => path).join(" and ");
  return err({
    reason: "failed",
    message: isOfStage
      ? `${paths} could not be installed into the image of ${project}: ${lastError(lines)}`
      : `the image of ${project} could not be built from ${image.dockerfile}: ${lastError(lines)}`,
    help: `correct ${isOfStage ? paths : image.dockerfile} or what it uses and deploy again; the build's last words:\n${indented(lines)}`,
    resource: name,
  });
}

/** Lays the shared packages over the image of the project's own Dockerfile. */
async function buildStage(
  request: ImageRequest,
  base: string,
  name: string,
  build: (args: readonly string[], cwd: string) => Promise<Result<void, ToolFailure>>,
): Promise<Result<void, ToolFailure>> {
  const folder = await mkdtemp(join(tmpdir(), "esteira-stage-"));
  try {
    const context = join(folder, "packages");
    await mkdir(context);
    for (const [index, one] of request.packages.entries()) {
      await copyWritable(one.folder, join(context, stagedFolder(index, one)));
    }
    const stage = await packagesStage(request.packages, context);
    const format = "{{.Config.User}}";
    const user = await docker(
      ["image", "inspect", "--format", format, base],
      request.processEnvironment,
    );
    const file = join(folder, "Dockerfile");
    const text = stageDockerfile(base, user.stdout, stage.instructions);
    const hasIndex = request.release.image.index !== undefined;
    const { withIndexMounts } = await import("../../platform/index-mounts.ts");
    await writeFile(file, hasIndex ? withIndexMounts(text) : text);
    const built = await build(stageArguments(request, name, file, context), folder);
    await docker(["image", "rm", base], request.processEnvironment);
    return built;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function stageArguments(
  { release, network }: ImageRequest,
  name: string,
  dockerfile: string,
  context: string,
): readonly string[] {
  return [
    "build",
    `--file=${dockerfile}`,
    `--tag=${name}`,
    ...labelsOf(release),
    ...(network === undefined ? [] : [`--network=${network}`]),
    context,
  ];
}

function labelsOf({ workspace, project, version, image }: Release): readonly string[] {
  const labels = {
    "esteira.managed-by": "esteira",
    "esteira.workspace": workspace,
    "esteira.project": project,
    "esteira.version": version,
    "esteira.source-hash": image.sourceHash,
  };
  return Object.entries(labels).map(([key, value]) => `--label=${key}=${value}`);
}

/**
 * Arguments of the client that build the image; the project's build arguments first, so that ours
 * are to be found at the end.
 */
function buildArguments(
  { release, snapshot, network }: ImageRequest,
  name: string,
  dockerfile: string,
  isWhole: boolean,
): readonly string[] {
  const { image } = release;
  return [
    "build",
    `--file=${dockerfile}`,
    `--tag=${name}`,
    ...Object.entries(image.buildArguments).map(([key, value]) => `--build-arg=${key}=${value}`),
    ...(isWhole ? labelsOf(release) : []),
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
