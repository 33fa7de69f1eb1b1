import { execa } from "execa";
import { afterAll, expect, test } from "vitest";

import { findInterpreter } from "../../src/local/executors/interpreter.ts";
import { chooseExecutor } from "../../src/local/executors/select.ts";
import { dockerEngine } from "../rig/docker.ts";
import { describeWith } from "../rig/parts.ts";
import { releaseOf, sandbox } from "./fixtures.ts";

const box = sandbox();
afterAll(() => box.remove());

const noEngine = { ...process.env, DOCKER_HOST: "unix:///nowhere/docker.sock" };
const found = await findInterpreter(undefined, process.env);

test("what esteira.yaml says is taken, without looking", async () => {
  for (const executor of ["docker", "process"] as const) {
    expect(await chooseExecutor(executor, {})(releaseOf({ pythonVersion: "3.99" }))).toEqual({
      ok: true,
      value: { executor, why: "esteira.yaml says so" },
    });
  }
});

test("auto takes processes where the Python is there, engine or not", async () => {
  if (!found.ok) throw new Error(found.error.message);
  const { version, python } = found.value;
  const minor = version.split(".").slice(0, 2).join(".");
  expect(await chooseExecutor("auto", noEngine)(releaseOf({ pythonVersion: minor }))).toEqual({
    ok: true,
    value: { executor: "process", why: `Python ${version} is on this machine (${python})` },
  });
});

test("auto without the Python and without an engine says both, and what to do", async () => {
  const answer = await chooseExecutor("auto", noEngine)(releaseOf({ pythonVersion: "3.99" }));
  expect(answer).toMatchObject({
    ok: false,
    error: { reason: "unavailable", help: "install Python 3.99, or start Docker" },
  });
  if (answer.ok) return;
  expect(answer.error.message).toMatch(
    /^the steps of demo can't run on this machine: Python 3\.99 is not on this machine; found .*, and no Docker engine answers: /,
  );
});

describeWith(await dockerEngine(), "with an engine", (engine) => {
  test("auto takes containers where the Python isn't there", async () => {
    const environment = { ...process.env, DOCKER_HOST: engine().host };
    const answer = await chooseExecutor("auto", environment)(releaseOf({ pythonVersion: "3.99" }));
    const { stdout: version } = await execa(
      "docker",
      ["version", "--format", "{{.Server.Version}}"],
      {
        env: environment,
      },
    );
    expect(answer).toMatchObject({ ok: true, value: { executor: "docker" } });
    const why = answer.ok ? answer.value.why : "";
    expect(why).toMatch(/^Python 3\.99 is not on this machine; found /);
    expect(why.endsWith(`; Docker ${version} answers`)).toBe(true);
  });
});
