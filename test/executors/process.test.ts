import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import type { AttemptResult, Executor, PreparedRuntime } from "../../src/local/executors/port.ts";
import { createProcessExecutor } from "../../src/local/executors/process.ts";
import { logOf, processesWith, releaseOf, sandbox } from "./fixtures.ts";

const box = sandbox();
let executor: Executor;
let runtime: PreparedRuntime;

beforeAll(async () => {
  executor = createProcessExecutor({ dataDirectory: box.root, processEnvironment: process.env });
  const prepared = await executor.prepare(releaseOf({}), box.snapshot, () => {});
  if (!prepared.ok) throw new Error(prepared.error.message);
  runtime = prepared.value;
});
afterAll(() => box.remove());

async function finish(command: string, changes = {}) {
  const spec = box.attempt(command, changes);
  const running = await executor.start(spec, runtime);
  const result = await running.finished;
  expect(processesWith(`ESTEIRA_ATTEMPT=${spec.directory}`)).toEqual([]);
  return { spec, result, log: logOf(spec.directory) };
}

const ending = (result: AttemptResult) =>
  result.kind === "exited"
    ? {
        exitCode: result.exitCode,
        signal: result.signal,
        outOfMemory: result.outOfMemory,
        timedOut: result.timedOut,
        stopped: result.stopped,
      }
    : result;

const calm = {
  exitCode: 0,
  signal: undefined,
  outOfMemory: false,
  timedOut: false,
  stopped: false,
};

test("a step runs in its own copy of the snapshot, with its environment and no other", async () => {
  box.write({ "data/in.txt": "from the snapshot\n" });
  process.env["OF_THE_SHELL"] = "leaked";
  const { result, log, spec } = await finish(
    'cat data/in.txt; echo "$GREETING [$OF_THE_SHELL]"; echo new > data/in.txt; python -c "import sys; print(sys.prefix)"; echo oops >&2',
    { environment: { GREETING: "olá" } },
  );
  delete process.env["OF_THE_SHELL"];
  expect(ending(result)).toEqual(calm);
  expect(log.filter((line) => line.startsWith("o"))).toEqual([
    "o from the snapshot",
    "o olá []",
    `o ${runtime.decided["virtual_environment"]}`,
  ]);
  expect(log.filter((line) => line.startsWith("e"))).toEqual(["e oops"]);
  expect(readFileSync(join(box.snapshot, "data/in.txt"), "utf8")).toBe("from the snapshot\n");
  expect(existsSync(join(spec.directory, "work"))).toBe(false);
});

test("exit codes and signals come out as they are", async () => {
  const failed = await finish("exit 3");
  expect(ending(failed.result)).toEqual({ ...calm, exitCode: 3 });
  expect(existsSync(join(failed.spec.directory, "work"))).toBe(true);
  const killed = await finish("kill -SEGV $$");
  expect(ending(killed.result)).toEqual({ ...calm, exitCode: 139, signal: "SIGSEGV" });
});
