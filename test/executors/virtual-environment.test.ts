import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { execa } from "execa";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

import { findInterpreter, type Interpreter } from "../../src/local/executors/interpreter.ts";
import { withLock } from "../../src/local/executors/lock.ts";
import { createProcessExecutor } from "../../src/local/executors/process.ts";
import { runTool } from "../../src/local/executors/tool.ts";
import { virtualEnvironment } from "../../src/local/executors/virtual-environment.ts";
import { machineWithUv, releaseOf, sandbox } from "./fixtures.ts";
import { writeWheel } from "./wheels.ts";

const box = sandbox();
const machine = await machineWithUv();
const executor = createProcessExecutor({
  dataDirectory: box.root,
  processEnvironment: machine,
});
const venvs = join(box.root, "venvs");
const layers = join(box.root, "layers");
let python: Interpreter;

beforeAll(async () => {
  const found = await findInterpreter(undefined, machine);
  if (!found.ok) throw new Error(found.error.message);
  python = found.value;
  await writeWheel(box.snapshot, "greeting", "1.0");
  box.write({ "requirements.txt": "--no-index\n./greeting-1.0-py3-none-any.whl\n" });
});
afterAll(async () => {
  await execa("chmod", ["-R", "u+w", box.root]);
  box.remove();
});

