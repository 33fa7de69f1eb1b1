import { rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";

import { execa } from "execa";
import { expect, test } from "vitest";

import { writeWheel } from "../executors/wheels.ts";
import { backend, pricing, pyproject } from "../fixtures/pricing.ts";
import { uvFolder } from "../rig/uv.ts";
import { esteira } from "./cli.ts";
import { projectYaml, shellWorkspace, write } from "./workspace.ts";

const project = "src/projects/demo";
const command = `python -c 'import dates, pricing, library; print(pricing.price(2), dates.today, library.text)' && tariff`;
const config = (packages: string) =>
  `${projectYaml("demo", `- { id: only, command: ${JSON.stringify(command)} }`)}runtime: { packages: [${packages}] }\n`;

async function sharing(installer: "uv" | "pip") {
  const workspace = await shellWorkspace({ demo: `- { id: only, command: "true" }` });
  const { path } = workspace;
  await writeWheel(join(path, "wheels"), "library", "1.0");
  await write(
    path,
    "esteira.yaml",
    `workspace: test\nenvironments: { local: { platform: local, executor: process, installer: ${installer} } }\n`,
  );
  await write(path, `${project}/config.yaml`, config("libs/pricing, libs/dates"));
  await write(path, "libs/pricing/pyproject.toml", pyproject);
  await write(path, "libs/pricing/backend.py", backend);
  await write(path, "libs/pricing/src/pricing.py", pricing(10));
  await write(path, "libs/dates/__init__.py", "today = 'monday'\n");
  const environment = {
    PATH: `${await uvFolder()}${delimiter}${process.env["PATH"]}`,
    PIP_NO_INDEX: "1",
    PIP_FIND_LINKS: join(path, "wheels"),
    UV_CACHE_DIR: join(path, "uv-cache"),
  };
  return {
    path,
    put: (file: string, text: string) => write(path, file, text),
    esteira: (...inputs: string[]) => esteira(path, inputs, environment),
    [Symbol.asyncDispose]: async () => {
      await execa("chmod", ["-R", "u+w", path]);
      await workspace[Symbol.asyncDispose]();
    },
  };
}

test.each(["uv", "pip"] as const)(
  "steps import the workspace's packages, and an edit of one is deployed (%s)",
  async (installer) => {
    await using shared = await sharing(installer);
    const deployed = await shared.esteira("deploy", "demo");
    expect(deployed).toMatchObject({ code: 0, err: "" });
    const run = await shared.esteira("run", "demo");
    expect(run.out).toContain("20 monday hello from library 1.0");
    expect(run.out).toContain("tariff 10");
    expect((await shared.esteira("plan", "demo", "--exit-code")).code).toBe(0);

    // What an installation by hand leaves in the folder is no change.
    await shared.put("libs/pricing/src/pricing.egg-info/PKG-INFO", "Name: pricing\n");
    await shared.put("libs/pricing/build/lib/pricing.py", "");
    expect((await shared.esteira("plan", "demo", "--exit-code")).code).toBe(0);

    await shared.put("libs/pricing/src/pricing.py", pricing(11));
    expect((await shared.esteira("plan", "demo", "--exit-code")).code).toBe(1);
    expect(await shared.esteira("deploy", "demo")).toMatchObject({ code: 0, err: "" });
    expect((await shared.esteira("run", "demo")).out).toContain("22 monday");
  },
);

test("requirements of the project and of the packages are installed together", async () => {
  await using shared = await sharing("uv");
  await writeWheel(join(shared.path, "wheels"), "library", "2.0");
  await shared.put(`${project}/requirements.txt`, "library<2\n");
  expect(await shared.esteira("deploy", "demo")).toMatchObject({ code: 0, err: "" });
  expect((await shared.esteira("run", "demo")).out).toContain("library 1.0");
  await shared.put(`${project}/requirements.txt`, "library==3\n");
  const refused = await shared.esteira("deploy", "demo");
  expect(refused.code).toBe(1);
  expect(refused.out + refused.err).toContain("library==3");
});

test("tests see the packages as steps do", async () => {
  await using shared = await sharing("uv");
  await shared.put(
    `${project}/config.yaml`,
    `${config("libs/pricing, libs/dates")}test: { command: ${JSON.stringify(command)} }\n`,
  );
  const tested = await shared.esteira("test", "demo");
  expect(tested.out).toContain("20 monday hello from library 1.0");
});

test("`ci changed` follows the packages; validate says which is absent", async () => {
  await using shared = await sharing("uv");
  const git = (...args: string[]) => execa("git", args, { cwd: shared.path });
  await git("init", "--quiet", "--initial-branch=main");
  await git("config", "user.email", "a@example.com");
  await git("config", "user.name", "a");
  await writeFile(join(shared.path, ".gitignore"), ".esteira/\nuv-cache/\n");
  await git("add", "--all");
  await git("commit", "--quiet", "--message=first");
  const changed = async () => (await shared.esteira("ci", "changed", "--base=HEAD")).out;
  expect(await changed()).not.toContain("demo");
  await shared.put("libs/dates/__init__.py", "today = 'tuesday'\n");
  expect(await changed()).toContain("demo");
  await git("checkout", "--", "libs/dates");
  await shared.put("libs/other/__init__.py", "");
  expect(await changed()).not.toContain("demo");

  await rm(join(shared.path, "libs/dates"), { recursive: true });
  const validated = await shared.esteira("validate", "demo");
  expect(validated.code).toBe(3);
  expect(validated.out + validated.err).toContain("there is no folder libs/dates in the workspace");
});
