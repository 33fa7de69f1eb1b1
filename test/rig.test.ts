import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";
import { expect, test } from "vitest";

import { dockerEngine } from "./rig/docker.ts";
import { describeWith } from "./rig/parts.ts";
import { testRegistry } from "./rig/registry.ts";

const engine = await dockerEngine();
const registry = await testRegistry();

/** Runs the docker client, which finds the engine by `DOCKER_HOST` or where engines usually are. */
const docker = async (
  ...args: readonly string[]
): Promise<{ exitCode: number; output: string }> => {
  const { exitCode = -1, all } = await execa("docker", args, {
    env: { DOCKER_BUILDKIT: "0" },
    reject: false,
    all: true,
  });
  return { exitCode, output: all };
};

describeWith(engine, "the engine's base image", () => {
  const run = ["run", "--rm", "--network", "none", "python:3.11-slim"];

  test("has Python 3.11 with pip and venv, under the name that Dockerfiles give it", async () => {
    const program = "import sys, pip, venv; print(sys.version_info[:2])";
    expect(await docker(...run, "python", "-c", program)).toEqual({
      exitCode: 0,
      output: "(3, 11)",
    });
  });

  test("has a timeout that ends what takes too long", async () => {
    expect(await docker(...run, "timeout", "-k", "30", "0.1", "sleep", "60")).toEqual({
      exitCode: 124,
      output: "",
    });
  });
});

describeWith(engine, "with an engine", () => {
  describeWith(registry, "the registry", (found) => {
    test("takes an image and gives it back", async () => {
      const image = `${found().address}/rig-test/${process.pid}:1`;
      const folder = await mkdtemp(join(tmpdir(), "esteira-rig-test-"));
      try {
        await writeFile(join(folder, "Dockerfile"), "FROM scratch\nCOPY Dockerfile /\n");
        expect((await docker("build", "--tag", image, folder)).exitCode).toBe(0);
        expect((await docker("push", image)).exitCode).toBe(0);
        expect((await docker("image", "rm", image)).exitCode).toBe(0);
        const pulled = await docker("pull", image);
        expect(pulled.output).toContain(`Status: Downloaded newer image for ${image}`);
      } finally {
        await docker("image", "rm", "--force", image);
        await rm(folder, { recursive: true });
      }
    });
  });
});
