import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { delimiter, join } from "node:path";

import { execa } from "execa";
import { expect, test } from "vitest";

import { readLock } from "../../src/local/executors/locks/read-lock.ts";
import { writeWheel } from "../executors/wheels.ts";
import { backend, pricing } from "../fixtures/pricing.ts";
import { uvFolder } from "../rig/uv.ts";
import { esteira, temporaryFolder } from "./cli.ts";
import { projectYaml, shellWorkspace, write } from "./workspace.ts";

const project = "src/projects/demo";
const print = `python -c 'import library; print(library.text)'`;

/** A project without requirements.txt, and wheels of a package in two versions. */
async function locking(installer: "uv" | "pip" = "uv", command = print) {
  const workspace = await shellWorkspace({ demo: `- { id: only, command: "true" }` });
  const { path } = workspace;
  const hashes: Record<string, string> = {};
  for (const version of ["1.0", "2.0"]) {
    const wheel = await writeWheel(join(path, "wheels"), "library", version);
    hashes[version] = createHash("sha256").update(readFileSync(wheel)).digest("hex");
  }
  await write(
    path,
    "esteira.yaml",
    `workspace: test\nenvironments: { local: { platform: local, executor: process, installer: ${installer} } }\n`,
  );
  const config = projectYaml("demo", `- { id: only, command: ${JSON.stringify(command)} }`);
  await write(path, `${project}/config.yaml`, config);
  const environment = {
    PATH: `${await uvFolder()}${delimiter}${process.env["PATH"]}`,
    PIP_NO_INDEX: "1",
    PIP_FIND_LINKS: join(path, "wheels"),
    UV_CACHE_DIR: join(path, "uv-cache"),
  };
  return {
    path,
    config,
    hash: (version: string) => hashes[version]!,
    put: (file: string, text: string) => write(path, `${project}/${file}`, text),
    esteira: (...inputs: string[]) => esteira(path, inputs, environment),
    async said() {
      const deployed = await esteira(path, ["deploy", "demo"], environment);
      if (deployed.code !== 0) return `${deployed.out}${deployed.err}`;
      return (await esteira(path, ["run", "demo"], environment)).out;
    },
    [Symbol.asyncDispose]: async () => {
      await execa("chmod", ["-R", "u+w", path]);
      await workspace[Symbol.asyncDispose]();
    },
  };
}

const uvLock = (version: string, hash: string, source = "virtual") => `version = 1
[[package]]
name = "demo"
version = "1"
source = { ${source} = "." }
dependencies = [{ name = "library" }]
[[package]]
name = "library"
version = "${version}"
source = { registry = "https://pypi.org/simple" }
wheels = [{ url = "https://files.example.com/library.whl", hash = "sha256:${hash}" }]
`;

test.each(["uv", "pip"] as const)(
  "uv.lock: the version that it has is installed, and its hash demanded (%s)",
  async (installer) => {
    await using demo = await locking(installer);
    await demo.put("uv.lock", uvLock("1.0", demo.hash("1.0")));
    expect(await demo.said()).toContain("hello from library 1.0");
    expect((await demo.esteira("plan", "demo", "--exit-code")).code).toBe(0);
    await demo.put("uv.lock", uvLock("2.0", demo.hash("2.0")));
    expect(await demo.said()).toContain("hello from library 2.0");
    await demo.put("uv.lock", uvLock("2.0", demo.hash("1.0")));
    expect(await demo.said()).toMatch(/hash/i);
  },
);

