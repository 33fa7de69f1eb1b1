import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { execa } from "execa";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import { maskOf } from "../../src/core/mask.ts";
import { createDockerExecutor } from "../../src/local/executors/docker.ts";
import { containerName } from "../../src/local/executors/docker-container.ts";
import { dockerAvailable } from "../../src/local/executors/docker-cli.ts";
import type { AttemptSpec, Executor, PreparedRuntime } from "../../src/local/executors/port.ts";
import { dockerEngine } from "../rig/docker.ts";
import { describeWith } from "../rig/parts.ts";
import { calm, ending, logOf, releaseOf, sandbox } from "./fixtures.ts";

const engine = await dockerEngine();

test("an engine that doesn't answer is reported as that, with what to do", async () => {
  const environment = { ...process.env, DOCKER_HOST: "unix:///nowhere/docker.sock" };
  const answer = await dockerAvailable(environment);
  expect(answer).toMatchObject({ ok: false, error: { reason: "unavailable" } });
  if (answer.ok) return;
  expect(answer.error.message).toMatch(
    /^no Docker engine answers: .*(Cannot connect to the Docker daemon|failed to connect).*\/nowhere\/docker\.sock/,
  );
  expect(answer.error.help).toBe(
    "start Docker (or set DOCKER_HOST to where it listens), or run the steps as processes with `executor: process` for the environment in esteira.yaml",
  );
});

