import { existsSync } from "node:fs";
import { join } from "node:path";

import { execa } from "execa";
import { afterAll, afterEach, beforeAll } from "vitest";

import { createDockerExecutor } from "../../src/local/executors/docker.ts";
import type { AttemptSpec, Executor, PreparedRuntime } from "../../src/local/executors/port.ts";
import type { Release } from "../../src/release/release.ts";
import type { DockerEngine } from "../rig/docker.ts";
import { logOf, releaseOf, sandbox } from "./fixtures.ts";

/** There before the first test. */
interface Made {
  readonly executor: Executor;
  readonly runtime: PreparedRuntime;
  /** What was said while the image was built. */
  readonly said: readonly string[];
  /** What `docker run` is given before a step's command, as the executor would. */
  readonly bare: readonly string[];
}

/**
 * For the body of a `describe`: an executor, and an image that is built before its tests. After
 * each of them no container may be left.
 */
export function dockerRig(engine: () => DockerEngine) {
  const box = sandbox();
  const workspace = `esteira-tests-${process.pid}`;
  const release = releaseOf({ sourceHash: `${process.pid}`.padStart(64, "0") });
  const ours: Release = { ...release, workspace };
  let made: Made | undefined;
  const environment = () => ({ ...process.env, DOCKER_HOST: engine().host });
  const there = (): Made => {
    if (made === undefined) throw new Error("it is built before the first test");
    return made;
  };

  const docker = async (...args: readonly string[]) =>
    (await execa("docker", args, { env: environment(), extendEnv: false })).stdout;

  beforeAll(async () => {
    const executor = createDockerExecutor({
      dataDirectory: box.root,
      workspace,
      network: "none",
      processEnvironment: environment(),
    });
    box.write({
      Dockerfile:
        "FROM python:3.11-slim\nARG GREETING\nENV GREETING=$GREETING\nWORKDIR /app\nCOPY . .\n",
      "data.txt": "from the image\n",
    });
    const said: string[] = [];
    const built = { ...ours, image: { ...ours.image, buildArguments: { GREETING: "olá" } } };
    const prepared = await executor.prepare(built, box.snapshot, (line) => said.push(line));
    if (!prepared.ok) throw new Error(`${prepared.error.message}\n${prepared.error.help ?? ""}`);
    const runtime = prepared.value;
    const bare = [
      `--label=esteira.workspace=${workspace}`,
      "--entrypoint=timeout",
      runtime.decided["digest"]!,
      "-k",
      "30",
      "60",
    ];
    made = { executor, runtime, said, bare };
  });
  afterEach(async () => {
    const left = await docker("ps", "-aq", `--filter=label=esteira.workspace=${workspace}`);
    if (left !== "") throw new Error(`left behind: ${left}`);
  });
  afterAll(async () => {
    await execa("docker", ["rmi", "--force", there().runtime.decided["image"]!], {
      env: environment(),
      reject: false,
    });
    box.remove();
  });

  /** Runs a step to its end. */
  async function finish(command: string, changes: Partial<AttemptSpec> = {}) {
    const spec = box.attempt(command, changes);
    const running = await there().executor.start(spec, there().runtime);
    const result = await running.finished;
    return {
      spec,
      result,
      log: existsSync(join(spec.directory, "output.log")) ? logOf(spec.directory) : [],
    };
  }

  return { box, workspace, ours, docker, there, finish };
}
