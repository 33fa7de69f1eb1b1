import { join } from "node:path";

import { execa } from "execa";
import { expect, test } from "vitest";

import { binary, esteira, temporaryFolder } from "./cli.ts";
import { write } from "./workspace.ts";

const workspace = `workspace: constructor
branches: { environments: { constructor: constructor } }
environments:
  local: { platform: local, executor: process }
  constructor: { platform: local, executor: process }
`;

const project = `project_name: constructor
description: "for a test"
version: "1.0.0"
owners: { tech_owner: "a@example.com", business_owner: "b@example.com" }
schedule: { enabled: true, cron: "0 3 * * *", timeout_seconds: 100, retries: 0 }
runtime:
  env_vars: { toString: "t", hasOwnProperty: "h", constructor: "c" }
  secrets: { valueOf: "ssm:x" }
params: { constructor: { default: "d", description: "" } }
batch:
  pipeline:
    steps:
      - { id: constructor, command: "env | LC_ALL=C sort | grep -E '^(toString|hasOwnProperty|constructor|valueOf|ESTEIRA_PARAM_CONSTRUCTOR)='", resources: { cpu: 0.01, memory_gb: 0.0625 } }
infra: { compute: { provider: ec2, ec2_type: t3.small, min_quantity: 0, max_quantity: 1, spot: true } }
model: { required: false }
`;

test("names that every JavaScript object has are names like others, wherever one may stand", async () => {
  await using folder = await temporaryFolder();
  const root = folder.path;
  await write(root, "esteira.yaml", workspace);
  await write(root, "src/projects/constructor/config.yaml", project);
  await write(root, "src/projects/constructor/Dockerfile", "FROM python:3.11-slim\n");
  const run = (...inputs: string[]) => esteira(root, inputs, { HOME: root });

  expect((await run("doctor", "constructor")).code).not.toBe(70);
  expect((await run("deploy")).code).toBe(0);
  const unset = await run("run", "constructor");
  expect(unset.code).toBe(1);
  expect(unset.out.replaceAll(/\s+/g, " ")).toContain(
    "the secret valueOf has no value on this machine: set it in the environment or in .esteira/secrets/constructor.env",
  );
  await write(root, ".esteira/secrets/constructor.env", "valueOf='v'\n");
  const set = await run("run", "constructor", "--param", "constructor=p");
  expect(set.code).toBe(0);
  const said = set.out.split("\n").flatMap((line) => line.split(" │ ")[1] ?? []);
  expect(said).toEqual([
    "ESTEIRA_PARAM_CONSTRUCTOR=p",
    "constructor=c",
    "hasOwnProperty=h",
    "toString=t",
    "valueOf=v",
  ]);
  expect(await run("run", "constructor", "--param", "toString=x")).toMatchObject({ code: 2 });
  expect(await run("run", "constructor", "--only", "valueOf")).toMatchObject({ code: 4 });
  expect(await run("status", "toString")).toMatchObject({ code: 4 });
  expect(await run("status", "-e", "toString")).toMatchObject({ code: 4 });
  expect((await run("plan", "-e", "constructor")).code).toBe(0);
});

test("a working folder that was deleted is named as that", async () => {
  await using folder = await temporaryFolder();
  const gone = join(folder.path, "gone");
  await write(gone, "file", "");
  const script = 'cd "$1" && rm -rf "$1" && exec "$2" "$3" status';
  const answer = await execa("sh", ["-c", script, "sh", gone, process.execPath, binary], {
    reject: false,
  });
  expect({ code: answer.exitCode, err: answer.stderr }).toEqual({
    code: 4,
    err: `error: the folder that esteira was started in is gone: it was deleted, or made anew
       Go to one that is there: \`cd "$PWD"\` where it was made anew, else the workspace's.`,
  });
});
