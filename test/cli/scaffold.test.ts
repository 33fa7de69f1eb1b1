import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { execa } from "execa";
import { expect, test } from "vitest";

import { loadWorkspace } from "../../src/config/load.ts";
import { esteira, temporaryFolder } from "./cli.ts";

test("init makes a workspace, and once more changes nothing", async () => {
  await using folder = await temporaryFolder();
  const root = join(folder.path, "Ciência de Dados");
  await mkdir(root);
  await writeFile(join(root, ".gitignore"), "node_modules/\n.venv");
  expect(await esteira(root, ["init"])).toEqual({
    code: 0,
    out: `✓ ciencia-de-dados is a workspace now.
  + esteira.yaml
  + README.md
  + schemas/workspace.schema.json
  + schemas/config.schema.json
  + vendor/esteira-0.1.0.tgz
  + package.json
  + package-lock.json
  + build_apps.sh
  + .github/workflows/build.yml
  + .github/workflows/check.yml
  + .gitignore
! This Esteira is in no known registry, so CI installs the copy in vendor/esteira-0.1.0.tgz: commit it.

  $ esteira new my-project    a project that runs at once`,
    err: "",
  });
  expect(await readFile(join(root, ".gitignore"), "utf8")).toBe(
    "node_modules/\n.venv\n.esteira\n__pycache__/\n*.pyc\n",
  );
  const yaml = await readFile(join(root, "esteira.yaml"), "utf8");
  expect(yaml.split("\n").slice(0, 2)).toEqual([
    "# yaml-language-server: $schema=schemas/workspace.schema.json",
    "workspace: ciencia-de-dados",
  ]);
  expect(await esteira(root, ["init"])).toEqual({
    code: 0,
    out: `ciencia-de-dados is a workspace already; nothing to write.

  $ esteira new my-project    a project that runs at once`,
    err: "",
  });
  expect(await readFile(join(root, "esteira.yaml"), "utf8")).toBe(yaml);
});

test("what init makes Git ignore covers .esteira as a link to another disk, too", async () => {
  await using folder = await temporaryFolder();
  const root = join(folder.path, "ws");
  await mkdir(join(folder.path, "elsewhere"));
  await mkdir(root);
  // As an earlier init left it.
  await writeFile(join(root, ".gitignore"), ".esteira/\n");
  await execa("git", ["init", "--quiet"], { cwd: root });
  await symlink(join(folder.path, "elsewhere"), join(root, ".esteira"));
  expect((await esteira(root, ["init"])).code).toBe(0);
  const { stdout } = await execa("git", ["check-ignore", ".esteira"], { cwd: root });
  expect(stdout).toBe(".esteira");
});

test("init in a repository that has projects and its own workflow says what it leaves alone", async () => {
  await using folder = await temporaryFolder();
  const root = join(folder.path, "ciencia");
  for (const path of ["src/projects/recsys", ".github/workflows"]) {
    await mkdir(join(root, path), { recursive: true });
  }
  await writeFile(join(root, "src/projects/recsys/config.yaml"), "project_name: recsys\n");
  await writeFile(join(root, "README.md"), "# Ours\n");
  await writeFile(join(root, ".github/workflows/build.yml"), "name: ours\n");
  expect(await esteira(root, ["init"])).toEqual({
    code: 0,
    out: `✓ ciencia is a workspace now.
  + esteira.yaml
  + schemas/workspace.schema.json
  + schemas/config.schema.json
  + vendor/esteira-0.1.0.tgz
  + package.json
  + package-lock.json
  + build_apps.sh
  + .github/workflows/check.yml
  + .gitignore
  = .github/workflows/build.yml  is yours, and stays as it is
! This Esteira is in no known registry, so CI installs the copy in vendor/esteira-0.1.0.tgz: commit it.

  $ esteira validate    check the project that is here`,
    err: "",
  });
  expect(await readFile(join(root, ".github/workflows/build.yml"), "utf8")).toBe("name: ours\n");
});

test("the environment on AWS that init leaves to fill in is a good one", async () => {
  await using folder = await temporaryFolder();
  await esteira(folder.path, ["init"]);
  const path = join(folder.path, "esteira.yaml");
  const text = await readFile(path, "utf8");
  const marked = /^ {2}# (?=environments:|dev:|  )/gm;
  expect(text).toMatch(marked);
  await writeFile(path, text.replaceAll(marked, "  "));
  const { diagnostics, workspace } = await loadWorkspace(folder.path, "dev");
  expect(diagnostics).toEqual([]);
  expect(workspace.environments.get("dev" as never)?.platform).toBe("aws");
});