test("pylock.toml, poetry.lock and pyproject.toml, in this order", async () => {
  await using demo = await locking();
  await demo.put("pyproject.toml", '[project]\nname = "demo"\ndependencies = ["library<2"]\n');
  expect(await demo.said()).toContain("hello from library 1.0");
  await demo.put(
    "poetry.lock",
    `[[package]]
name = "library"
version = "2.0"
optional = false
groups = ["main"]
files = [{ file = "library.whl", hash = "sha256:${demo.hash("2.0")}" }]
[metadata]
lock-version = "2.1"
`,
  );
  expect(await demo.said()).toContain("hello from library 2.0");
  await demo.put(
    "pylock.toml",
    `lock-version = "1.0"
[[packages]]
name = "library"
version = "1.0"
wheels = [{ url = "https://files.example.com/x.whl", hashes = { sha256 = "${demo.hash("1.0")}" } }]
`,
  );
  expect(await demo.said()).toContain("hello from library 1.0");
  const { out, err } = await demo.esteira("validate", "demo");
  expect(out + err).toContain(
    "the steps' packages are those of pylock.toml; poetry.lock isn't read",
  );
  await demo.put("config.yaml", `${demo.config}runtime: { requirements_file: environment.yml }\n`);
  await demo.put("environment.yml", "dependencies: [pandas]\n");
  expect(await demo.said()).toContain(
    "environment.yml is a conda environment, and this machine has neither micromamba nor pixi to make it",
  );
});

test("the project itself is installed where its lock says so, with what its tests need", async () => {
  await using demo = await locking("uv", "tariff");
  await demo.put("uv.lock", uvLock("1.0", demo.hash("1.0"), "editable"));
  await demo.put("backend.py", backend);
  await demo.put("src/pricing.py", pricing(7));
  await demo.put(
    "pyproject.toml",
    '[project]\nname = "pricing"\nversion = "1.0"\n[dependency-groups]\ndev = ["library"]\n[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
  );
  expect(await demo.said()).toContain("tariff 7");
  await demo.put("src/pricing.py", pricing(8));
  expect(await demo.said()).toContain("tariff 8");
  await demo.put("config.yaml", `${demo.config}test: { command: ${JSON.stringify(print)} }\n`);
  const tested = await demo.esteira("test", "demo");
  expect(tested.out).toContain("hello from library 1.0");
});

test("what a lock of uv means is what uv exports", async () => {
  await using folder = await temporaryFolder();
  const uv = join(await uvFolder(), "uv");
  await write(
    folder.path,
    "pyproject.toml",
    `[project]
name = "churn"
version = "0.1.0"
requires-python = ">=3.11"
dependencies = ["tabulate[widechars]==0.9.0", "tqdm>=4", "portalocker; sys_platform == 'win32'", "click", "uvicorn[standard]==0.30.0"]
[dependency-groups]
dev = ["iniconfig"]
`,
  );
  const run = (...args: string[]) => execa(uv, args, { cwd: folder.path });
  await run("lock");
  const flags = ["--frozen", "--no-dev", "--no-emit-project", "--no-header", "--no-annotate"];
  const { stdout } = await run("export", ...flags, "--no-hashes");
  const names = (lines: readonly string[]) =>
    lines.map((line) => line.split(/ [;-]/)[0]!).toSorted((a, b) => (a < b ? -1 : 1));
  const lines = readLock(folder.path, "uv.lock")!.packages;
  expect(names(lines)).toEqual(names(stdout.split("\n")));
  // Python itself says whether conditions are the same.
  const conditions = (text: string): Record<string, string> =>
    Object.fromEntries(
      text
        .split("\n")
        .map((line) => [line.split(" ")[0]!, line.split(" --hash")[0]!.split(" ; ")[1] ?? ""]),
    );
  const script = `
import json, sys, itertools
from pip._vendor.packaging.markers import Marker
one, other = json.load(sys.stdin)
for name, marker in one.items():
    for system, python, implementation in itertools.product(["linux", "win32", "darwin", "cygwin"], ["3.11", "3.12", "3.14"], ["cpython", "pypy"]):
        environment = {"sys_platform": system, "python_version": python, "python_full_version": python + ".1", "implementation_name": implementation, "platform_python_implementation": {"cpython": "CPython", "pypy": "PyPy"}[implementation], "platform_system": {"win32": "Windows", "linux": "Linux", "darwin": "Darwin", "cygwin": "CYGWIN"}[system], "os_name": "nt" if system == "win32" else "posix"}
        holds = [not each or Marker(each).evaluate(environment) for each in (marker, other[name])]
        assert holds[0] == holds[1], (name, marker, other[name], environment)
print("alike")`;
  const { stdout: said } = await execa("python3", ["-c", script], {
    input: JSON.stringify([conditions(lines.join("\n")), conditions(stdout)]),
  });
  expect(said).toBe("alike");
});
