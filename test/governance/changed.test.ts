import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { esteira } from "../cli/cli.ts";
import { write } from "../cli/workspace.ts";
import { teamRepository } from "./repository.ts";

test("a feature's projects are those that it changed, committed or not; the base's work since then isn't its own", async () => {
  await using team = await teamRepository("ml");
  await team.git("switch", "--quiet", "--create", "feature/recsys-v2");
  expect(await team.esteira("ci", "changed")).toEqual({ code: 0, out: "", err: "" });
  await team.git("switch", "--quiet", "dev");
  await team.commit("Meanwhile", { "src/projects/fleet-report/score.py": "print(3)\n" });
  await team.git("push", "--quiet", "origin", "dev");
  await team.git("switch", "--quiet", "feature/recsys-v2");

  await team.commit("Better", { "src/projects/recsys/score.py": "print(2)\n" });
  expect((await team.esteira("ci", "changed")).out).toBe("recsys");
  await write(team.path, "src/projects/churn/config.yaml", "project_name: churn\n");
  await write(team.path, "src/projects/recsys/.esteira/state", "ignored by nobody\n");
  expect((await team.esteira("ci", "changed")).out).toBe("churn\nrecsys");
  await write(team.path, ".gitignore", "churn/\n");
  expect(JSON.parse((await team.esteira("ci", "changed", "--json")).out)).toEqual({
    schema: 1,
    base: "dev",
    commit: await team.git("rev-parse", "origin/dev"),
    projects: [{ project: "recsys", directory: "src/projects/recsys" }],
  });
});

test("in a workflow it is what the push brought, or what the pull request brings", async () => {
  await using team = await teamRepository();
  const before = await team.git("rev-parse", "HEAD");
  await team.commit("Better", { "src/projects/recsys/score.py": "print(2)\n" });
  await team.git("push", "--quiet", "origin", "dev");
  const event = join(team.path, "..", "event.json");
  await writeFile(event, JSON.stringify({ before }));
  const variables = { GITHUB_EVENT_NAME: "push", GITHUB_EVENT_PATH: event };
  expect(await esteira(team.path, ["ci", "changed"], variables)).toMatchObject({ out: "recsys" });
  const pull = { GITHUB_HEAD_REF: "dev", GITHUB_BASE_REF: "master" };
  expect(await esteira(team.path, ["ci", "changed"], pull)).toMatchObject({ out: "recsys" });
});

test("a shallow clone in a workflow says what it lacks", async () => {
  await using team = await teamRepository();
  await team.commit("Better", { "src/projects/recsys/score.py": "print(2)\n" });
  await team.git("push", "--quiet", "origin", "dev");
  const clone = await team.clone("shallow", "--depth=1", "--no-single-branch", "--branch=dev");
  const pull = { GITHUB_HEAD_REF: "dev", GITHUB_BASE_REF: "master", GITHUB_ACTIONS: "true" };
  expect(await esteira(clone, ["ci", "changed"], pull)).toMatchObject({
    code: 5,
    err: "error: this clone has only the newest commits; its history says where a branch started and what was released\n       Check out all of it: `fetch-depth: 0` in the workflow, under `with:` of actions/checkout.",
  });
});
