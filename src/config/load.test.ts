import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { missionConfig, lines } from "./fixtures/checked.ts";
import { findWorkspaceRoot, loadWorkspace, projectForEnvironment } from "./load.ts";

let root: string;

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), "esteira-config-")));
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

async function write(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
}

const config = (name: string) => `project_name: ${name}\nversion: "1.0"\n`;

async function writeProject(name: string, text = config(name)): Promise<void> {
  await write(`src/projects/${name}/config.yaml`, text);
  await write(`src/projects/${name}/main.py`, "");
  await write(`src/projects/${name}/Dockerfile`, "FROM python:3.11-slim\n");
}

async function linesOfRoot(): Promise<string> {
  return lines((await loadWorkspace(root, "local")).diagnostics).join("\n");
}

/** Permissions don't hold root back: it does this as a user without rights. */
async function asNobody<Value>(work: () => Promise<Value>): Promise<Value> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.("nobody");
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

describe("the root of a workspace", () => {
  test("is the nearest folder with esteira.yaml", async () => {
    await write("esteira.yaml", "workspace: outer\n");
    await write("a/esteira.yaml", "workspace: inner\n");
    await write("a/b/c/x.txt", "");
    await mkdir(join(root, "a/b/.git"));
    expect(await findWorkspaceRoot(join(root, "a/b/c"))).toBe(join(root, "a"));
    expect(await findWorkspaceRoot(root)).toBe(root);
  });

  test("is the git repository with src/projects", async () => {
    await mkdir(join(root, ".git"));
    await writeProject("recsys");
    expect(await findWorkspaceRoot(join(root, "src/projects/recsys"))).toBe(root);
  });

  test("is the folder itself when it has src/projects", async () => {
    await writeProject("recsys");
    expect(await findWorkspaceRoot(root)).toBe(root);
    expect(await findWorkspaceRoot(join(root, "src"))).toBeUndefined();
  });
});

describe("a workspace on the disk", () => {
  test("the mission's config with its folder", async () => {
    await write("src/projects/recsys/config.yaml", missionConfig);
    for (const file of ["requirements.txt", "steps/extract_features.py", "steps/score_model.py"]) {
      await write(`src/projects/recsys/${file}`, "");
    }
    await write("src/projects/recsys/Dockerfile", "FROM python:3.11-slim\n");
    const loaded = await loadWorkspace(root, "local");
    expect(lines(loaded.diagnostics).join("\n")).toMatchInlineSnapshot(
      `"src/projects/recsys/config.yaml:19:10 ["dev"] warning config/env-is-set: ENV is always the environment's name; the value "dev" is not used; remove the line"`,
    );
    expect(loaded.projects.map(({ name, directory }) => ({ name, directory }))).toEqual([
      { name: "recsys", directory: "src/projects/recsys" },
    ]);
    expect(projectForEnvironment(loaded, "recsys", "local")).toBe(loaded.projects[0]);
    expect(projectForEnvironment(loaded, "recsys", "dev")).toBeUndefined();
  });

  test("the example has no problem", async () => {
    const example = fileURLToPath(new URL("../../examples/rentcars/", import.meta.url));
    const { diagnostics, projects } = await loadWorkspace(example, "local");
    expect(lines(diagnostics)).toEqual([]);
    expect(projects.map(({ name }) => name)).toContain("recsys");
  });

  test("projects are those folders that the glob names and that have a config", async () => {
    await write("esteira.yaml", "projects: ml/*/pipe*\n");
    await write("ml/a/pipeline/config.yaml", config("pipeline"));
    await write("ml/a/other/config.yaml", config("other"));
    await write("ml/b/pipes/README.md", "");
    await write("ml/.hidden/pipeline/config.yaml", config("hidden"));
    const loaded = await loadWorkspace(root, "local");
    expect(loaded.projectDirectories).toEqual(["ml/a/pipeline"]);
  });

  test("no project, and a glob that leads out", async () => {
    expect((await loadWorkspace(root, "local")).projects).toEqual([]);
    await write("esteira.yaml", "projects: ../*\n");
    expect(await linesOfRoot()).toMatchInlineSnapshot(
      `"esteira.yaml:1:11 [../*] error workspace/projects-glob: "../*" can't be searched for projects; name folders below this file, with "*" for any name, such as "src/projects/*""`,
    );
  });

  test("the other ending of YAML is not read, and that is said", async () => {
    await write("esteira.yml", "workspace: x\n");
    await write("src/projects/recsys/config.yml", config("recsys"));
    await write("src/projects/data/README.md", "");
    expect(await linesOfRoot()).toMatchInlineSnapshot(`
      "esteira.yml warning file/wrong-name: esteira.yml is not read: the file must be named esteira.yaml; rename it
      src/projects/recsys/config.yml warning file/wrong-name: config.yml is not read: the file must be named config.yaml; rename it"
    `);
  });

  test("a broken project doesn't hide the others", async () => {
    await writeProject("good");
    await writeProject("bad", `${config("bad")}schedul: {}\n`);
    const loaded = await loadWorkspace(root, "local");
    expect(loaded.projects.map(({ name }) => name)).toEqual(["good"]);
    expect(loaded.projectDirectories).toEqual(["src/projects/bad", "src/projects/good"]);
    expect(lines(loaded.diagnostics).join("\n")).toMatchInlineSnapshot(
      `"src/projects/bad/config.yaml:3:1 [schedul] error config/unknown-key: there is no field "schedul" at the top; did you mean "schedule"?"`,
    );
    const only = await loadWorkspace(root, "local", { only: ["src/projects/good"] });
    expect(only.diagnostics).toEqual([]);
  });
});

