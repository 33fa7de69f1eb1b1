import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { execa } from "execa";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import type { AttemptSpec, Executor, PreparedRuntime } from "../../src/local/executors/port.ts";
import { startSupervised } from "../../src/local/executors/supervised.ts";
import { installSupervisor } from "../../src/local/supervisor/install.ts";
import { assertNoneLeft, calm, ending, logOf, processExecutor, sandbox } from "./fixtures.ts";

const box = sandbox();
let executor: Executor;
let runtime: PreparedRuntime;

const polite = `
import signal, sys, time
def end(*_):
    print("bye")
    sys.exit(7)
signal.signal(signal.SIGTERM, end)
print("up")
time.sleep(60)
`;

beforeAll(async () => {
  ({ executor, runtime } = await processExecutor(box));
  box.write({ "polite.py": polite });
});
afterEach(() => assertNoneLeft(box));
afterAll(() => box.remove());

async function finish(command: string, changes: Partial<AttemptSpec> = {}) {
  const spec = box.attempt(command, changes);
  const running = await executor.start(spec, runtime);
  const result = await running.finished;
  return { spec, result, log: logOf(spec.directory) };
}

test("a step runs in its own copy of the snapshot, with its environment and nobody else's", async () => {
  box.write({ "data/in.txt": "from the snapshot\n" });
  process.env["OF_THE_SHELL"] = "leaked";
  const { result, log, spec } = await finish(
    'cat data/in.txt; echo "$GREETING [$OF_THE_SHELL]"; echo new > data/in.txt; python -c "import sys; print(sys.prefix)"; echo oops >&2; read -r line || echo "no input"',
    { environment: { GREETING: "olá" } },
  );
  delete process.env["OF_THE_SHELL"];
  expect(ending(result)).toEqual(calm);
  expect(log.filter((line) => line.startsWith("o"))).toEqual([
    "o from the snapshot",
    "o olá []",
    `o ${runtime.decided["virtual_environment"]}`,
    "o no input",
  ]);
  expect(log.filter((line) => line.startsWith("e"))).toEqual(["e oops"]);
  expect(readFileSync(join(box.snapshot, "data/in.txt"), "utf8")).toBe("from the snapshot\n");
  expect(existsSync(join(spec.directory, "work"))).toBe(false);
});

test("exit codes and signals come out as they are, and a failed step's working copy stays", async () => {
  const failed = await finish("touch left.txt; exit 3");
  expect(ending(failed.result)).toEqual({ ...calm, exitCode: 3 });
  expect(existsSync(join(failed.spec.directory, "work", "left.txt"))).toBe(true);
  const killed = await finish("kill -SEGV $$");
  expect(ending(killed.result)).toEqual({ ...calm, exitCode: 139, signal: "SIGSEGV" });
  const unknown = await finish("no-such-program");
  expect(ending(unknown.result)).toEqual({ ...calm, exitCode: 127 });
});

test("times and memory are reported", async () => {
  const before = Date.now();
  const { result } = await finish(
    `python -c "x = bytearray(80_000_000); x[::4096] = b'1' * len(x[::4096])"`,
  );
  if (result.kind !== "exited") throw new Error(result.message);
  expect(result.startedAt).toBeGreaterThanOrEqual(before);
  expect(result.endedAt).toBeGreaterThanOrEqual(result.startedAt);
  expect(result.endedAt).toBeLessThanOrEqual(Date.now());
  expect(result.peakMemoryBytes).toBeGreaterThan(80_000_000);
});

test("no secret is written into the attempt's files", async () => {
  const { spec } = await finish("true", { environment: { TOKEN: "s3cr3t-value" } });
  for (const name of ["identity.json", "exit.json", "output.log", "supervisor.log"]) {
    expect(readFileSync(join(spec.directory, name), "utf8")).not.toContain("s3cr3t-value");
  }
});

test("the time limit ends a step with 124, and with 137 when it takes no notice", async () => {
  const polite = await finish("exec python polite.py", {
    timeoutSeconds: 0.5,
  });
  expect(ending(polite.result)).toEqual({ ...calm, exitCode: 124, timedOut: true });
  expect(polite.log).toEqual([
    "o up",
    "s time limit of 0.5 s reached; the step was asked to end",
    "o bye",
  ]);

  const deaf = await finish("trap '' TERM; while :; do sleep 0.05; done", { timeoutSeconds: 0.3 });
  expect(ending(deaf.result)).toEqual({
    ...calm,
    exitCode: 137,
    signal: "SIGKILL",
    timedOut: true,
  });
});

test("a stop ends a step politely, and by force after the grace", async () => {
  const spec = box.attempt("exec python polite.py");
  const polite = await executor.start(spec, runtime);
  await expect.poll(() => logOf(spec.directory)).toEqual(["o up"]);
  await polite.stop(20);
  expect(ending(await polite.finished)).toEqual({ ...calm, exitCode: 7, stopped: true });
  expect(logOf(spec.directory)).toEqual([
    "o up",
    "s the step was asked to end, on request",
    "o bye",
  ]);

  const deafSpec = box.attempt("trap '' TERM; echo up; while :; do sleep 0.05; done");
  const deaf = await executor.start(deafSpec, runtime);
  await expect.poll(() => logOf(deafSpec.directory)).toEqual(["o up"]);
  await deaf.stop(0.2);
  expect(ending(await deaf.finished)).toEqual({
    ...calm,
    exitCode: 137,
    signal: "SIGKILL",
    stopped: true,
  });
  await deaf.stop(0);
});

test("a step can be stopped where nothing can be written any more", async () => {
  const spec = box.attempt("echo up; sleep 60");
  mkdirSync(join(spec.directory, "stop"));
  const running = await executor.start(spec, runtime);
  await expect.poll(() => logOf(spec.directory)).toEqual(["o up"]);
  await running.stop(20);
  expect(ending(await running.finished)).toMatchObject({ stopped: true });
});

