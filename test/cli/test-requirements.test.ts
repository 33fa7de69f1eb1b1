import { chmod } from "node:fs/promises";
import { delimiter, join } from "node:path";

import { execa } from "execa";
import { expect, test } from "vitest";

import { writeWheel } from "../executors/wheels.ts";
import { uvFolder } from "../rig/uv.ts";
import { esteira } from "./cli.ts";
import { projectYaml, shellWorkspace, write } from "./workspace.ts";

const project = "src/projects/demo";
const yaml = projectYaml("demo", `- { id: only, command: "true" }`);

/**
 * A project with a tests folder, on a machine that has a pytest, and wheels of one in the project.
 */
async function demoWithTests(installer: "uv" | "pip" = "uv") {
  const workspace = await shellWorkspace({ demo: `- { id: only, command: "true" }` });
  const { path } = workspace;
  await write(path, `${project}/tests/test_it.py`, "");
  await write(path, "machine/pytest", "#!/bin/sh\necho the machine is tested\n");
  await chmod(join(path, "machine", "pytest"), 0o755);
  for (const version of ["1.0", "2.0"]) {
    await writeWheel(join(path, "wheels"), "pytest", version, "pytest");
  }
  await writeWheel(join(path, "wheels"), "library", "1.0");
  const environment = {
    PATH: [join(path, "machine"), await uvFolder(), process.env["PATH"]].join(delimiter),
    PIP_NO_INDEX: "1",
    PIP_FIND_LINKS: join(path, "wheels"),
    UV_CACHE_DIR: join(path, "uv-cache"),
  };
  await write(
    path,
    "esteira.yaml",
    `workspace: test\nenvironments: { local: { platform: local, executor: process, installer: ${installer} } }\n`,
  );
  return {
    path,
    put: (file: string, text: string) => write(path, `${project}/${file}`, text),
    esteira: (...inputs: string[]) => esteira(path, inputs, environment),
    [Symbol.asyncDispose]: async () => {
      await execa("chmod", ["-R", "u+w", path]);
      await workspace[Symbol.asyncDispose]();
    },
  };
}

test("the machine's pytest doesn't test a project; what is said to be added helps", async () => {
  await using demo = await demoWithTests();
  expect(await demo.esteira("test", "demo")).toEqual({
    code: 5,
    out: expect.not.stringContaining("the machine is tested") as string,
    err: "error: the environment of demo has no pytest, which its tests run with\n       Write pytest into a file such as requirements-dev.txt, and name it in config.yaml of demo: test: { requirements_file: requirements-dev.txt }; or into the group `test` or `dev` of [dependency-groups] in pyproject.toml.",
  });
  await demo.put("requirements-dev.txt", "pytest==1.0\n");
  expect((await demo.esteira("test", "demo")).err).toBe(
    "error: the environment of demo has no pytest, which its tests run with\n       Name the file that has it in config.yaml of demo: test: { requirements_file: requirements-dev.txt }",
  );
  await demo.put("config.yaml", `${yaml}test: { requirements_file: requirements-dev.txt }\n`);
  const tested = await demo.esteira("test", "demo");
  expect(tested).toMatchObject({ code: 0, err: "" });
  expect(tested.out).toMatch(/\nhello from pytest 1\.0\n✓ demo: tests passed\.$/);
  await demo.put("requirements-dev.txt", "library\n");
  expect((await demo.esteira("test", "demo")).err).toBe(
    "error: the environment of demo has no pytest, which its tests run with\n       Add pytest to requirements-dev.txt.",
  );
});

test("what only tests need is beside what steps need, stays out of the image, and deploys nothing", async () => {
  await using demo = await demoWithTests("pip");
  const command = `python -c 'import library, pytest; print(pytest.text)' && pytest`;
  await demo.put("requirements.txt", "library\n");
  await demo.put(".dockerignore", "config.yaml\nrequirements-dev.txt\n");
  await demo.put("requirements-dev.txt", "pytest==1.0\n");
  await demo.put("config.yaml", `${yaml}test: { command: "${command}" }\n`);
  expect(await demo.esteira("deploy", "demo")).toMatchObject({ code: 0 });
  await demo.put(
    "config.yaml",
    `${yaml}test: { command: "${command}", requirements_file: requirements-dev.txt }\n`,
  );
  expect((await demo.esteira("plan", "demo", "--exit-code")).code).toBe(0);
  const tested = await demo.esteira("test", "demo");
  expect(tested.out).toMatch(
    /installing requirements\.txt and requirements-dev\.txt with pip\n[^]*\nhello from pytest 1\.0\nhello from pytest 1\.0\n✓ demo: tests passed\.$/,
  );
  await demo.put("requirements-dev.txt", "pytest==2.0\n");
  expect((await demo.esteira("plan", "demo", "--exit-code")).code).toBe(0);
  expect((await demo.esteira("test", "demo")).out).toContain("\nhello from pytest 2.0\n");
});

test("a group of pyproject.toml has them too; one that is wrong is named", async () => {
  await using demo = await demoWithTests();
  await demo.put("pyproject.toml", '[dependency-groups]\ndev = ["pytest<2"]\n');
  const tested = await demo.esteira("test", "demo");
  expect(tested.out).toMatch(
    /installing the group dev of pyproject\.toml with uv \S+\n[^]*\nhello from pytest 1\.0\n✓ demo: tests passed\.$/,
  );
  await demo.put("pyproject.toml", "[dependency-groups]\ndev = [{ include-group = 'lint' }]\n");
  expect((await demo.esteira("test", "demo")).err).toBe(
    `error: pyproject.toml of demo includes a dependency group lint, which it doesn't have\n       ${demo.path}/${project}/pyproject.toml\n       correct it: its group \`test\`, or \`dev\`, has what the tests need; test.requirements_file in config.yaml goes before it`,
  );
  await demo.put("requirements.txt", `library --hash=sha256:${"0".repeat(64)}\n`);
  await demo.put("pyproject.toml", '[dependency-groups]\ndev = ["pytest<2"]\n');
  expect((await demo.esteira("test", "demo")).err).toBe(
    "error: requirements.txt of demo has hashes and the group dev of pyproject.toml has none, and they can only be installed together where all have them\n       write both with hashes, by `uv pip compile --generate-hashes` or `pip-compile --generate-hashes`, or none",
  );
});

test("validate knows the file", async () => {
  await using demo = await demoWithTests();
  await demo.put("config.yaml", `${yaml}test: { requirements_file: requirements-dev.txt }\n`);
  const missing = await demo.esteira("validate", "demo");
  expect(missing.out + missing.err).toContain(
    "there is no file requirements-dev.txt in the project",
  );
  await demo.put("requirements-dev.txt", "-r ../../base.txt\n");
  const outside = await demo.esteira("validate", "demo");
  expect(outside.out + outside.err).toContain(
    "../../base.txt is outside of the project, and the image is built from the project's folder alone",
  );
});
