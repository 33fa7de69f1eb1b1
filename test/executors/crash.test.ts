import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import type { AttemptSpec, Executor, PreparedRuntime } from "../../src/local/executors/port.ts";
import { attemptMark } from "../../src/local/executors/survivors.ts";
import { bundledScript } from "../rig/bundled-script.ts";
import {
  assertNoneLeft,
  calm,
  ending,
  isRunning,
  logOf,
  pidIn,
  processExecutor,
  sandbox,
} from "./fixtures.ts";

const box = sandbox();
let executor: Executor;
let runtime: PreparedRuntime;

beforeAll(async () => {
  ({ executor, runtime } = await processExecutor(box));
});
afterEach(() => assertNoneLeft(box));
afterAll(() => box.remove());

/** Another process that starts the attempt, as Esteira would. */
function parent(spec: AttemptSpec): ChildProcess {
  const order = join(box.root, "order.json");
  writeFileSync(order, JSON.stringify({ spec, runtime, dataDirectory: box.root }));
  const script = bundledScript(new URL("parent.ts", import.meta.url));
  return spawn(process.execPath, [...script, order], { stdio: ["ignore", "pipe", "inherit"] });
}

/**
 * Starts the attempt in a process that is killed once the attempt has begun, or some time before.
 */
async function startAndCrash(
  spec: AttemptSpec,
  when: "started" | number = "started",
): Promise<void> {
  const child = parent(spec);
  await new Promise<void>((resolve) => {
    let said = "";
    child.stdout!.on("data", (data: Buffer) => {
      said += data.toString();
      if (typeof when === "number" || said.includes("started")) resolve();
    });
  });
  if (typeof when === "number") await sleep(when);
  child.kill("SIGKILL");
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}

const supervisorOf = (spec: AttemptSpec): number =>
  (JSON.parse(readFileSync(join(spec.directory, "identity.json"), "utf8")) as { pid: number }).pid;

async function untilUp(spec: AttemptSpec): Promise<void> {
  const log = join(spec.directory, "output.log");
  await expect.poll(() => existsSync(log) && logOf(spec.directory)).toContain("o up");
}

test("a step whose Esteira is killed continues, and is reattached", async () => {
  const spec = box.attempt("echo up; sleep 1; echo later; exit 5");
  await startAndCrash(spec);
  const adopted = await executor.adopt(spec.directory, runtime, String);
  expect(adopted).toBeDefined();
  expect(ending(await adopted!.finished)).toEqual({ ...calm, exitCode: 5 });
  expect(logOf(spec.directory)).toEqual(["o up", "o later"]);
});

test("a step that finished meanwhile is taken as it ended", async () => {
  const spec = box.attempt("echo up; exit 4");
  await startAndCrash(spec);
  await expect.poll(() => existsSync(join(spec.directory, "exit.json"))).toBe(true);
  const adopted = await executor.adopt(spec.directory, runtime, String);
  const result = await adopted!.finished;
  expect(ending(result)).toEqual({ ...calm, exitCode: 4 });
  expect(result.kind === "exited" && result.startedAt).toBe(adopted!.startedAt);
});

test("a step that is reattached can be stopped", async () => {
  const spec = box.attempt("echo up; sleep 60");
  await startAndCrash(spec);
  await untilUp(spec);
  const adopted = await executor.adopt(spec.directory, runtime, String);
  await adopted!.stop(5);
  expect(ending(await adopted!.finished)).toEqual({
    ...calm,
    exitCode: 143,
    signal: "SIGTERM",
    stopped: true,
  });
});

test("Esteira killed at any moment of a start: the step runs once in the end, or not at all and then anew", async () => {
  for (let delay = 0; delay < 32; delay += 2) {
    const spec = box.attempt("echo ran >> ../count");
    await startAndCrash(spec, delay);
    const adopted =
      (await executor.adopt(spec.directory, runtime, String)) ??
      (await executor.start(spec, runtime));
    const ended = ending(await adopted.finished);
    expect({ ...ended, delay, said: logOf(spec.directory) }).toEqual({ ...calm, delay, said: [] });
    expect(readFileSync(join(spec.directory, "count"), "utf8")).toBe("ran\n");
  }
});

