import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { concurrencyLimit } from "../../core/concurrency.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { buildClient, withBuildDockerfile } from "../../platform/build-dockerfile.ts";
import { type BuildClient, usesBuildKit, usesBuildx } from "../../platform/cache-mounts.ts";
import { helperStage, lacksPython, needsPython } from "../../platform/helper-stage.ts";
import { withIndexMounts } from "../../platform/index-mounts.ts";
import { type IndexOpener, needsBuildKit, type OpenIndex } from "../../platform/package-index.ts";
import { type ImageStage, stageBase, stageDockerfile } from "../../platform/image-stage.ts";
import { packagesStage } from "../../platform/packages-stage.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { Release } from "../../release/release.ts";
import type { ImageProgress } from "./image-port.ts";
import { helperOf } from "./tags.ts";
import { buildCommand, type BuildRequest, pushCommand } from "./build-command.ts";
import { type BuildContext, withBuildContext } from "./build-context.ts";
import type { CredentialSource, ProcessEnvironment } from "../../oci/credentials.ts";
import { imageUser, lastError, lastLines, runDocker } from "./docker.ts";
import { interrupted, noClient, withLogin } from "./login.ts";

export interface BuilderOptions {
  /** The workspace's root. */
  readonly root: string;
  readonly processEnvironment: ProcessEnvironment;
  /** Commit of the working copy, for the image's labels. */
  readonly commit: string | undefined;
  /** `docker build --network` */
  readonly network: string | undefined;
  readonly openIndex: IndexOpener;
}

/** Where a build goes. */
export interface BuildTarget {
  readonly host: string;
  /** `registry.example.com/ml:src-recsys-4f9a1c0b2d3e` */
  readonly image: string;
  readonly credentials: CredentialSource;
  readonly signIn: string;
}

/** Builds an image and pushes it. */
export type Builder = (
  release: Release,
  target: BuildTarget,
  progress: ImageProgress,
) => Promise<Result<void, PlatformError>>;

/**
 * Builds on this machine's engine share its processors: more of them at once would only hinder each
 * other.
 */
const buildsAtATime = 2;

/**
 * A builder that drives the `docker` client: with buildx where the client has it, unless
 * `DOCKER_BUILDKIT=0` says otherwise.
 */
export function dockerBuilder(options: BuilderOptions): Builder {
  const inTurn = concurrencyLimit(buildsAtATime);
  let asked: Promise<BuildClient> | undefined;
  return (release, target, progress) =>
    inTurn(async () => {
      // Before minutes go into a build that can't be pushed.
      const credentials = await target.credentials();
      if (!credentials.ok) return credentials;
      const client = await (asked ??= buildClient(options.processEnvironment));
      const buildx = usesBuildx(client);
      const buildKit = buildx || usesBuildKit(client);
      const { index } = release.image;
      if (index !== undefined && !buildKit) return err(needsBuildKit(release.project, index));
      const opened = index === undefined ? undefined : await options.openIndex(index);
      if (opened !== undefined && !opened.ok) return opened;
      const opts = { buildKit, index: index !== undefined };
      const built = await withBuildContext(options.root, release, (context) =>
        withBuildDockerfile(context.project, release.image.dockerfile, opts, (dockerfile) => {
          const from = { context, dockerfile, buildx, index: opened?.value };
          return buildAll(options, release, target, progress, from);
        }),
      );
      if (!built.ok) return built;
      const { host, signIn } = target;
      const { processEnvironment } = options;
      const { signal } = progress;
      return withLogin(
        { host, credentials: credentials.value, signIn, processEnvironment, signal },
        (folder) => push(options, release, target, progress, folder),
      );
    });
}

/** The image of the project's Dockerfile, and over it what Esteira lays there. */
async function buildAll(
  options: BuilderOptions,
  release: Release,
  target: BuildTarget,
  progress: ImageProgress,
  from: {
    readonly context: BuildContext;
    readonly dockerfile: string;
    readonly buildx: boolean;
    readonly index: OpenIndex | undefined;
  },
): Promise<Result<void, PlatformError>> {
  const { dockerfile, buildx, index } = from;
  const { project, packages } = from.context;
  const plain = { context: project, dockerfile, buildx, index };
  if (packages === undefined && helperOf(release) === undefined) {
    return build(options, release, target, progress, plain);
  }
  const { processEnvironment } = options;
  const image = stageBase(release.project, release.image.sourceHash);
  const base = { ...target, image };
  const made = await build(options, release, base, progress, { ...plain, part: "base" });
  if (!made.ok) return made;
  const context = packages ?? join(project, "..", "stage");
  const stage = await stageOf(release, context);
  const user = await imageUser(image, processEnvironment);
  const file = join(project, "..", "stage.Dockerfile");
  const text = stageDockerfile(image, user, stage.instructions);
  await writeFile(file, index === undefined ? text : withIndexMounts(text));
  const built = await build(options, release, target, progress, {
    context: stage.context,
    dockerfile: file,
    buildx,
    index,
    part: "stage",
  });
  const remove = { args: ["image", "rm", image], environment: {} };
  await runDocker(remove, { processEnvironment, output: () => {} });
  return built;
}

