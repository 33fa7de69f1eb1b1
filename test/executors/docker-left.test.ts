import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";

import { createDockerExecutor } from "../../src/local/executors/docker.ts";
import type { Executor, PreparedRuntime } from "../../src/local/executors/port.ts";
import { dockerEngine } from "../rig/docker.ts";
import { describeWith } from "../rig/parts.ts";
import { logOf, releaseOf, sandbox } from "./fixtures.ts";

const engine = await dockerEngine();

describeWith(engine, "what a container leaves that nobody declared", (found) => {
  const box = sandbox();
  let executor: Executor;
  let runtime: PreparedRuntime;
  const environment = () => ({ ...process.env, DOCKER_HOST: found().host });

  beforeAll(async () => {
    executor = createDockerExecutor({
      dataDirectory: box.root,
      workspace: `esteira-left-${process.pid}`,
      network: "none",
      processEnvironment: environment(),
    });
    box.write({
      Dockerfile: "FROM python:3.11-slim\nWORKDIR /app\nCOPY . .\n",
      "data.txt": "from the image\n",
      "kept/old.txt": "from the image\n",
    });
    const release = releaseOf({ sourceHash: `left${process.pid}`.padEnd(64, "0") });
    const prepared = await executor.prepare(release, box.snapshot, () => {});
    if (!prepared.ok) throw new Error(prepared.error.message);
    runtime = prepared.value;
  });
  afterAll(async () => {
    const image = runtime.decided["image"] ?? "";
    await execa("docker", ["rmi", "--force", image], { env: environment(), reject: false });
    box.remove();
  });

  async function left(command: string) {
    const spec = box.attempt(command);
    const { finished } = await executor.start(spec, runtime);
    const result = await finished;
    const line = logOf(spec.directory).find((one) => one.includes("not kept"));
    return { undeclared: result.kind === "exited" ? result.undeclared : undefined, line };
  }

  test("is said with its size, and how to keep it", async () => {
    const { line, undeclared } = await left(
      "mkdir -p out/deep __pycache__ && head -c 3000000 /dev/zero > out/deep/model.bin" +
        " && echo new > kept/new.txt && echo changed >> data.txt && echo x > __pycache__/y && echo z > a.pyc" +
        " && echo elsewhere > /tmp/scratch && ln -s data.txt link && mkdir empty",
    );
    expect(line).toBe(
      's not kept, because the step doesn\'t declare them: out/ (3.0 MB), data.txt (23 bytes), kept/ (4 bytes); to keep them, add to the step in config.yaml: outputs: ["out/", "data.txt", "kept/"]',
    );
    expect(undeclared).toMatchObject({ files: 3, bytes: 3_000_027 });
  });

  test("of very many files the sizes are estimated, and none is left out", async () => {
    const { undeclared } = await left(
      "mkdir out; for i in $(seq 150); do head -c 1000 /dev/zero > out/$i; done",
    );
    expect(undeclared).toMatchObject({ files: 150, more: 0 });
    expect(undeclared?.bytes).toBeGreaterThan(100_000);
    expect(undeclared?.bytes).toBeLessThan(300_000);
  });

  test("nothing is said where nothing is left, or the step fails", async () => {
    expect(await left("cat data.txt")).toEqual({ undeclared: undefined, line: undefined });
    expect(await left("echo x > y; exit 3")).toEqual({ undeclared: undefined, line: undefined });
  });

  test("an image without Python is refused where steps need it, and otherwise serves", async () => {
    const other = sandbox();
    const dockerfile = "FROM python:3.11-slim\nRUN rm -f $(which -a python3)\n";
    other.write({ Dockerfile: dockerfile });
    const release = releaseOf({ sourceHash: `bare${process.pid}`.padEnd(64, "0") });
    const task = { ...release.task, environment: { ESTEIRA_OUTPUTS: "{}" } };
    const refused = await executor.prepare({ ...release, task }, other.snapshot, () => {});
    expect(refused).toEqual({
      ok: false,
      error: {
        reason: "failed",
        message:
          "the steps of demo have outputs, checks or a cache, which need Python, and the image has no python3 of 3.9 or later",
        help: "install it in src/projects/demo/Dockerfile, as with `RUN apt-get update && apt-get install --yes python3` on Debian and Ubuntu, `RUN apk add python3` on Alpine; or take outputs, inputs, checks and cache out of config.yaml",
        resource: "src/projects/demo/Dockerfile",
      },
    });
    const prepared = await executor.prepare(release, other.snapshot, () => {});
    const image = prepared.ok ? prepared.value.decided["image"] : undefined;
    await execa("docker", ["rmi", "--force", image ?? ""], { env: environment(), reject: false });
    expect(image).toMatch(/^esteira-local\/demo:bare/);
    other.remove();
  });
});
