import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, expect, test } from "vitest";

import { neededPackages, type LockEdge } from "./marked-packages.ts";
import { readLock } from "./read-lock.ts";

const root = mkdtempSync(join(tmpdir(), "esteira-locks-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** What a lock means: its lines, or why it is refused. */
function of(file: string, text: string, pyproject = "") {
  writeFileSync(join(root, "pyproject.toml"), pyproject);
  writeFileSync(join(root, file), text);
  const read = readLock(root, file);
  if (read === undefined) return undefined;
  const { optionLines, packages, folders, options, refused, refusedHelp } = read;
  if (refused !== undefined) return `${refused}; ${refusedHelp}`;
  return [...optionLines, ...packages, ...folders, ...(options.hashes ? ["(hashes)"] : [])];
}

const uvLock = (source: string, more = "") => `version = 1
revision = 3
requires-python = ">=3.11"

[[package]]
name = "churn"
version = "0.1.0"
source = { ${source} = "." }
dependencies = [
    { name = "click" },
    { name = "portalocker", marker = "sys_platform == 'win32'" },
    { name = "tabulate", extra = ["widechars"] },
]
[package.dev-dependencies]
dev = [{ name = "iniconfig" }]

[[package]]
name = "click"
version = "8.1.0"
source = { registry = "https://pypi.org/simple" }
dependencies = [{ name = "colorama", marker = "platform_system == 'Windows'" }]
wheels = [{ url = "https://files.example.com/click.whl", hash = "sha256:aa" }]

[[package]]
name = "colorama"
version = "0.4.6"
source = { registry = "https://pypi.org/simple" }
sdist = { url = "https://files.example.com/colorama.tar.gz", hash = "sha256:bb" }
wheels = [{ url = "https://files.example.com/colorama.whl", hash = "sha256:bc" }]

[[package]]
name = "iniconfig"
version = "2.0.0"
source = { registry = "https://pypi.org/simple" }
wheels = [{ url = "https://files.example.com/iniconfig.whl", hash = "sha256:cc" }]

[[package]]
name = "portalocker"
version = "3.0"
source = { registry = "https://pypi.org/simple" }
dependencies = [{ name = "pywin32" }]
wheels = [{ url = "https://files.example.com/portalocker.whl", hash = "sha256:dd" }]

[[package]]
name = "pywin32"
version = "306"
source = { registry = "https://pypi.org/simple" }
wheels = [{ url = "https://files.example.com/pywin32.whl", hash = "sha256:ee" }]

[[package]]
name = "tabulate"
version = "0.9.0"
source = { registry = "https://packages.example.com/simple" }
wheels = [{ url = "https://files.example.com/tabulate.whl", hash = "sha256:ff" }]
[package.optional-dependencies]
widechars = [{ name = "wcwidth" }]

[[package]]
name = "wcwidth"
version = "0.2.13"
source = { registry = "https://pypi.org/simple" }
wheels = [{ url = "https://files.example.com/wcwidth.whl", hash = "sha256:00" }]
${more}`;

test("uv.lock: the project's dependencies with the conditions of the ways to them", () => {
  const lines = [
    "--extra-index-url https://packages.example.com/simple",
    "click==8.1.0 --hash=sha256:aa",
    "colorama==0.4.6 ; (platform_system == 'Windows') --hash=sha256:bb --hash=sha256:bc",
    "portalocker==3.0 ; (sys_platform == 'win32') --hash=sha256:dd",
    "pywin32==306 ; (sys_platform == 'win32') --hash=sha256:ee",
    "tabulate==0.9.0 --hash=sha256:ff",
    "wcwidth==0.2.13 --hash=sha256:00",
  ];
  expect(of("uv.lock", uvLock("virtual"))).toEqual([...lines, "(hashes)"]);
  expect(of("uv.lock", uvLock("editable"))).toEqual([...lines, ".", "(hashes)"]);
});

test("uv.lock: what comes from a repository, an address or a folder", () => {
  const more = `
[[package]]
name = "tool"
version = "1"
source = { git = "https://git.example.com/tool?rev=main&subdirectory=py#0123abc" }
[[package]]
name = "near"
version = "1"
source = { directory = "libs/near" }
[[package]]
name = "far"
version = "1"
source = { url = "https://files.example.com/far.whl" }
`;
  const wanted = ["tool", "near", "far"].map((name) => `    { name = "${name}" },\n`).join("");
  const text = uvLock("virtual", more).replace(`    { name = "click" },\n`, wanted);
  expect(of("uv.lock", text)).toEqual([
    "--extra-index-url https://packages.example.com/simple",
    "portalocker==3.0 ; (sys_platform == 'win32')",
    "pywin32==306 ; (sys_platform == 'win32')",
    "tabulate==0.9.0",
    "wcwidth==0.2.13",
    "tool @ git+https://git.example.com/tool@0123abc#subdirectory=py",
    "far @ https://files.example.com/far.whl",
    "./libs/near",
  ]);
});

test("a folder outside of the project is refused, with the remedy", () => {
  const more = `[[package]]
name = "pricing"
version = "1"
source = { editable = "../../../libs/pricing" }
`;
  const text = uvLock("virtual", more).replace(`{ name = "click" }`, `{ name = "pricing" }`);
  expect(of("uv.lock", text)).toBe(
    "uv.lock takes pricing from ../../../libs/pricing, outside of the project; name the package's folder in config.yaml, from the workspace's root, as in runtime: { packages: [libs/pricing] }, and take it out of the lock",
  );
});

test("pylock.toml: what isn't for an extra or a group that nobody chose", () => {
  const text = `lock-version = "1.0"
created-by = "a test"
default-groups = ["base"]
[[packages]]
name = "six"
version = "1.17.0"
index = "https://pypi.org/simple"
sdist = { url = "https://files.example.com/six.tar.gz", hashes = { sha256 = "aa" } }
wheels = [{ url = "https://files.example.com/six.whl", hashes = { sha256 = "bb" } }]
[[packages]]
name = "colorama"
version = "0.4.6"
marker = "sys_platform == 'win32'"
wheels = [{ url = "https://files.example.com/colorama.whl", hashes = { sha256 = "cc" } }]
[[packages]]
name = "pytest"
version = "8"
marker = "'dev' in dependency_groups"
wheels = [{ url = "https://files.example.com/pytest.whl", hashes = { sha256 = "dd" } }]
[[packages]]
name = "base"
version = "1"
marker = "'base' in dependency_groups"
wheels = [{ url = "https://files.example.com/base.whl", hashes = { sha256 = "ee" } }]
`;
  expect(of("pylock.toml", text)).toEqual([
    "six==1.17.0 --hash=sha256:aa --hash=sha256:bb",
    "colorama==0.4.6 ; sys_platform == 'win32' --hash=sha256:cc",
    "base==1 --hash=sha256:ee",
    "(hashes)",
  ]);
  const other = `${text}
[[packages]]
name = "tool"
vcs = { type = "git", url = "https://git.example.com/tool", commit-id = "0123abc" }
[[packages]]
name = "churn"
directory = { path = "." }
`;
  expect(of("pylock.toml", other)).toContain("tool @ git+https://git.example.com/tool@0123abc");
  expect(of("pylock.toml", other)?.at(-1)).toBe(".");
});

const poetryLock = (version: string) => `[[package]]
name = "click"
version = "8.1.0"
optional = false
groups = ["main"]
files = [{ file = "click.whl", hash = "sha256:aa" }]
[package.dependencies]
colorama = { version = "*", markers = "platform_system == 'Windows'" }
[[package]]
name = "colorama"
version = "0.4.6"
optional = false
groups = ["main", "dev"]
markers = { main = "platform_system == \\"Windows\\"", dev = "sys_platform == \\"win32\\"" }
files = [{ file = "colorama.whl", hash = "sha256:bb" }]
[[package]]
name = "pytest"
version = "8.0"
optional = false
groups = ["dev"]
files = []
[metadata]
lock-version = "${version}"
`;

test("poetry.lock: the group main; one that is too old is refused with what to type", () => {
  expect(of("poetry.lock", poetryLock("2.1"))).toEqual([
    "click==8.1.0 --hash=sha256:aa",
    'colorama==0.4.6 ; platform_system == "Windows" --hash=sha256:bb',
    "(hashes)",
  ]);
  const built = '[build-system]\nrequires = ["poetry-core"]\n[tool.poetry]\nname = "churn"\n';
  expect(of("poetry.lock", poetryLock("2.1"), built)).toContain(".");
  expect(of("poetry.lock", poetryLock("2.1"), `${built}package-mode = false\n`)).not.toContain(".");
  expect(of("poetry.lock", poetryLock("2.0"))).toBe(
    "poetry.lock is none of Poetry 2.0 or later, which say what each package is for; write it again with `poetry lock` of Poetry 2, or export it: `poetry export -o requirements.txt` (with the plugin poetry-plugin-export)",
  );
});

test("pyproject.toml: its dependencies, and the folder where it has a build system", () => {
  const project = '[project]\nname = "churn"\ndependencies = ["pandas>=2", "six"]\n';
  expect(of("pyproject.toml", project, project)).toEqual(["pandas>=2", "six"]);
  const built = `${project}[build-system]\nrequires = ["hatchling"]\n`;
  expect(of("pyproject.toml", built, built)).toEqual(["pandas>=2", "six", "."]);
  const poetry = '[tool.poetry]\nname = "churn"\n[tool.poetry.dependencies]\npandas = "^2"\n';
  expect(of("pyproject.toml", poetry, poetry)).toBe(
    "pyproject.toml names its dependencies for Poetry alone, in [tool.poetry.dependencies]; write a lock with `poetry lock`, or name them in [project]",
  );
});

test("what can't be read says why, and what to do", () => {
  expect(readLock(root, "absent/uv.lock")).toBe(undefined);
  expect(of("uv.lock", "version = ")).toBe(
    "uv.lock isn't TOML: invalid value; write it again with the tool that made it",
  );
  expect(of("uv.lock", "version = 2\n")).toBe(
    "uv.lock has another form than uv's locks of version 1; write it again with `uv lock`, or export it: `uv export --no-dev --format requirements-txt > requirements.txt`",
  );
  expect(of("uv.lock", "version = 1\n")).toBe(
    "uv.lock has no package that is the project itself; write it again with `uv lock` in the project's folder; a lock of uv's workspace belongs to the folder above",
  );
  expect(of("pylock.toml", "")).toBe(
    "pylock.toml has another form than pylock.toml of version 1; write it again, as with `uv export --format pylock.toml -o pylock.toml` or `pip lock`",
  );
  expect(of("environment.yml", "dependencies: [pandas")).toContain("environment.yml isn't YAML: ");
  expect(of("environment.yml", "name: recsys\ndependencies: pandas\n")).toBe(
    "environment.yml has no list of `dependencies`; write it as `micromamba env export` does: `dependencies: [python=3.11, pandas=2.3, {pip: [papermill]}]`",
  );
  expect(of("environment.yml", "dependencies: [python, {pip: [-e .]}]\n")).toBe(
    "environment.yml installs a folder as it is (`-e`), and the sources don't stay where the environment is made; take `-e` away",
  );
});

test("ways that meet, circles, and more ways than anybody reads", () => {
  const edge = (to: string, marker?: string): LockEdge => ({ to, marker, extras: [] });
  const node = (...edges: LockEdge[]) => ({ edges, extras: new Map() });
  const nodes = new Map([
    ["a", node(edge("c", "x"))],
    ["b", node(edge("c", "y"), edge("d"))],
    ["c", node(edge("a"), edge("e", "z"))],
    ["d", node(edge("b"))],
    ["e", node()],
    ["unused", node()],
  ]);
  expect([...neededPackages([edge("a", "p"), edge("b", "q")], nodes)]).toEqual([
    ["a", "((p)) or ((q) and (y))"],
    ["b", "(q)"],
    ["c", "((p) and (x)) or ((q) and (y))"],
    ["d", "(q)"],
    ["e", "((p) and (x) and (z)) or ((q) and (y) and (z))"],
  ]);
  const many = Array.from({ length: 40 }, (_, index) => edge("a", `m${index}`));
  expect(neededPackages(many, new Map([["a", node()]])).get("a")).toBe(undefined);
});

test("a conda environment is read for what of the project it installs", () => {
  const local = (pip: string): boolean | undefined => {
    writeFileSync(join(root, "environment.yml"), `dependencies: [python=3.11, {pip: [${pip}]}]\n`);
    const read = readLock(root, "environment.yml");
    expect(read).toMatchObject({ conda: true, empty: false, refused: undefined });
    return read?.local;
  };
  expect(['"."', '".[gpu]"', "./libs/x", "-r requirements.txt"].map(local)).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(["papermill", '"six==1.17.0"', '"x @ https://example.com/x.whl"'].map(local)).toEqual([
    false,
    false,
    false,
  ]);
});