/**
 * The packages that the project shares, and then the helper, which what installs them takes away.
 */
async function stageOf(release: Release, context: string): Promise<ImageStage> {
  const { packages = [] } = release.image;
  await mkdir(context, { recursive: true });
  const stages = [
    ...(packages.length === 0 ? [] : [await packagesStage(packages, context)]),
    ...(helperOf(release) === undefined ? [] : [await helperStage(context)]),
  ];
  return { context, instructions: stages.flatMap(({ instructions }) => instructions) };
}

async function build(
  { processEnvironment, commit, network }: BuilderOptions,
  release: Release,
  { image }: BuildTarget,
  { output, signal }: ImageProgress,
  from: Pick<BuildRequest, "context" | "dockerfile" | "buildx" | "part" | "index">,
): Promise<Result<void, PlatformError>> {
  const mask = from.index?.mask ?? ((line: string) => line);
  const command = buildCommand({ ...from, release, image, commit, network });
  const outcome = await runDocker(command, {
    processEnvironment,
    output: (line) => output(mask(line)),
    signal,
  });
  const { project } = release;
  const paths = (release.image.packages ?? []).map(({ path }) => path).join(" and ");
  const dockerfile = `${release.image.context}/${release.image.dockerfile}`;
  const isStage = from.part === "stage";
  switch (outcome.kind) {
    case "succeeded":
      return ok(undefined);
    case "interrupted":
      return err(interrupted(`building the image of ${project}`));
    case "no-client":
      return err(noClient());
    case "failed": {
      const lines = outcome.lines.map(mask);
      if (isStage && lacksPython(lines)) return err(needsPython(release));
      return err(
        noEngine(lines) ?? {
          reason: "failed",
          message: isStage
            ? stageFailure(release, lines)
            : `the image of ${project} could not be built from ${dockerfile}: ${lastError(lines)}`,
          help: `correct ${isStage && paths !== "" ? paths : dockerfile} or what it uses and deploy again; the build's last words:\n${lastLines(lines)}`,
          resource: image,
        },
      );
    }
  }
}

function stageFailure({ project, image }: Release, lines: readonly string[]): string {
  const paths = (image.packages ?? []).map(({ path }) => path).join(" and ");
  return paths === ""
    ? `the helper that keeps outputs could not be laid into the image of ${project}: ${lastError(lines)}`
    : `${paths} could not be installed into the image of ${project}: ${lastError(lines)}`;
}

async function push(
  { processEnvironment }: BuilderOptions,
  release: Release,
  { image, host, signIn }: BuildTarget,
  { output, signal }: ImageProgress,
  folder: string,
): Promise<Result<void, PlatformError>> {
  const outcome = await runDocker(pushCommand(image, folder), {
    processEnvironment,
    output,
    signal,
  });
  switch (outcome.kind) {
    case "succeeded":
      return ok(undefined);
    case "interrupted":
      return err(interrupted(`pushing the image of ${release.project}`));
    case "no-client":
      return err(noClient());
    case "failed":
      return err({
        ...pushFailure(lastError(outcome.lines), host, signIn),
        resource: image,
      });
  }
}

/** What a push ended with, known from the engine's own words. Pure. */
export function pushFailure(words: string, host: string, signIn: string): PlatformError {
  const message = `docker could not push to ${host}: ${words}`;
  if (/unauthorized|no basic auth|authentication required|denied|forbidden/i.test(words)) {
    return { reason: "permission", message, help: signIn };
  }
  if (/immutable|cannot be overwritten/i.test(words)) {
    return {
      reason: "conflict",
      message,
      help: "somebody else has pushed the same source meanwhile; run it again, and theirs is used",
    };
  }
  if (/name unknown|does not exist|not found/i.test(words)) {
    return {
      reason: "not-found",
      message,
      help: "create the repository in the registry, or check the environment's repository in esteira.yaml",
    };
  }
  if (/gave HTTP response to HTTPS client/i.test(words)) {
    return {
      reason: "unavailable",
      message,
      help: `the registry does not speak TLS; the engine must be configured so (\`insecure-registries\`), and Esteira speaks so to this machine only`,
    };
  }
  return {
    reason: "unavailable",
    message,
    help: "run it again: the image is built, and what has been pushed is not sent again",
  };
}

function noEngine(lines: readonly string[]): PlatformError | undefined {
  const words = lines.find((line) =>
    /cannot connect to the docker daemon|error during connect|failed to connect to the docker API|permission denied while trying to connect/i.test(
      line,
    ),
  );
  if (words === undefined) return undefined;
  return {
    reason: "unavailable",
    message: `no Docker engine answers: ${words.replace(/^\s*error:\s*/i, "").trim()}`,
    help: "start Docker (or set DOCKER_HOST to where it listens), or build the image elsewhere and deploy it with --no-build",
  };
}