describeWith(engine, "the docker executor", (found) => {
  const box = sandbox();
  const workspace = `esteira-tests-${process.pid}`;
  let environment: Readonly<Record<string, string | undefined>>;
  let executor: Executor;
  let runtime: PreparedRuntime;
  let said: readonly string[];
  let bare: readonly string[];

  const docker = async (...args: readonly string[]) =>
    (await execa("docker", args, { env: environment, extendEnv: false })).stdout;
  const release = releaseOf({ sourceHash: `${process.pid}`.padStart(64, "0") });
  const ours = { ...release, workspace };

  beforeAll(async () => {
    environment = { ...process.env, DOCKER_HOST: found().host };
    executor = createDockerExecutor({
      dataDirectory: box.root,
      workspace,
      network: "none",
      processEnvironment: environment,
    });
    box.write({
      Dockerfile:
        "FROM python:3.11-slim\nARG GREETING\nENV GREETING=$GREETING\nWORKDIR /app\nCOPY . .\n",
      "data.txt": "from the image\n",
    });
    const lines: string[] = [];
    const built = { ...ours, image: { ...ours.image, buildArguments: { GREETING: "olá" } } };
    const prepared = await executor.prepare(built, box.snapshot, (line) => lines.push(line));
    if (!prepared.ok) throw new Error(`${prepared.error.message}\n${prepared.error.help ?? ""}`);
    said = lines;
    runtime = prepared.value;
    const image = runtime.decided["digest"]!;
    bare = [
      `--label=esteira.workspace=${workspace}`,
      "--entrypoint=timeout",
      image,
      "-k",
      "30",
      "60",
    ];
  });
  afterEach(async () => {
    const left = await docker("ps", "-aq", `--filter=label=esteira.workspace=${workspace}`);
    if (left !== "") throw new Error(`left behind: ${left}`);
  });
  afterAll(async () => {
    await execa("docker", ["rmi", "--force", runtime.decided["image"]!], {
      env: environment,
      reject: false,
    });
    box.remove();
  });

  async function finish(command: string, changes: Partial<AttemptSpec> = {}) {
    const spec = box.attempt(command, changes);
    const running = await executor.start(spec, runtime);
    const result = await running.finished;
    return {
      spec,
      result,
      log: existsSync(join(spec.directory, "output.log")) ? logOf(spec.directory) : [],
    };
  }

  test("an image that is there is not built again", async () => {
    expect(said).toContain(`building ${runtime.decided["image"]}`);
    const lines: string[] = [];
    const again = await executor.prepare(ours, box.snapshot, (line) => lines.push(line));
    expect(again).toEqual({ ok: true, value: runtime });
    expect(lines).toEqual([]);
  });

  test("a step runs in the image, with its environment, and reaches the artifacts at their path", async () => {
    const { result, log, spec } = await finish(
      `cat data.txt; echo "$GREETING/$SIMPLE/$LINES"; echo oops >&2; echo kept > ${box.shared}/kept.txt`,
      { environment: { SIMPLE: ` a "b" $c #d `, LINES: "one\ntwo" } },
    );
    expect(ending(result)).toEqual(calm);
    expect(log.filter((line) => line.startsWith("o"))).toEqual([
      "o from the image",
      `o olá/ a "b" $c #d /one`,
      "o two",
    ]);
    expect(log.filter((line) => line.startsWith("e"))).toEqual(["e oops"]);
    expect(readFileSync(join(box.shared, "kept.txt"), "utf8")).toBe("kept\n");
    expect(readdirSync(spec.directory).toSorted()).toEqual([
      "exit.json",
      "identity.json",
      "output.log",
    ]);
    if (result.kind !== "exited") return;
    expect(result.startedAt).toBeGreaterThan(Date.now() - 60_000);
    expect(result.endedAt).toBeGreaterThanOrEqual(result.startedAt);
  });

  test("a step's variables are the container's only: the client is the one of this machine", async () => {
    const seen = join(box.root, "ran-on-the-host");
    const own = join(box.root, "bin");
    mkdirSync(own);
    writeFileSync(join(own, "docker"), `#!/bin/sh\ntouch ${seen}\n`, { mode: 0o755 });
    const variables = {
      PATH: `${own}:/usr/local/bin:/usr/bin:/bin\n`,
      DOCKER_HOST: "tcp://127.0.0.1:9\n",
      QUOTES: `it's "here"\n\n`,
      LONG: "x".repeat(40_000),
    };
    const { result, log } = await finish(
      'printf "%s|" "$DOCKER_HOST" "$QUOTES" "$PATH"; echo "${#LONG}"',
      { environment: variables },
    );
    expect(ending(result)).toEqual(calm);
    const text = log.map((line) => line.replace(/^o ?/, "")).join("\n");
    expect(text).toBe(`${variables.DOCKER_HOST}|${variables.QUOTES}|${variables.PATH}|40000`);
    expect(existsSync(seen)).toBe(false);
    const refused = await finish("true", { environment: { "NO NAME": "a\nb" } });
    expect(refused.result).toMatchObject({
      kind: "start-failed",
      message:
        'the variable "NO NAME" can\'t be given to a container: a name has letters, digits and underscores',
    });
  });

  test("what a step declares is kept, and laid in the next one's container", async () => {
    const steps = { extract: { outputs: ["out/"] }, train: { after: ["extract"] } };
    const step = (id: string, command: string) =>
      finish(command, {
        step: id,
        reportAs: `run.${id}`,
        environment: {
          ESTEIRA_OUTPUTS: JSON.stringify({ steps }),
          ESTEIRA_STEP: id,
          ESTEIRA_RUN_ID: "run",
          ESTEIRA_ARTIFACTS_URI: `file://${box.shared}/run/`,
          // A value that reaches the container by a script, which the helper must have too.
          LINES: "one\ntwo",
        },
      });
    const kept = await step("extract", 'mkdir out; echo "$LINES" > out/x; touch junk');
    expect(ending(kept.result)).toEqual(calm);
    expect(kept.log.map((line) => line.replace(/ in \d+\.\d s/, " in 0.0 s"))).toEqual([
      "e esteira: kept 1 file (8 bytes) in 0.0 s",
      `e esteira: not kept, because the step doesn't declare it: junk (0 bytes); to keep it, add to the step in config.yaml: outputs: ["junk"]`,
    ]);
    const laid = await step("train", "cat out/x; exit 7");
    // The engine reads both outputs, and knows no order between them.
    expect(laid.log.filter((line) => line.startsWith("o "))).toEqual(["o one", "o two"]);
    expect(laid.result).toMatchObject({ exitCode: 7 });
    const report = join(box.shared, "run/_outputs/extract/attempts/run.extract.json");
    expect(JSON.parse(readFileSync(report, "utf8"))).toMatchObject({ undeclared: { files: 1 } });
  });

  test("exit codes come out as they are", async () => {
    expect(ending((await finish("exit 3")).result)).toEqual({ ...calm, exitCode: 3 });
  });

  test("too much memory, the time limit and a stop are distinguished", async () => {
    const greedy = await finish(`exec python -c "x = b'x' * 300_000_000"`, {
      resources: { cpu: 64, memoryGb: 0.125, gpu: 0 },
    });
    expect(ending(greedy.result)).toEqual({ ...calm, exitCode: 137, outOfMemory: true });
    expect(greedy.log).toEqual([
      "s out of memory: the step needed more than the 0.13 GiB that it declares; it was killed",
    ]);

    const slow = await finish("echo up; sleep 60", { timeoutSeconds: 1 });
    expect(ending(slow.result)).toEqual({ ...calm, exitCode: 124, timedOut: true });
    expect(slow.log).toEqual(["o up", "s time limit of 1 s reached; the step was asked to end"]);

    const spec = box.attempt("echo up; sleep 60");
    const running = await executor.start(spec, runtime);
    await expect.poll(() => logOf(spec.directory)).toEqual(["o up"]);
    await running.stop(5);
    expect(ending(await running.finished)).toEqual({ ...calm, exitCode: 143, stopped: true });
  });

  test("long lines, carriage returns and text without an end arrive as from a process", async () => {
    const { log } = await finish(
      `python -c "import sys; print('é' * 20000); print('10%\\r20%\\r'); sys.stdout.write('no end')"`,
    );
    expect(log).toEqual([`o ${"é".repeat(20_000)}`, "o 20%", "o no end"]);
  });

  test("a container whose Esteira is gone is found again, and no line is lost or doubled", async () => {
    const spec = box.attempt("echo one; echo two >&2; sleep 1; echo three; exit 6");
    const name = containerName(spec.directory);
    await docker("run", "--detach", `--name=${name}`, ...bare, "sh", "-c", spec.command);
    // What was copied before a crash, which cut it off in the middle of a line.
    writeFileSync(join(spec.directory, "output.log"), "1700000000000 o one\n17000000");
    const adopted = await executor.adopt(spec.directory, runtime, String);
    expect(ending(await adopted!.finished)).toEqual({ ...calm, exitCode: 6 });
    expect(logOf(spec.directory).toSorted()).toEqual(["e two", "o one", "o three"]);
  });

  test("a secret is in no line of the log, nor where another process copies it on", async () => {
    const token = "s3cr3t/with+signs";
    const secret = { environment: { TOKEN: token }, secrets: ["TOKEN"] };
    expect((await finish('echo "token=$TOKEN."', secret)).log).toEqual(["o token=***."]);

    const spec = box.attempt(`echo one; echo token=${token}`);
    const name = containerName(spec.directory);
    await docker("run", "--detach", `--name=${name}`, ...bare, "sh", "-c", spec.command);
    writeFileSync(join(spec.directory, "output.log"), "1700000000000 o one\n");
    const adopted = await executor.adopt(spec.directory, runtime, maskOf([token]));
    await adopted!.finished;
    expect(logOf(spec.directory)).toEqual(["o one", "o token=***"]);
  });

  test("a finished container that nobody saw is taken as it ended", async () => {
    const spec = box.attempt("echo alone; exit 9");
    const name = containerName(spec.directory);
    await docker("run", "--detach", `--name=${name}`, ...bare, "sh", "-c", spec.command);
    await docker("wait", name);
    const adopted = await executor.adopt(spec.directory, runtime, String);
    expect(ending(await adopted!.finished)).toEqual({ ...calm, exitCode: 9 });
    expect(logOf(spec.directory)).toEqual(["o alone"]);
    const again = await executor.adopt(spec.directory, runtime, String);
    expect(await again!.finished).toEqual(await adopted!.finished);
  });

  test("a container that was created and never started is not an attempt", async () => {
    const spec = box.attempt("echo fresh");
    const name = containerName(spec.directory);
    await docker(
      "create",
      `--name=${name}`,
      `--label=esteira.workspace=${workspace}`,
      runtime.decided["digest"]!,
    );
    expect(await executor.adopt(spec.directory, runtime, String)).toBeUndefined();
    const running = await executor.start(spec, runtime);
    expect(ending(await running.finished)).toEqual(calm);
    expect(logOf(spec.directory)).toEqual(["o fresh"]);
  });

  test("a container that somebody removed is lost, and said to be", async () => {
    const spec = box.attempt("echo up; sleep 60");
    const running = await executor.start(spec, runtime);
    await expect.poll(() => logOf(spec.directory)).toEqual(["o up"]);
    await docker("rm", "--force", containerName(spec.directory));
    const result = await running.finished;
    expect(result).toMatchObject({ kind: "exited", exitCode: 137, lost: "container-removed" });
  });

  test("one that somebody killed is distinguished from one that killed itself; memory is measured", async () => {
    const spec = box.attempt("echo up; sleep 60");
    const running = await executor.start(spec, runtime);
    await expect.poll(() => logOf(spec.directory)).toEqual(["o up"]);
    await docker("kill", containerName(spec.directory));
    expect(await running.finished).toMatchObject({ exitCode: 137, lost: "container-killed" });
    const own = await executor.start(
      box.attempt("python -c 'import time; kept = bytearray(50_000_000); time.sleep(4)'; exit 137"),
      runtime,
    );
    const result = await own.finished;
    expect(result).toMatchObject({ exitCode: 137, stopped: false, timedOut: false });
    expect(result).not.toHaveProperty("lost");
    expect(result.kind === "exited" && result.peakMemoryBytes).toBeGreaterThan(40_000_000);
  }, 60_000);

  test("a build that fails: its last words and what to do", async () => {
    box.write({
      "Broken.dockerfile":
        "FROM python:3.11-slim\nRUN echo 'ERROR: the part is missing' && exit 4\n",
    });
    const broken = {
      ...ours,
      image: { ...ours.image, dockerfile: "Broken.dockerfile", sourceHash: "f".repeat(64) },
    };
    const result = await executor.prepare(broken, box.snapshot, () => {});
    expect(result).toMatchObject({
      ok: false,
      error: { reason: "failed", resource: "esteira-local/demo:ffffffffffff" },
    });
    if (result.ok) return;
    expect(result.error.message).toMatch(
      /^the image of demo could not be built from Broken\.dockerfile: /,
    );
    expect(result.error.help).toMatch(
      /^correct Broken\.dockerfile or what it uses and deploy again; the build's last words:\n/,
    );
    expect(result.error.help).toContain("the part is missing");
  });

  test("an image that is gone fails the start", async () => {
    const gone = {
      ...runtime,
      decided: { ...runtime.decided, digest: `sha256:${"0".repeat(64)}` },
    };
    const running = await executor.start(box.attempt("true"), gone);
    expect(await running.finished).toMatchObject({
      kind: "start-failed",
      message: `the image sha256:${"0".repeat(64)} is gone from the Docker engine; deploy again`,
    });
  });
});