describe("files that are not configuration", () => {
  const file = "src/projects/recsys/config.yaml";

  test("too large: it isn't even read", async () => {
    await write(file, "# x\n".repeat(2_500_000));
    expect(await linesOfRoot()).toMatchInlineSnapshot(
      `"src/projects/recsys/config.yaml error file/too-large: the file has 10.0 MB; a configuration has at most 1 MB; check that this is the right file"`,
    );
  });

  test("a folder", async () => {
    await mkdir(join(root, file), { recursive: true });
    expect(await linesOfRoot()).toMatchInlineSnapshot(
      `"src/projects/recsys/config.yaml error file/not-a-file: this is a folder, not a file; rename it"`,
    );
  });

  test("a named pipe: nothing waits for its writer", async () => {
    await mkdir(join(root, dirname(file)), { recursive: true });
    execFileSync("mkfifo", [join(root, file)]);
    expect(await linesOfRoot()).toMatchInlineSnapshot(
      `"src/projects/recsys/config.yaml error file/not-a-file: this is not an ordinary file; replace it by one"`,
    );
  });

  test("binary", async () => {
    await write(file, new Uint8Array(Array.from({ length: 4096 }, (_, index) => index % 256)));
    expect(await linesOfRoot()).toMatchInlineSnapshot(
      `"src/projects/recsys/config.yaml error file/not-text: the file is binary, or in UTF-16; save it as text in UTF-8"`,
    );
  });

  test("not to be read", async () => {
    await write(file, config("recsys"));
    await chmod(root, 0o755);
    await chmod(join(root, file), 0);
    expect(await asNobody(linesOfRoot)).toBe(
      "src/projects/recsys/config.yaml error file/unreadable: the file may not be read; give yourself the permission to read it",
    );
  });

  test("symbolic links: out of the workspace, nowhere, in a circle", async () => {
    const outside = await mkdtemp(join(tmpdir(), "esteira-outside-"));
    try {
      await writeFile(join(outside, "config.yaml"), config("out"));
      await mkdir(join(root, "src/projects/a"), { recursive: true });
      await mkdir(join(root, "src/projects/b"), { recursive: true });
      await mkdir(join(root, "src/projects/c"), { recursive: true });
      await symlink(join(outside, "config.yaml"), join(root, "src/projects/a/config.yaml"));
      await symlink("nothing.yaml", join(root, "src/projects/b/config.yaml"));
      await symlink("config.yaml", join(root, "src/projects/c/config.yaml"));
      await symlink(outside, join(root, "src/projects/d"));
      expect(await linesOfRoot()).toMatchInlineSnapshot(`
        "src/projects/a/config.yaml error file/outside: the file is a symbolic link that leads out of the workspace; replace it by the file itself
        src/projects/b/config.yaml error file/unreadable: the file is a symbolic link that leads nowhere; replace it by the file itself
        src/projects/c/config.yaml error file/unreadable: the file is a symbolic link that leads back to itself; replace it by the file itself
        src/projects/d/config.yaml error file/outside: the file is a symbolic link that leads out of the workspace; replace it by the file itself"
      `);
    } finally {
      await rm(outside, { recursive: true });
    }
  });

  test("a symbolic link inside the workspace is followed", async () => {
    await write("shared/config.yaml", config("recsys"));
    await writeProject("recsys");
    await rm(join(root, file));
    await symlink("../../../shared/config.yaml", join(root, file));
    expect(await linesOfRoot()).toBe("");
  });

  test("files of a project that lead out of the workspace", async () => {
    await writeProject(
      "recsys",
      `${config("recsys")}runtime: {requirements_file: requirements.txt}\n`,
    );
    await symlink("/etc/hosts", join(root, "src/projects/recsys/requirements.txt"));
    expect(await linesOfRoot()).toMatchInlineSnapshot(
      `"src/projects/recsys/config.yaml:3:30 [requirements.txt] error config/path-outside: requirements.txt is a symbolic link that leads out of the workspace; replace it by the file itself: it wouldn't be part of the image"`,
    );
  });

  test("files of a project that are none: nothing waits for a pipe's writer", async () => {
    await writeProject("recsys", `${config("recsys")}runtime: {python_version: "3.11"}\n`);
    await rm(join(root, "src/projects/recsys/Dockerfile"), { force: true });
    execFileSync("mkfifo", [join(root, "src/projects/recsys/Dockerfile")]);
    expect(await linesOfRoot()).toMatchInlineSnapshot(
      `"src/projects/recsys/config.yaml:3:1 [runtime] warning config/missing-dockerfile: there is no file Dockerfile in the project; steps run as processes here; add a Dockerfile before the project goes to AWS"`,
    );
  });

  test("names are written as they are on the disk, and links inside the workspace are followed", async () => {
    const scripts = [
      "steps/run.py",
      "./steps//run.py",
      "code/run.py",
      "code/no.py",
      "steps/Run.py",
    ];
    const steps = scripts.map((script, index) => `{id: s${index}, command: python ${script}}`);
    await writeProject(
      "recsys",
      `${config("recsys")}batch: {pipeline: {steps: [${steps.join(", ")}]}}\n`,
    );
    await write("src/projects/recsys/steps/run.py", "");
    await symlink("steps", join(root, "src/projects/recsys/code"));
    expect(await linesOfRoot()).toMatchInlineSnapshot(`
      "src/projects/recsys/config.yaml:3:175 [code/no.py] error config/missing-script: there is no file code/no.py in the project; add it, or correct the name
      src/projects/recsys/config.yaml:3:213 [steps/Run.py] error config/missing-script: there is no file steps/Run.py in the project; did you mean "steps/run.py"?"
    `);
  });

  test("esteira.yaml that can't be used leaves the defaults, and the projects are checked", async () => {
    await write("esteira.yaml", "environments: {dev: {platform: gcp}}\n");
    await writeProject("recsys", `${config("recsys")}environments: {dev: {}}\n`);
    const loaded = await loadWorkspace(root, "local");
    expect(lines(loaded.diagnostics).join("\n")).toMatchInlineSnapshot(
      `"esteira.yaml:1:32 [gcp] error config/not-allowed: platform must be "aws" or "local", not "gcp"; write "aws" or "local""`,
    );
    expect(loaded.projects).toHaveLength(1);
  });
});
