import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

import { execa } from "execa";
import { afterAll, expect, test } from "vitest";

import { findInterpreter, type Interpreter } from "../../src/local/executors/interpreter.ts";
import { sitePackages } from "../../src/local/executors/packages/overlay.ts";
import { createBare } from "../../src/local/executors/pip.ts";
import { seedPip } from "../../src/local/executors/seed.ts";
import { sandbox } from "./fixtures.ts";

const box = sandbox();
afterAll(() => box.remove());
const found = await findInterpreter(undefined, process.env);
if (!found.ok) throw new Error(found.error.message);
const python = found.value;

async function seeded(name: string, interpreter: Interpreter = python) {
  const target = join(box.root, name);
  const options = { cwd: box.root, env: process.env, listener: () => {}, signal: undefined };
  const created = await createBare(python, target, options);
  if (!created.ok) throw new Error(JSON.stringify(created.error));
  return { target, result: await seedPip(interpreter, target, options) };
}

test.each([
  "a folder",
  "a\ttab",
  // Fewer characters than a first line may have, and more bytes.
  "日".repeat(80),
])("pip works where no first line of a script may name the path: %j", async (name) => {
  const { target, result } = await seeded(name);
  expect(result).toEqual({ ok: true, value: true });
  const { stdout } = await execa(join(target, "bin", "pip3"), ["--version"]);
  expect(stdout).toContain(` from ${sitePackages(target, python)}/pip `);
});

test("each file of a package is in its record, so that another version takes its place whole", async () => {
  const { target } = await seeded("recorded");
  const site = sitePackages(target, python);
  const files = readdirSync(site, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(site, join(entry.parentPath, entry.name)));
  const programs = readdirSync(join(target, "bin")).filter((name) => name.startsWith("pip"));
  expect(programs).toContain("pip3");
  const recorded = files
    .filter((path) => path.endsWith(".dist-info/RECORD"))
    .flatMap((path) => readFileSync(join(site, path), "utf8").trim().split("\n"))
    .map((line) => resolve(site, line.split(",")[0]!));
  expect(recorded.toSorted()).toEqual(
    [
      ...files.map((path) => join(site, path)),
      ...programs.map((name) => join(target, "bin", name)),
    ].toSorted(),
  );
});

test("a Python that brings no pip is known as that, and nothing is written", async () => {
  const without = join(box.root, "bin", "python");
  mkdirSync(dirname(without));
  const code = `import sys, sysconfig; sysconfig.get_config_var = lambda _: "/nowhere"; exec(sys.argv.pop(1))`;
  writeFileSync(without, `#!/bin/sh\nshift 3\nexec ${python.python} -I -S -c '${code}' "$@"\n`);
  chmodSync(without, 0o755);
  const { target, result } = await seeded("without", { ...python, python: without });
  expect(result).toEqual({ ok: true, value: false });
  expect(readdirSync(sitePackages(target, python))).toEqual([]);
});
