import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";

import { execa } from "execa";
import { expect, test } from "vitest";

import { temporaryFolder } from "./cli/cli.ts";
import { pathWithPython } from "./rig/python-path.ts";

test("where python3 is a script that looks for Python, Python's own folder is just before it", async () => {
  await using made = await temporaryFolder();
  const [before, shims, real, after] = ["before", "shims", "real", "after"].map((name) =>
    join(made.path, name),
  ) as [string, string, string, string];
  for (const folder of [before, shims, real, after]) await mkdir(folder);
  const python = join(real, "python3.11");
  await writeFile(python, `#!/bin/sh\necho ${python}\n`);
  await writeFile(join(shims, "python3"), `#!/bin/sh\nexec ${python} "$@"\n`);
  for (const file of [python, join(shims, "python3")]) await chmod(file, 0o755);
  const path = [before, shims, after].join(delimiter);
  expect(pathWithPython(path)).toBe([before, real, shims, after].join(delimiter));
});

test("a Python that is no script, and none at all, leave PATH as it is", async () => {
  await using made = await temporaryFolder();
  expect(pathWithPython(made.path)).toBe(made.path);
  await symlink(process.execPath, join(made.path, "python3"));
  expect(pathWithPython(made.path)).toBe(made.path);
});

test("python3 of the tests starts without a script", async () => {
  const { stdout } = await execa("sh", ["-c", "command -v python3"]);
  expect(pathWithPython(process.env["PATH"] ?? "")).toBe(process.env["PATH"]);
  expect(stdout).toMatch(/\/python3$/);
});