test("a supervisor that is late is ended before the step is started anew", async () => {
  const spec = box.attempt("echo up");
  expect(await executor.adopt(spec.directory, runtime, String)).toBeUndefined();
  const late = spawn("sleep", ["600"], {
    detached: true,
    env: { PATH: process.env["PATH"], [attemptMark]: spec.directory },
  });
  await once(late, "spawn");
  const started = await executor.start(spec, runtime);
  if (late.exitCode === null && late.signalCode === null) await once(late, "exit");
  expect(late.signalCode).toBe("SIGKILL");
  expect(ending(await started.finished)).toEqual(calm);
});

test("what never started is not found, and can be started", async () => {
  const spec = box.attempt("echo up");
  expect(await executor.adopt(spec.directory, runtime, String)).toBeUndefined();
  const running = await executor.start(spec, runtime);
  expect(ending(await running.finished)).toEqual(calm);
});

const daemon = `
import os, time
if os.fork(): os._exit(0)
os.setsid()
if os.fork(): os._exit(0)
open("../pid.new", "w").write(str(os.getpid()))
os.rename("../pid.new", "../pid")
time.sleep(600)
`;

test("a supervisor that is killed takes its step along, daemons too", async () => {
  box.write({ "daemon.py": daemon });
  const spec = box.attempt("python daemon.py; echo up; sleep 600");
  const running = await executor.start(spec, runtime);
  await untilUp(spec);
  await expect.poll(() => existsSync(join(spec.directory, "pid"))).toBe(true);
  process.kill(supervisorOf(spec), "SIGKILL");
  const result = await running.finished;
  expect(ending(result)).toEqual({ ...calm, exitCode: 137, signal: "SIGKILL" });
  expect(isRunning(pidIn(join(spec.directory, "pid")))).toBe(false);
  expect(logOf(spec.directory)).toEqual([
    "o up",
    "s the step's supervisor was killed; what was left of the step has been ended",
  ]);
});

test("a supervisor that was killed while nobody watched: the rest is ended before anything is said", async () => {
  box.write({ "daemon.py": daemon });
  const spec = box.attempt("python daemon.py; echo up; sleep 600");
  await startAndCrash(spec);
  await untilUp(spec);
  await expect.poll(() => existsSync(join(spec.directory, "pid"))).toBe(true);
  const pid = pidIn(join(spec.directory, "pid"));
  process.kill(supervisorOf(spec), "SIGKILL");
  await expect.poll(() => isRunning(supervisorOf(spec))).toBe(false);
  expect(isRunning(pid)).toBe(true);

  const adopted = await executor.adopt(spec.directory, runtime, String);
  const result = await adopted!.finished;
  expect(ending(result)).toEqual({ ...calm, exitCode: 137, signal: "SIGKILL" });
  expect(isRunning(pid)).toBe(false);
  const again = await executor.adopt(spec.directory, runtime, String);
  expect(await again!.finished).toEqual(result);
});

test("a command that had ended when its supervisor was killed counts as it ended, whatever it left", async () => {
  const deaf = `python -c "
import os, signal, time
if os.fork() == 0:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    open('../deaf', 'w').close()
    time.sleep(600)
while not os.path.exists('../deaf'): time.sleep(0.01)
"`;
  const spec = box.attempt(`${deaf}; exit 3`);
  await startAndCrash(spec);
  await expect.poll(() => existsSync(join(spec.directory, "ended.json"))).toBe(true);
  process.kill(supervisorOf(spec), "SIGKILL");
  expect(existsSync(join(spec.directory, "exit.json"))).toBe(false);

  const adopted = await executor.adopt(spec.directory, runtime, String);
  expect(ending(await adopted!.finished)).toEqual({ ...calm, exitCode: 3 });
  const again = await executor.adopt(spec.directory, runtime, String);
  expect(await again!.finished).toEqual(await adopted!.finished);
});

test("an attempt of before a reboot is over", async () => {
  const spec = box.attempt("true");
  const identity = {
    pid: 1,
    started: "1",
    boot: "00000000-0000-0000-0000-000000000000",
    space: "elsewhere/pid:[1]",
    startedAt: 1_700_000_000_000,
  };
  writeFileSync(join(spec.directory, "identity.json"), JSON.stringify(identity));
  const adopted = await executor.adopt(spec.directory, runtime, String);
  const result = await adopted!.finished;
  expect(ending(result)).toEqual({ ...calm, exitCode: 137, signal: "SIGKILL" });
  expect(result.kind === "exited" && result.startedAt).toBe(1_700_000_000_000);
  expect(result.kind === "exited" && result.endedAt).toBe(1_700_000_000_000);
});