async function prepared(
  requirementsFile: string | undefined,
  listener: (line: string) => void = () => {},
) {
  const result = await executor.prepare(releaseOf({ requirementsFile }), box.snapshot, listener);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

test("requirements are installed once, no matter who asks, and cannot be changed by a step", async () => {
  const lines: string[] = [];
  const script = fileURLToPath(new URL("builder.ts", import.meta.url));
  const order = JSON.stringify({ root: box.root, snapshot: box.snapshot });
  const builders = [1, 2].map(() =>
    execa(process.execPath, ["--no-warnings", script, order], { env: machine, extendEnv: false }),
  );
  const [first, second] = await Promise.all(builders);
  expect(second!.stdout.split("\n").at(-1)).toBe(first!.stdout.split("\n").at(-1));
  const said = `${first!.stdout}\n${second!.stdout}`.split("\n");
  const waiting = "another process is building the virtual environment; waiting for it";
  expect(said.filter((line) => line !== waiting && !line.startsWith("/"))).toEqual([
    `creating a virtual environment with Python ${python.version}`,
    "installing requirements.txt with uv 0.13.9",
    "installed 1 package",
  ]);

  const runtime = await prepared("requirements.txt", (line) => lines.push(line));
  expect(lines).toEqual([]);
  const directory = runtime.decided["virtual_environment"]!;
  expect(first!.stdout.split("\n").at(-1)).toBe(directory);
  expect(statSync(directory).mode & 0o222).toBe(0);
  const spec = box.attempt('python -c "import greeting; print(greeting.text)"');
  await (
    await executor.start(spec, runtime)
  ).finished;
  expect(readFileSync(join(spec.directory, "output.log"), "utf8")).toMatch(
    /^\d+ o hello from greeting 1\.0\n$/,
  );
});

test("without requirements, projects share an environment that takes no time to make", async () => {
  const one = await prepared(undefined);
  expect((await prepared(undefined)).decided).toEqual(one.decided);
  expect(one.decided).toMatchObject({ python: python.python, python_version: python.version });
});

test("a file that asks for nothing costs nothing", async () => {
  box.write({ "comments.txt": "# Nothing: the standard library will do.\n\n" });
  const lines: string[] = [];
  const runtime = await prepared("comments.txt", (line) => lines.push(line));
  expect(runtime.decided).toEqual((await prepared(undefined)).decided);
  expect(lines).toEqual([]);
});

test("whatever installs, the environment is the same", async () => {
  // An interpreter without its own pip: the environment is made with the one that Python
  // brings along.
  const bare = join(box.root, "bare");
  await execa(python.python, ["-m", "venv", "--without-pip", bare]);
  const own = (await prepared("requirements.txt")).decided["virtual_environment"]!;
  const lines: string[] = [];
  const built = await virtualEnvironment({
    dataDirectory: box.root,
    wishes: { installer: "pip", hardLinks: false },
    interpreter: { ...python, python: join(bare, "bin", "python") },
    project: "demo",
    snapshot: box.snapshot,
    requirementsFile: "requirements.txt",
    packages: [],
    openIndex: () => Promise.reject(new Error("no project has an index here")),
    sourceHash: "0",
    processEnvironment: machine,
    listener: (line) => lines.push(line),
    note: () => {},
    signal: undefined,
  });
  if (!built.ok) throw new Error(built.error.message);
  expect(lines.slice(1)).toEqual(["installing requirements.txt with pip", "installed 1 package"]);
  expect(await packagesIn(built.value.path)).toEqual(await packagesIn(own));
  expect(readdirSync(join(built.value.path, "bin"))).toEqual(readdirSync(join(own, "bin")));
});

async function packagesIn(environment: string): Promise<string> {
  const list = ["-I", "-m", "pip", "list", "--format=freeze", "--disable-pip-version-check"];
  return (await execa(join(environment, "bin", "python"), list)).stdout;
}

test("a tool that is interrupted takes with it what it has started", async () => {
  const controller = new AbortController();
  const child = "import time; print('started', flush=True); time.sleep(600)";
  const parent = `import subprocess, sys; subprocess.run([sys.executable, "-c", """${child}"""])`;
  const outcome = await runTool(python.python, ["-c", parent], {
    cwd: box.root,
    env: machine,
    listener: () => controller.abort(),
    signal: controller.signal,
  });
  // It waits for the end of the output, which the child holds open.
  expect(outcome).toEqual({ ok: false, error: { reason: "interrupted" } });
});

test("an environment whose building was interrupted is cleared away and not used", async () => {
  box.write({ "others.txt": "--no-index\n" });
  mkdirSync(layers, { recursive: true });
  const begunThere = (): number =>
    readdirSync(layers, { recursive: true, encoding: "utf8" }).filter((path) =>
      path.endsWith("pyvenv.cfg"),
    ).length;
  const others = begunThere();
  const controller = new AbortController();
  const cut = await executor.prepare(
    releaseOf({ requirementsFile: "others.txt" }),
    box.snapshot,
    (line) => {
      if (!line.startsWith("creating")) return;
      const begun = vi.waitUntil(() => begunThere() > others, { timeout: 60_000, interval: 5 });
      void begun.finally(() => controller.abort());
    },
    controller.signal,
  );
  expect(cut).toEqual({
    ok: false,
    error: {
      reason: "interrupted",
      message: "building the virtual environment of demo was interrupted",
      help: "deploy again; what was half built will not be used",
    },
  });

  // What a killed build leaves: a folder that nothing names as complete.
  const known = new Set(readdirSync(venvs));
  const runtime = await prepared("others.txt");
  const built = runtime.decided["virtual_environment"]!;
  const half = join(built, "..", "deadbeef");
  mkdirSync(half);
  writeFileSync(join(half, "half"), "");
  writeFileSync(join(built, "..", "complete.json"), '{"directory":"deadbeef"}\n');
  const again = await prepared("others.txt");
  expect(again.decided["virtual_environment"]).not.toBe(built);
  expect(again.decided["virtual_environment"]).not.toBe(half);
  expect(readdirSync(join(built, "..")).filter((name) => /^[0-9a-f]{8}$/.test(name))).toHaveLength(
    1,
  );
  expect(new Set(readdirSync(venvs))).toEqual(known);
});

test("who waits for another's building can be interrupted", async () => {
  const built = (await prepared("others.txt")).decided["virtual_environment"]!;
  const directory = join(built, "..");
  writeFileSync(join(directory, "complete.json"), '{"directory":"deadbeef"}\n');
  const controller = new AbortController();
  const cut = await withLock(
    join(directory, "lock.db"),
    () => {},
    () =>
      executor.prepare(
        releaseOf({ requirementsFile: "others.txt" }),
        box.snapshot,
        (line) => {
          expect(line).toBe("another process is building the virtual environment; waiting for it");
          controller.abort();
        },
        controller.signal,
      ),
  );
  expect(cut).toMatchObject({ ok: false, error: { reason: "interrupted" } });
});
