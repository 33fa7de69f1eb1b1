import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { expect, test } from "vitest";

import { findInterpreter } from "../../src/local/executors/interpreter.ts";
import { compilePackages } from "../../src/local/executors/packages/bytecode.ts";
import { sitePackages } from "../../src/local/executors/packages/overlay.ts";
import { temporaryFolder } from "../cli/cli.ts";
import { unwrap } from "../aws/rig/unwrap.ts";

// One process compiles few files, and one for each processor many.
test.each([0, 500])("what steps import is compiled, beside %i other files", async (others) => {
  await using folder = await temporaryFolder();
  const interpreter = unwrap(await findInterpreter(undefined, process.env));
  // What lies above the environment says nothing about what is in it.
  const environment = join(folder.path, "tests", "pip", "environment");
  const site = sitePackages(environment, interpreter);
  const put = (path: string, text = "") => {
    mkdirSync(dirname(join(site, path)), { recursive: true });
    writeFileSync(join(site, path), text);
  };
  const wanted = ["one.py", "numbers/__init__.py", "numbers/testing/tools.py", "latest/it.py"];
  const unwanted = ["numbers/tests/test_it.py", "numbers/fft/tests/a.py", "tests/b.py", "pip/c.py"];
  for (const path of [...wanted, ...unwanted]) put(path);
  put("broken.py", "this is no Python");
  for (let each = 0; each < others; each += 1) put(`many/m${each}.py`);

  const lines: string[] = [];
  const compiled = await compilePackages(interpreter, environment, {
    cwd: folder.path,
    env: process.env,
    listener: (line) => lines.push(line),
    signal: undefined,
  });
  expect(compiled.ok).toBe(true);
  expect(lines).toEqual([]);
  const isCompiled = (path: string): boolean =>
    existsSync(join(site, dirname(path), "__pycache__"));
  expect(wanted.filter((path) => !isCompiled(path))).toEqual([]);
  expect(unwanted.filter(isCompiled)).toEqual([]);
  const many = isCompiled("many/it.py") ? readdirSync(join(site, "many/__pycache__")) : [];
  expect(many).toHaveLength(others);
});
