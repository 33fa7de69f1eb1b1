import { expect, test } from "vitest";

import { esteira } from "./cli.ts";
import { projectYaml, shellWorkspace, write } from "./workspace.ts";

const step = (says: string): string => `- { id: only, command: "echo ${says}" }`;

test("a run of a project whose folder has changed says so, and --deploy takes the change along", async () => {
  await using workspace = await shellWorkspace({ demo: step("first") });
  const cwd = workspace.path;
  expect(await esteira(cwd, ["deploy"])).toMatchObject({ code: 0 });
  expect((await esteira(cwd, ["run", "demo"])).err).toBe("");

  await write(cwd, "src/projects/demo/config.yaml", projectYaml("demo", step("second")));
  const older = await esteira(cwd, ["run", "demo"]);
  expect(older.out).toContain("first");
  expect(older.err).toBe(
    "! the folder of demo has changed since 1.0.0 was deployed (just now), which is what runs; to deploy it first: esteira run demo --deploy",
  );
  const deployed = await esteira(cwd, ["run", "demo", "--deploy"]);
  expect(deployed).toMatchObject({ code: 0, err: "" });
  expect(deployed.out).toContain("second");
  expect((await esteira(cwd, ["run", "demo"])).err).toBe("");

  // What can't be deployed is no offer.
  await write(cwd, "src/projects/demo/config.yaml", "project_name: [\n");
  const broken = await esteira(cwd, ["run", "demo"]);
  expect({ code: broken.code, err: broken.err }).toEqual({ code: 0, err: "" });
  const refused = await esteira(cwd, ["run", "demo", "--deploy"]);
  expect(refused.code).toBe(3);
  expect(await esteira(cwd, ["run", "demo", "--deploy", "--json"])).toMatchObject({ code: 2 });
}, 120_000);
