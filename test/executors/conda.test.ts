import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { execa } from "execa";
import { afterAll, expect, test } from "vitest";

import type { PackageFolder } from "../../src/local/executors/port.ts";
import { createProcessExecutor } from "../../src/local/executors/process.ts";
import { listedRequirements } from "../../src/local/executors/requirements.ts";
import { releaseOf, sandbox, type Sandbox } from "./fixtures.ts";
import { writeWheel } from "./wheels.ts";

/**
 * Stands for micromamba and pixi, whose channels no test can reach: it writes down how it was
 * called, and makes a virtual environment with what a conda environment has besides.
 */
const program = `#!/usr/bin/env python3
import glob, json, os, subprocess, sys, sysconfig
name, args = os.path.basename(sys.argv[0]), sys.argv[1:]
options = dict(arg[2:].split("=", 1) for arg in args if arg.startswith("--") and "=" in arg)
with open(os.environ["CALLS"], "a") as calls:
    seen = {key: os.environ.get(key) for key in ("PIP_INDEX_URL", "CONDA_OVERRIDE_CUDA", "CONDA_PREFIX")}
    calls.write(json.dumps([name, args, os.getcwd(), seen]) + "\\n")
file = options.get("file") or options.get("import")
if file and "no-such-package" in open(file).read():
    sys.exit("error    libmamba Could not solve for environment specs\\n  no-such-package does not exist")
if args[0] == "init":
    os.mkdir(args[-1])
    open(args[-1] + "/pixi.toml", "w").write("")
    sys.exit()
folder = os.path.dirname(options.get("manifest-path", ""))
prefix = options.get("prefix") or folder + "/.pixi/envs/default"
subprocess.run([sys.executable, "-m", "venv", "--without-pip", prefix], check=True)
# A conda environment has a pip; this one has its Python's.
[site] = glob.glob(prefix + "/lib/python*/site-packages")
open(site + "/pip.pth", "w").write(sysconfig.get_path("purelib") + "\\n")
os.makedirs(prefix + "/conda-meta")
os.makedirs(prefix + "/etc/conda/activate.d")
open(prefix + "/etc/conda/activate.d/proj.sh", "w").write('export PROJ_DATA="$CONDA_PREFIX/share/proj"\\n')
`;

const root = mkdtempSync(join(tmpdir(), "esteira-conda-test-"));
const programs: Readonly<Record<"micromamba" | "pixi", string>> = {
  micromamba: join(root, "micromamba-only"),
  pixi: join(root, "pixi-only"),
};
for (const [name, folder] of Object.entries(programs)) {
  mkdirSync(folder);
  writeFileSync(join(folder, name), program);
  chmodSync(join(folder, name), 0o755);
}
const wheels = join(root, "wheels");
await writeWheel(wheels, "greeting", "1.0", "greet");
const boxes: Sandbox[] = [];
afterAll(async () => {
  for (const folder of [root, ...boxes.map((box) => box.root)]) {
    await execa("chmod", ["-R", "u+w", folder]);
    await execa("rm", ["-rf", folder]);
  }
});

const text = "name: demo\ndependencies: [python=3, numpy=2.3, {pip: [papermill]}]\n";

function workplace(files: Readonly<Record<string, string>>) {
  const box = sandbox();
  boxes.push(box);
  box.write(files);
  const calls = join(box.root, "calls.jsonl");
  writeFileSync(calls, "");
  const lines: string[] = [];
  const executor = (folder: string | undefined, variables: Record<string, string> = {}) =>
    createProcessExecutor({
      dataDirectory: join(box.root, ".esteira"),
      graceSeconds: 1,
      processEnvironment: {
        ...process.env,
        PATH:
          folder === undefined
            ? process.env["PATH"]
            : `${folder}${delimiter}${process.env["PATH"]}`,
        CALLS: calls,
        CONDA_OVERRIDE_CUDA: "12.4",
        CONDA_PREFIX: "/opt/conda",
        ...variables,
      },
    });
  mkdirSync(join(box.root, ".esteira"));
  return {
    box,
    lines,
    executor,
    prepare: (
      by: ReturnType<typeof executor>,
      release: Parameters<typeof releaseOf>[0] = {},
      besides = {},
    ) =>
      by.prepare(
        releaseOf({ dependencyFile: "environment.yml", ...release }),
        box.snapshot,
        (line) => lines.push(line),
        undefined,
        besides,
      ),
    calls: () =>
      readFileSync(calls, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as [string, string[], string, Record<string, string>]),
  };
}

