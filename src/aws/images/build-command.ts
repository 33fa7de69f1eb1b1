import { HELPER_LABEL } from "../../core/step-helper.ts";
import { indexSecrets } from "../../platform/index-secrets.ts";
import type { OpenIndex } from "../../platform/package-index.ts";
import type { Release } from "../../release/release.ts";
import { commitLabel, sourceHashLabel } from "./decide.ts";
import { architectureOf, helperOf, platformOf } from "./tags.ts";

/** A call of the `docker` client, as data. */
export interface DockerCommand {
  readonly args: readonly string[];
  /** Added to the environment. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface BuildRequest {
  readonly release: Release;
  /** Folder with exactly what the source hash is of. */
  readonly context: string;
  /** Path of the Dockerfile, which may be outside the context. */
  readonly dockerfile: string;
  /** `registry.example.com/ml:src-recsys-4f9a1c0b2d3e` */
  readonly image: string;
  /** `base`: what a stage is laid over, without the labels of what is whole. Default: `whole`. */
  readonly part?: "base" | "stage" | "whole";
  readonly buildx: boolean;
  /** Where packages come from, with what opens it; absent: as the builder is set. */
  readonly index?: OpenIndex | undefined;
  readonly commit: string | undefined;
  /** `docker build --network`; undefined: the engine's default. */
  readonly network: string | undefined;
}

/**
 * Builds an image for the architecture of the project's instances and leaves it in the engine.
 * Without attestations: they would make an index of it, whose digest changes with every build.
 */
export function buildCommand(request: BuildRequest): DockerCommand {
  const { release, context, dockerfile, image, buildx, network } = request;
  const { part = "whole" } = request;
  const buildArguments = part === "stage" ? {} : release.image.buildArguments;
  const secrets = indexSecrets(request.index);
  const labels = part === "base" ? {} : labelsOf(request);
  return {
    args: [
      ...(buildx ? ["buildx", "build", "--load", "--provenance=false", "--sbom=false"] : ["build"]),
      // Another builder than the engine's own doesn't find an image that only the engine has.
      ...(buildx && part === "stage" ? ["--builder=default"] : []),
      ...secrets.args,
      `--platform=${platformOf(architectureOf(release))}`,
      `--file=${dockerfile}`,
      `--tag=${image}`,
      ...Object.entries(buildArguments).map(([key, value]) => `--build-arg=${key}=${value}`),
      ...Object.entries(labels).map(([key, value]) => `--label=${key}=${value}`),
      ...(network === undefined ? [] : [`--network=${network}`]),
      context,
    ],
    environment: { BUILDKIT_PROGRESS: "plain", ...secrets.environment },
  };
}

/**
 * OCI's own names where there are some:
 * https://github.com/opencontainers/image-spec/blob/main/annotations.md
 */
export function labelsOf({
  release,
  commit,
}: Pick<BuildRequest, "release" | "commit">): Readonly<Record<string, string>> {
  const { workspace, project, version, description, image } = release;
  const helper = helperOf(release);
  return {
    "org.opencontainers.image.title": project,
    ...(description === "" ? {} : { "org.opencontainers.image.description": description }),
    "org.opencontainers.image.version": version,
    ...(commit === undefined ? {} : { "org.opencontainers.image.revision": commit }),
    "esteira.managed-by": "esteira",
    "esteira.workspace": workspace,
    "esteira.project": project,
    "esteira.version": version,
    ...(commit === undefined ? {} : { [commitLabel]: commit }),
    [sourceHashLabel]: image.sourceHash,
    ...(helper === undefined ? {} : { [HELPER_LABEL]: String(helper) }),
  };
}

/** The password comes by standard input: a command line can be read by others. */
export function loginCommand(host: string, username: string, configFolder: string): DockerCommand {
  return {
    args: ["login", `--username=${username}`, "--password-stdin", host],
    environment: { DOCKER_CONFIG: configFolder },
  };
}

/** Brings an image into the engine. */
export function pullCommand(image: string, configFolder: string): DockerCommand {
  return { args: ["pull", image], environment: { DOCKER_CONFIG: configFolder } };
}

export function pushCommand(image: string, configFolder: string): DockerCommand {
  return { args: ["push", image], environment: { DOCKER_CONFIG: configFolder } };
}
