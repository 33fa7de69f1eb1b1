import { existsSync } from "node:fs";
import { join } from "node:path";

import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import type { AttemptSpec, Executor, PreparedRuntime } from "../../src/local/executors/port.ts";
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

/**
 * Leaves its parents by a double fork, clears its environment, ignores polite signals, reports its
 * number in a file.
 */
const daemon = `
import os, signal, sys, time
if os.fork(): sys.exit(0)
os.setsid()
if os.fork(): os._exit(0)
for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT): signal.signal(number, signal.SIG_IGN)
open(sys.argv[1] + ".new", "w").write(str(os.getpid()))
os.rename(sys.argv[1] + ".new", sys.argv[1])
if len(sys.argv) > 2: os.execve("/bin/sleep", ["sleep", "600"], {})
time.sleep(600)
`;

beforeAll(async () => {
  ({ executor, runtime } = await processExecutor(box));
  box.write({ "daemon.py": daemon });
});
afterEach(() => assertNoneLeft(box));
afterAll(() => box.remove());

async function finish(command: string, changes: Partial<AttemptSpec> = {}) {
  const spec = box.attempt(command, changes);
  const running = await executor.start(spec, runtime);
  return { spec, result: await running.finished };
}

test("a daemon that a step left behind ends with the step", async () => {
  const { result, spec } = await finish(
    'python daemon.py "$PWD/../pid" clean & until [ -e ../pid ]; do sleep 0.02; done; echo done',
  );
  expect(ending(result)).toEqual(calm);
  expect(isRunning(pidIn(join(spec.directory, "pid")))).toBe(false);
});

test("no daemon escapes a time limit or a stop", async () => {
  const command = 'python daemon.py "$PWD/../pid" clean; echo up; sleep 60';
  const timedOut = await finish(command, { timeoutSeconds: 1.5 });
  expect(ending(timedOut.result)).toMatchObject({ timedOut: true, exitCode: 124 });
  expect(isRunning(pidIn(join(timedOut.spec.directory, "pid")))).toBe(false);

  const spec = box.attempt(command);
  const running = await executor.start(spec, runtime);
  await expect.poll(() => existsSync(join(spec.directory, "pid"))).toBe(true);
  const pid = pidIn(join(spec.directory, "pid"));
  expect(isRunning(pid)).toBe(true);
  await running.stop(0.2);
  expect(isRunning(pid)).toBe(false);
});

test("each process is asked to end once", async () => {
  box.write({
    "count.py": `
import signal, subprocess, sys, time
asked = []
signal.signal(signal.SIGTERM, lambda *_: asked.append(1))
if len(sys.argv) == 1: child = subprocess.Popen([sys.executable, __file__, "child"])
print("up")
while not asked: time.sleep(0.01)
time.sleep(0.3)
if len(sys.argv) == 1: child.wait()
print(len(asked))
`,
  });
  const spec = box.attempt("exec python count.py");
  const running = await executor.start(spec, runtime);
  await expect.poll(() => logOf(spec.directory)).toEqual(["o up", "o up"]);
  await running.stop(20);
  expect(logOf(spec.directory).slice(-2)).toEqual(["o 1", "o 1"]);
});

test("processes that are gone before they can be counted don't escape either", async () => {
  // Each lives for a fork only, in its own session. For everybody's peace it would end by
  // itself after half a minute.
  box.write({
    "runner.py": `
import os, signal, time
end = time.monotonic() + 30
signal.signal(signal.SIGTERM, signal.SIG_IGN)
while time.monotonic() < end:
    if os.fork(): os._exit(0)
    os.setsid()
`,
  });
  const { result } = await finish("python runner.py & sleep 0.3");
  expect(ending(result)).toEqual(calm);
  assertNoneLeft(box);
});
