import { spawn } from "node:child_process";
import { chmodSync, chownSync, existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { execa } from "execa";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import type { Executor, PreparedRuntime } from "../../src/local/executors/port.ts";
import { otherUser } from "../rig/machine.ts";
import { describeWith } from "../rig/parts.ts";
import {
  assertNoneLeft,
  isRunning,
  pidIn,
  processExecutor,
  releaseOf,
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

describeWith(otherUser(), "a step of an ordinary user", (user) => {
  test("may leave read-only folders: they are removed, and what can't be removed decides nothing", async () => {
    const { prefix, uid } = user();
    const spec = box.attempt("mkdir -p kept/inner && touch kept/inner/file && chmod -R a-w kept");
    for (const path of [box.root, spec.directory]) {
      chmodSync(path, 0o755);
      chownSync(path, uid, uid);
    }
    const script = `
import { createProcessExecutor } from ${JSON.stringify(source("executors/process.ts"))};
import { clearAway } from ${JSON.stringify(source("executors/clear-away.ts"))};
const [dataDirectory, release, spec] = process.argv.slice(1);
const executor = createProcessExecutor({ dataDirectory, processEnvironment: process.env });
const { value: runtime } = await executor.prepare(JSON.parse(release), "", () => {});
const running = await executor.start(JSON.parse(spec), runtime);
const { exitCode, message } = await running.finished;
await clearAway("/proc/1");
console.log(exitCode ?? message);
`;
    const given = [join(box.root, "theirs"), JSON.stringify(releaseOf({})), JSON.stringify(spec)];
    const [command, ...rest] = [...prefix, process.execPath, "--input-type=module", "-e", script];
    const { stdout, stderr } = await execa(command, [...rest, ...given], {
      // Somebody else's Python may be out of reach.
      env: { PATH: "/usr/bin:/bin", HOME: box.root },
      extendEnv: false,
      reject: false,
    });
    expect({ stdout, stderr }).toEqual({ stdout: "0", stderr: "" });
    expect(existsSync(join(spec.directory, "work"))).toBe(false);
  });
});

test("a step whose workspace was deleted is ended, and its supervisor with it", async () => {
  const spec = box.attempt(
    `echo $$ > "${box.root}/pid"; trap 'exit 0' TERM; while :; do sleep 0.05; done`,
  );
  const running = await executor.start(spec, runtime);
  await expect.poll(() => existsSync(join(box.root, "pid"))).toBe(true);
  const unrecorded = running.finished.then(
    () => "recorded",
    (error: unknown) => String(error),
  );
  const step = pidIn(join(box.root, "pid"));
  const supervisor = supervisorOf(spec.directory);
  rmSync(spec.directory, { recursive: true });
  await expect.poll(() => isRunning(step), { timeout: 20_000 }).toBe(false);
  await expect.poll(() => isRunning(supervisor), { timeout: 20_000 }).toBe(false);
  expect(await unrecorded).toMatch(/^Error: ENOENT: no such file or directory, open .*exit\.json/);
});

test("a supervisor that can't record the end ends on SIGTERM", async () => {
  const { directory } = box.attempt("");
  const script = `
import sys
sys.path.insert(0, sys.argv[1])
import files, supervise
put = files.put
def full(name, *rest):
    if name == "exit.json": raise OSError(28, "No space left on device")
    return put(name, *rest)
files.put = full
sys.exit(supervise.main(sys.argv[2], sys.argv[2], "60", "1", "0", "true"))
`;
  const sources = fileURLToPath(source("supervisor"));
  const child = spawn(runtime.decided["python"]!, ["-B", "-c", script, sources, directory]);
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  child.stdin.end("\n");
  await expect.poll(() => said).toContain("trying again");
  child.kill("SIGTERM");
  const [code] = (await once(child, "close")) as [number];
  expect(code).toBe(77);
  expect(new Set(said.trim().split("\n"))).toEqual(
    new Set([
      "exit.json: [Errno 28] No space left on device; trying again",
      "how the attempt ended could not be recorded: [Errno 28] No space left on device",
    ]),
  );
});

function source(path: string): string {
  return new URL(`../../src/local/${path}`, import.meta.url).href;
}

function supervisorOf(directory: string): number {
  const identity = readFileSync(join(directory, "identity.json"), "utf8");
  return (JSON.parse(identity) as { pid: number }).pid;
}
