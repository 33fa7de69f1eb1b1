import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";

import { findInterpreter, type Interpreter } from "../../src/local/executors/interpreter.ts";
import { createProcessExecutor } from "../../src/local/executors/process.ts";
import { machineWithUv, releaseOf, sandbox } from "./fixtures.ts";

const box = sandbox();
const machine = await machineWithUv();
const executor = createProcessExecutor({
  dataDirectory: box.root,
  processEnvironment: machine,
});
let python: Interpreter;

beforeAll(async () => {
  const found = await findInterpreter(undefined, machine);
  if (!found.ok) throw new Error(found.error.message);
  python = found.value;
});
afterAll(async () => {
  await execa("chmod", ["-R", "u+w", box.root]);
  box.remove();
});

test("a folder that can't be written in", async () => {
  const dataDirectory = join(box.root, "a-file");
  writeFileSync(dataDirectory, "");
  const nowhere = createProcessExecutor({ dataDirectory, processEnvironment: machine });
  const root = join(dataDirectory, "venvs");
  const result = await nowhere.prepare(releaseOf({}), box.snapshot, () => {});
  if (result.ok) throw new Error("was written");
  expect(result.error.message).toMatch(
    /^the virtual environment of demo could not be written: ENOTDIR: not a directory/,
  );
  expect(result.error.help).toBe(
    `make room, or see that you may write in ${root}, and deploy again`,
  );
});

test("requirements that can't be installed: the installer's own words and what to do", async () => {
  box.write({ "broken.txt": "--no-index\nno-such-thing==9.9\n" });
  const release = releaseOf({ requirementsFile: "broken.txt" });
  const because =
    "Because no-such-thing was not found in the provided package locations and you require no-such-thing==9.9, we can conclude that your requirements are unsatisfiable.";
  expect(await executor.prepare(release, box.snapshot, () => {})).toEqual({
    ok: false,
    error: {
      reason: "failed",
      message: `uv could not install broken.txt of demo: No solution found when resolving dependencies: ${because}`,
      help: [
        "correct broken.txt (or the network, if uv could not reach its index) and deploy again; uv's last words:",
        "  error: No solution found when resolving dependencies",
        `    cause: ${because}`,
        "  ",
        "  hint: Packages were unavailable because index lookups were disabled and no additional package locations were provided (try: `--find-links <uri>`)",
      ].join("\n"),
      resource: "broken.txt",
    },
  });

  const byPip = createProcessExecutor({
    dataDirectory: box.root,
    processEnvironment: machine,
    wishes: { installer: "pip", hardLinks: false },
  });
  const lines: string[] = [];
  expect(await byPip.prepare(release, box.snapshot, (line) => lines.push(line))).toEqual({
    ok: false,
    error: {
      reason: "failed",
      message:
        "pip could not install broken.txt of demo: No matching distribution found for no-such-thing==9.9",
      help: [
        "correct broken.txt (or the network, if pip could not reach its index) and deploy again; pip's last words:",
        "  ERROR: Could not find a version that satisfies the requirement no-such-thing==9.9 (from versions: none)",
        "  ERROR: No matching distribution found for no-such-thing==9.9",
      ].join("\n"),
      resource: "broken.txt",
    },
  });
  expect(lines).toEqual([
    `creating a virtual environment with Python ${python.version}`,
    "installing broken.txt with pip",
  ]);
});

test("a requirements file that isn't there", async () => {
  const release = releaseOf({ requirementsFile: "missing.txt" });
  expect(await executor.prepare(release, box.snapshot, () => {})).toEqual({
    ok: false,
    error: {
      reason: "not-found",
      message: "demo has no missing.txt, which runtime.requirements_file names",
      help: "create the file, or take the setting out of config.yaml",
      resource: join(box.snapshot, "missing.txt"),
    },
  });
});

test("a Python that this machine doesn't have", async () => {
  const bin = join(box.root, "bin");
  mkdirSync(bin);
  await execa("ln", ["-s", python.python, join(bin, "python3")]);
  const result = await findInterpreter("3.99", { PATH: bin, HOME: box.root });
  expect(result).toEqual({
    ok: false,
    error: {
      reason: "unavailable",
      message: `Python 3.99 is not on this machine; found ${python.version} (${python.python})`,
      help: "install it (for instance `pyenv install 3.99`, or the system's package python3.99), or run the steps in containers with `executor: docker` for the environment in esteira.yaml",
    },
  });
  const minor = python.version.split(".").slice(0, 2).join(".");
  expect(await findInterpreter(minor, { PATH: bin, HOME: box.root })).toEqual({
    ok: true,
    value: python,
  });
});