test.each(["micromamba", "pixi"] as const)(
  "%s makes the environment of environment.yml once, and steps find it active",
  async (name) => {
    const at = workplace({ "environment.yml": text, "main.py": "" });
    const executor = at.executor(programs[name]);
    expect(
      await executor.foresee?.(releaseOf({ dependencyFile: "environment.yml" }), at.box.snapshot),
    ).toEqual({
      note: `packages by ${name} (${join(programs[name], name)})`,
    });
    const made = await at.prepare(executor);
    if (!made.ok) throw new Error(`${made.error.message}\n${made.error.help}`);
    const { virtual_environment: path = "", installer } = made.value.decided;
    expect(installer).toBe(name);
    expect(at.lines).toEqual([`making the conda environment of environment.yml with ${name}`]);
    const file = join(at.box.snapshot, "environment.yml");
    expect(at.calls().map(([, args, folder]) => [args, folder])).toEqual(
      name === "micromamba"
        ? [[["create", "--yes", `--prefix=${path}`, `--file=${file}`], at.box.snapshot]]
        : [
            [["init", `--import=${file}`, path], at.box.snapshot],
            [["install", `--manifest-path=${path}/pixi.toml`], at.box.snapshot],
          ],
    );
    expect(at.calls()[0]?.[3]).toMatchObject({
      CONDA_OVERRIDE_CUDA: "12.4",
      CONDA_PREFIX: null,
    });

    const say = "python -c 'import os, sys; print(sys.prefix, os.environ[\"PROJ_DATA\"])'";
    const attempt = at.box.attempt(say);
    const running = await executor.start(attempt, made.value);
    expect(await running.finished).toMatchObject({ kind: "exited", exitCode: 0 });
    expect(readFileSync(join(attempt.directory, "output.log"), "utf8")).toContain(
      `${path} ${path}/share/proj`,
    );

    // The other program wouldn't make it anew, nor is any needed for what is there.
    const again = await at.prepare(at.executor(undefined));
    expect(again.ok && again.value.decided).toEqual(made.value.decided);
    expect(at.calls()).toHaveLength(name === "micromamba" ? 1 : 2);
  },
);

test("packages of the workspace and what tests need come into it, from the project's index", async () => {
  const at = workplace({ "environment.yml": text });
  const folder = join(at.box.root, "dates");
  mkdirSync(folder);
  writeFileSync(join(folder, "__init__.py"), "today = 'monday'\n");
  const packages: PackageFolder[] = [{ path: "libs/dates", hash: "0", folder }];
  const added = {
    title: "the group test",
    requirements: {
      ...listedRequirements(["greeting==1.0"]),
      optionLines: ["--no-index", `--find-links ${wheels}`],
    },
  };
  const index = { url: "https://ana@pypi.example.com/simple/", secret: "PYPI" };
  const executor = at.executor(programs.micromamba, { PYPI: "s3cret!" });
  const made = await at.prepare(executor, { index }, { packages, added });
  if (!made.ok) throw new Error(`${made.error.message}\n${made.error.help}`);
  expect(at.calls()[0]?.[3]["PIP_INDEX_URL"]).toBe("https://ana:s3cret!@pypi.example.com/simple/");
  const python = join(made.value.decided["virtual_environment"]!, "bin", "python");
  const say = "import dates, greeting; print(dates.today, greeting.text)";
  expect((await execa(python, ["-c", say])).stdout).toBe("monday hello from greeting 1.0");
});

test("without micromamba and pixi the ways out are named", async () => {
  const at = workplace({ "environment.yml": text });
  const bare = at.executor(undefined);
  const problem =
    "environment.yml is a conda environment, and this machine has neither micromamba nor pixi to make it";
  expect(
    await bare.foresee?.(releaseOf({ dependencyFile: "environment.yml" }), at.box.snapshot),
  ).toEqual({ note: problem });
  expect(await at.prepare(bare)).toEqual({
    ok: false,
    error: {
      reason: "unavailable",
      message: problem,
      help: "install micromamba (https://mamba.readthedocs.io/en/latest/installation/micromamba-installation.html) or pixi (https://pixi.sh/latest/installation/) and deploy again; or run the project in Docker, by a Dockerfile that makes the environment (`executor: docker` for the environment in esteira.yaml); or, where all of its packages are on PyPI, write them into requirements.txt: conda's `pandas=2.3` is `pandas==2.3.*` there",
      resource: "environment.yml",
    },
  });
});

test("what can't be solved fails with the program's words, and nothing stays", async () => {
  const at = workplace({ "environment.yml": "dependencies: [python=3, no-such-package]\n" });
  const refused = await at.prepare(at.executor(programs.micromamba));
  expect(refused).toMatchObject({
    ok: false,
    error: {
      message:
        "micromamba could not make the environment of environment.yml of demo: libmamba Could not solve for environment specs",
    },
  });
  expect(refused.ok ? "" : refused.error.help).toContain("no-such-package does not exist");
});

test("a Python of another version is said", async () => {
  const at = workplace({ "environment.yml": text });
  const made = await at.prepare(at.executor(programs.micromamba), { pythonVersion: "3.11" });
  if (!made.ok) return; // No Python 3.11 on this machine.
  const { virtual_environment: path = "" } = made.value.decided;
  const { stdout } = await execa(join(path, "bin", "python"), [
    "-c",
    "import platform; print(platform.python_version())",
  ]);
  const note = `environment.yml brings Python ${stdout}`;
  expect((made.value.notes ?? []).some((one) => one.startsWith(note))).toBe(
    !stdout.startsWith("3.11."),
  );
});
