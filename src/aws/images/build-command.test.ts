import { expect, test } from "vitest";

import type { Release } from "../../release/release.ts";
import { buildCommand, loginCommand, pushCommand } from "./build-command.ts";

const release = {
  workspace: "acme",
  project: "recsys",
  version: "1.0.0",
  description: "Cars: which, and for whom",
  image: {
    buildArguments: { PYTHON_VERSION: "3.11", REQUIREMENTS_FILE: "requirements.txt" },
    sourceHash: "a".repeat(64),
  },
  capacity: { instanceTypes: ["m7g.large"] },
  task: { environment: {} },
} as unknown as Release;
const request = {
  release,
  context: "/tmp/context",
  dockerfile: "/tmp/context/docker/Dockerfile",
  image: "registry.example.com/ml:src-recsys-aaaaaaaaaaaa",
  commit: "0123abc",
  network: undefined,
};
const common = [
  "--platform=linux/arm64",
  "--file=/tmp/context/docker/Dockerfile",
  "--tag=registry.example.com/ml:src-recsys-aaaaaaaaaaaa",
  "--build-arg=PYTHON_VERSION=3.11",
  "--build-arg=REQUIREMENTS_FILE=requirements.txt",
  "--label=org.opencontainers.image.title=recsys",
  "--label=org.opencontainers.image.description=Cars: which, and for whom",
  "--label=org.opencontainers.image.version=1.0.0",
  "--label=org.opencontainers.image.revision=0123abc",
  "--label=esteira.managed-by=esteira",
  "--label=esteira.workspace=acme",
  "--label=esteira.project=recsys",
  "--label=esteira.version=1.0.0",
  "--label=esteira.commit=0123abc",
  `--label=esteira.source-hash=${"a".repeat(64)}`,
];

test("with buildx: into the engine, without attestations", () => {
  expect(buildCommand({ ...request, buildx: true })).toEqual({
    args: "buildx build --load --provenance=false --sbom=false"
      .split(" ")
      .concat(common, "/tmp/context"),
    environment: { BUILDKIT_PROGRESS: "plain" },
  });
});

test("without it, in a network of the user's choice", () => {
  expect(buildCommand({ ...request, buildx: false, network: "host" }).args).toEqual([
    "build",
    ...common,
    "--network=host",
    "/tmp/context",
  ]);
});

test("what isn't known is left out", () => {
  const { args } = buildCommand({
    ...request,
    release: { ...release, description: "" },
    buildx: false,
    commit: undefined,
  });
  expect(args.filter((argument) => /description|revision|commit/.test(argument))).toEqual([]);
});

test("a login's password is in no argument, and both keep to their own configuration", () => {
  expect(loginCommand("registry.example.com", "ana", "/tmp/config")).toEqual({
    args: ["login", "--username=ana", "--password-stdin", "registry.example.com"],
    environment: { DOCKER_CONFIG: "/tmp/config" },
  });
  expect(pushCommand(request.image, "/tmp/config")).toEqual({
    args: ["push", request.image],
    environment: { DOCKER_CONFIG: "/tmp/config" },
  });
});