test("new writes a project that is valid in every environment and whose Python works", async () => {
  await using folder = await temporaryFolder();
  await esteira(folder.path, ["init"]);
  expect(await esteira(folder.path, ["new", "recsys"])).toEqual({
    code: 0,
    out: `✓ recsys is in src/projects/recsys
  + config.yaml
  + steps/extract_features.py
  + steps/score_model.py
  + steps/artifacts.py
  + tests/__init__.py
  + tests/test_steps.py
  + requirements.txt
  + Dockerfile
  + .dockerignore
  + README.md

  $ esteira deploy recsys   to this machine
  $ esteira run recsys      run it and watch`,
    err: "",
  });
  const project = join(folder.path, "src", "projects", "recsys");
  const config = await readFile(join(project, "config.yaml"), "utf8");
  const [, schema = ""] = /^# yaml-language-server: \$schema=(.*)$/m.exec(config) ?? [];
  expect(config.startsWith("# yaml-language-server")).toBe(true);
  expect(existsSync(join(project, schema))).toBe(true);
  expect(await esteira(folder.path, ["validate"])).toEqual({
    code: 0,
    out: "✓ Checked 1 project for local: valid.",
    err: "",
  });

  const artifacts = pathToFileURL(join(folder.path, "artifacts")).href;
  const python = (...inputs: string[]): Promise<{ stdout: string; stderr: string }> =>
    execa("python3", inputs, { cwd: project, env: { ESTEIRA_ARTIFACTS_URI: artifacts } });
  expect((await python("steps/extract_features.py")).stdout).toBe(
    `200 rows written to ${artifacts}/extract_features/features.json`,
  );
  expect((await python("steps/score_model.py")).stdout).toBe(
    `price = 89.94 -5.01 * age\n6 scores written to ${artifacts}/score_model/scores.json`,
  );
  expect((await python("-m", "unittest", "discover", "-s", "tests", "-t", ".")).stderr).toMatch(
    /Ran 2 tests[^]*OK$/,
  );
});

test("the image of a project with LightGBM has the library that it needs; a template is one of four", async () => {
  await using folder = await temporaryFolder();
  const { out } = await esteira(folder.path, ["new", "late", "--template", "lightgbm"]);
  expect(out).toContain(`✓ late is in src/projects/late
  + config.yaml
  + steps/load.py
  + steps/train.py
  + steps/score.py
  + tests/__init__.py
  + tests/test_steps.py
  + requirements.txt
  + Dockerfile
  + .dockerignore
  + README.md
`);
  const dockerfile = await readFile(join(folder.path, "src/projects/late/Dockerfile"), "utf8");
  expect(dockerfile).toContain("apt-get install --yes --no-install-recommends libgomp1 \\\n");
  const { code, err } = await esteira(folder.path, ["new", "other", "--template", "torch"]);
  expect([code, err]).toEqual([
    2,
    `error: --template is one of minimal, sklearn, notebook, lightgbm; it can't be torch
       Add --help to the command to see what it takes.`,
  ]);
});

test.each([
  [
    "Recsys",
    `error: project_name "Recsys" doesn't fit the names of AWS resources
       Use lower-case letters, digits and hyphens, starting with a letter, such as "recsys".`,
  ],
  [
    "../evil",
    `error: project_name "../evil" doesn't fit the names of AWS resources
       Use lower-case letters, digits and hyphens, starting with a letter, such as "evil".`,
  ],
  [
    "x".repeat(55),
    `error: project_name has 55 characters; the names of AWS resources leave room for 54
       Choose a shorter name.`,
  ],
])("new refuses the name %s by the rules of config.yaml", async (name, err) => {
  await using folder = await temporaryFolder();
  expect(await esteira(folder.path, ["new", name])).toEqual({ code: 2, out: "", err });
  expect(await readdir(folder.path)).toEqual([]);
});

test("new refuses a folder that is there, and says where", async () => {
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, "src", "projects", "recsys"), { recursive: true });
  expect(await esteira(folder.path, ["new", "recsys"])).toEqual({
    code: 5,
    out: "",
    err: `error: src/projects/recsys is there already
       Choose another name, or edit what is there.`,
  });
  expect(await readdir(join(folder.path, "src", "projects", "recsys"))).toEqual([]);
});

test("new --helper adds the Python library, also to a project that is there, and nothing else", async () => {
  await using folder = await temporaryFolder();
  const { out } = await esteira(folder.path, ["new", "recsys", "--helper"]);
  expect(out).toContain("\n  + README.md\n  + steps/esteira.py\n");
  const library = new URL("../../python/src/esteira/__init__.py", import.meta.url);
  const text = await readFile(library, "utf8");
  const copy = join(folder.path, "src/projects/recsys/steps/esteira.py");
  expect(await readFile(copy, "utf8")).toBe(text);

  expect(await esteira(folder.path, ["new", "recsys", "--helper"])).toEqual({
    code: 0,
    out: "src/projects/recsys/steps/esteira.py is there already; nothing to write.",
    err: "",
  });
  await writeFile(copy, "# ours\n");
  expect(await esteira(folder.path, ["new", "recsys", "--helper"])).toEqual({
    code: 5,
    out: "",
    err: `error: src/projects/recsys/steps/esteira.py is there already, and is another one than this Esteira has
       Remove it to get this one, or keep yours.`,
  });
  expect(await readFile(copy, "utf8")).toBe("# ours\n");

  const flat = join(folder.path, "src/projects/flat");
  await mkdir(flat);
  await writeFile(join(flat, "main.py"), "");
  expect(await esteira(folder.path, ["new", "flat", "--helper"])).toEqual({
    code: 0,
    out: `✓ flat has the Python library
  + esteira.py`,
    err: "",
  });
  expect(await readdir(flat)).toEqual(["esteira.py", "main.py"]);
  const { stdout } = await execa("python3", ["-c", "from esteira import item; print(item('x'))"], {
    cwd: flat,
    env: { PYTHONDONTWRITEBYTECODE: "1" },
  });
  expect(stdout).toBe("x");
});

test("new goes where the workspace keeps its projects, from any folder of it", async () => {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, "esteira.yaml"), "workspace: x\nprojects: ml/*\n");
  await mkdir(join(folder.path, "docs"));
  const { out } = await esteira(join(folder.path, "docs"), ["new", "churn", "--json"]);
  expect(JSON.parse(out)).toMatchObject({ schema: 1, project: "churn", folder: "ml/churn" });
  expect(existsSync(join(folder.path, "ml", "churn", "config.yaml"))).toBe(true);
});