test("a supervisor that can't record its attempt starts nothing and says why on one line", async () => {
  const script = `
import sys
sys.path.insert(0, sys.argv[1])
import processes, supervise
def full(*_, **__): raise OSError(28, "No space left on device")
processes.write_durably = supervise.write_durably = full
sys.exit(supervise.main(sys.argv[2], sys.argv[2], "60", "1", "0", "touch ran"))
`;
  const { directory } = box.attempt("");
  const sources = fileURLToPath(new URL("../../src/local/supervisor", import.meta.url));
  const python = runtime.decided["python"]!;
  const { exitCode, stderr } = await execa(python, ["-B", "-c", script, sources, directory], {
    input: "\n",
    reject: false,
  });
  expect(stderr).toBe("the attempt could not be recorded: [Errno 28] No space left on device");
  expect(exitCode).toBe(76);
  expect(existsSync(join(directory, "ran"))).toBe(false);
});

test("what a tree of processes uses together is counted, and an excess killed", async () => {
  box.write({
    "greedy.py": `
import subprocess, sys, time
if len(sys.argv) == 1:
    for child in [subprocess.Popen([sys.executable, __file__, "child"]) for _ in range(3)]: child.wait()
else:
    hoard = b"x" * 100_000_000
    time.sleep(60)
`,
  });
  const { result, log } = await finish("python greedy.py", {
    resources: { cpu: 1, memoryGb: 0.25, gpu: 0 },
  });
  expect(ending(result)).toEqual({
    ...calm,
    exitCode: 137,
    signal: "SIGKILL",
    outOfMemory: true,
  });
  expect(log).toHaveLength(1);
  expect(log[0]).toMatch(
    /^s out of memory: the step's processes used 0\.\d\d GiB of the 0\.25 GiB that it declares \(approximate\); they were killed$/,
  );
});

test("memory that processes share is counted once", async () => {
  box.write({
    "shared.py": `
import os, time
data = b"x" * 120_000_000
children = []
for _ in range(4):
    child = os.fork()
    if not child:
        time.sleep(0.7)
        os._exit(0)
    children.append(child)
for child in children: os.waitpid(child, 0)
`,
  });
  const { result } = await finish("python shared.py", {
    resources: { cpu: 1, memoryGb: 0.25, gpu: 0 },
  });
  expect(ending(result)).toEqual(calm);
});

test("a step that can't be started says why", async () => {
  const { result } = await (async () => {
    const spec = box.attempt("true");
    const gone = { ...runtime, decided: { ...runtime.decided, virtual_environment: "/nowhere" } };
    return { result: await (await executor.start(spec, gone)).finished };
  })();
  expect(result).toMatchObject({
    kind: "start-failed",
    message: `the virtual environment /nowhere or its interpreter ${runtime.decided["python"]} is gone; deploy again`,
  });

  const noSnapshot = await finishWithout();
  expect(noSnapshot).toMatchObject({ kind: "start-failed" });
  expect(noSnapshot.kind === "start-failed" && noSnapshot.message).toContain(
    "the working copy could not be made: ENOENT",
  );

  const noFolder = box.attempt("true");
  rmSync(noFolder.directory, { recursive: true });
  const unrecorded = await (await executor.start(noFolder, runtime)).finished;
  expect(unrecorded.kind === "start-failed" && unrecorded.message).toMatch(
    /^the step's supervisor could not be started: ENOENT/,
  );

  async function finishWithout() {
    const spec = box.attempt("true", { snapshot: join(box.root, "no-snapshot") });
    return (await executor.start(spec, runtime)).finished;
  }
});

test("started twice in the same directory, it is one attempt", async () => {
  const spec = box.attempt("echo once; sleep 0.5");
  const [first, second] = [
    await executor.start(spec, runtime),
    await executor.start(spec, runtime),
  ];
  expect(second.startedAt).toBe(first.startedAt);
  expect(await second.finished).toEqual(await first.finished);
  expect(logOf(spec.directory)).toEqual(["o once"]);
});

test("of supervisors that come for the same attempt, one starts it", async () => {
  const spec = box.attempt("");
  const python = runtime.decided["python"]!;
  const interpreter = { python, version: runtime.decided["python_version"]! };
  const command = {
    directory: spec.directory,
    workDirectory: spec.directory,
    ready: Promise.resolve(),
    command: "echo once >> count; sleep 0.3",
    environment: { PATH: "/usr/bin:/bin" },
    secrets: [],
    timeoutSeconds: 60,
    graceSeconds: 1,
    memoryBytes: 0,
    python,
    script: await installSupervisor(box.root, interpreter),
  };
  const running = await Promise.all([1, 2, 3].map(() => startSupervised(command)));
  const results = await Promise.all(running.map((attempt) => attempt.finished));
  expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1);
  expect(readFileSync(join(spec.directory, "count"), "utf8")).toBe("once\n");
});

test("a read-only snapshot becomes a writable copy, links and modes kept", async () => {
  const snapshot = join(box.root, "read-only");
  mkdirSync(snapshot);
  writeFileSync(join(snapshot, "run.sh"), "echo ran > result; cat link; cat result", {
    mode: 0o555,
  });
  const { result, log } = await finish("ln -s run.sh link; ./run.sh; test -w run.sh", { snapshot });
  expect(ending(result)).toEqual(calm);
  expect(log).toEqual([
    "o echo ran > result; cat link; cat resultran",
    `s not kept, because the step doesn't declare it: result (4 bytes); to keep it, add to the step in config.yaml: outputs: ["result"]`,
  ]);
  rmSync(snapshot, { recursive: true });
});
