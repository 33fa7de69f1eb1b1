import { readdir, utimes } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { esteira } from "./cli.ts";
import { shellWorkspace, steady, write } from "./workspace.ts";

const days = 86_400;

test("old artifacts go by gc, but for the last good run's; plan says how many", async () => {
  await using made = await shellWorkspace({
    recsys: `- { id: train, command: "echo 1 > model", outputs: ["model"], cache: true }`,
  });
  const yaml = "workspace: test\nenvironments:\n  local: { platform: local, executor: process";
  await write(made.path, "esteira.yaml", `${yaml} }\n`);
  expect(await esteira(made.path, ["gc"])).toEqual({
    code: 5,
    out: "",
    err: `error: there is nothing to collect in local: what deploys and runs keep on this machine stays
       \`keep_artifacts_days: 90\` under environments.local in esteira.yaml lets artifacts of older runs go.`,
  });
  await write(made.path, "esteira.yaml", `${yaml}, keep_artifacts_days: 90 }\n`);
  expect((await esteira(made.path, ["deploy", "recsys"])).code).toBe(0);
  expect((await esteira(made.path, ["run", "recsys"])).code).toBe(0);

  const artifacts = join(made.path, ".esteira/artifacts/recsys");
  const model = "_outputs/train/0/work/model";
  for (const [origin, age] of [
    ["recsys-old", 91],
    ["recsys-new", 89],
  ] as const) {
    await write(artifacts, `${origin}/${model}`, "1");
    const at = Date.now() / 1000 - age * days;
    await utimes(join(artifacts, origin, model), at, at);
  }
  const { out } = await esteira(made.path, ["plan", "recsys"]);
  expect(out.replaceAll("\n", " ")).toContain(
    "artifacts older than 90 days are removed by gc and up, but the last good run's and what a cache names: now those of 1 run",
  );
  expect(await esteira(made.path, ["gc", "--yes"])).toEqual({
    code: 0,
    out: "recsys\n  - artifacts  recsys-old\n\n1 thing removed from local.",
    err: "",
  });
  expect((await readdir(artifacts)).map(steady)).toEqual(["_cache", "recsys-<id>", "recsys-new"]);
  expect((await esteira(made.path, ["gc"])).out).toBe("✓ Nothing in local can go.");
}, 60_000);
