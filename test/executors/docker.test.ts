import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { dockerAvailable } from "../../src/local/executors/docker-cli.ts";
import { dockerEngine } from "../rig/docker.ts";
import { describeWith } from "../rig/parts.ts";
import { dockerRig } from "./docker-rig.ts";
import { calm, ending, logOf } from "./fixtures.ts";

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
  const { box, ours, there, finish } = dockerRig(found);

  test("an image that is there is not built again", async () => {
    const { executor, runtime, said } = there();
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
    const { executor, runtime } = there();
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

  test("a build that fails: its last words and what to do", async () => {
    const { executor } = there();
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
    const { executor, runtime } = there();
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
