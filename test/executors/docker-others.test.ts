import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { maskOf } from "../../src/core/mask.ts";
import { containerName } from "../../src/local/executors/docker-container.ts";
import { dockerEngine } from "../rig/docker.ts";
import { describeWith } from "../rig/parts.ts";
import { dockerRig } from "./docker-rig.ts";
import { calm, ending, logOf } from "./fixtures.ts";

// What becomes of containers when somebody else than the executor has them in hand.
describeWith(await dockerEngine(), "the docker executor", (found) => {
  const { box, workspace, docker, there, finish } = dockerRig(found);

  test("a container whose Esteira is gone is found again, and no line is lost or doubled", async () => {
    const { executor, runtime, bare } = there();
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
    const { executor, runtime, bare } = there();
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
    const { executor, runtime, bare } = there();
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
    const { executor, runtime } = there();
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
    const { executor, runtime } = there();
    const spec = box.attempt("echo up; sleep 60");
    const running = await executor.start(spec, runtime);
    await expect.poll(() => logOf(spec.directory)).toEqual(["o up"]);
    await docker("rm", "--force", containerName(spec.directory));
    const result = await running.finished;
    expect(result).toMatchObject({ kind: "exited", exitCode: 137, lost: "container-removed" });
  });

  test("one that somebody killed is distinguished from one that killed itself; memory is measured", async () => {
    const { executor, runtime } = there();
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
});
