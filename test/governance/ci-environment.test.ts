import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { esteira } from "../cli/cli.ts";
import { teamRepository, workspaceYaml } from "./repository.ts";

const ofMaster = `environment=prd
platform=aws
region=us-east-1
account_id=222222222222
deploy_role=arn:aws:iam::222222222222:role/esteira-acme-prd-deploy
plan_role=arn:aws:iam::222222222222:role/esteira-acme-prd-plan`;

test("a branch's environment is reported, and a workflow's step has it as outputs", async () => {
  await using team = await teamRepository();
  expect(await team.esteira("ci", "environment", "--branch", "master")).toEqual({
    code: 0,
    out: ofMaster,
    err: "",
  });
  const file = join(team.path, "..", "outputs");
  const push = { GITHUB_REF_NAME: "master", GITHUB_REF_TYPE: "branch", GITHUB_OUTPUT: file };
  expect((await esteira(team.path, ["ci", "environment"], push)).out).toBe(ofMaster);
  expect(await readFile(file, "utf8")).toBe(`${ofMaster}\n`);
  // A pull request's is that of the branch that it goes into; otherwise it is the current branch's.
  const pull = { GITHUB_REF_NAME: "7/merge", GITHUB_HEAD_REF: "dev", GITHUB_BASE_REF: "master" };
  expect((await esteira(team.path, ["ci", "environment"], pull)).out).toBe(ofMaster);
  expect((await team.esteira("ci", "environment")).out).toMatch(/^environment=dev\n/);
});

test("a branch that deploys nowhere, and one whose environment isn't there yet", async () => {
  await using team = await teamRepository();
  const asked = ["ci", "environment", "--branch", "feature/recsys-v1"];
  expect(await team.esteira(...asked)).toEqual({
    code: 5,
    out: "",
    err: "error: feature/recsys-v1 deploys to no environment\n       By branches.environments of esteira.yaml: dev to dev, master to prd.",
  });
  expect(await team.esteira(...asked, "--if-any")).toEqual({
    code: 0,
    out: "feature/recsys-v1 deploys to no environment.",
    err: "",
  });
  expect(JSON.parse((await team.esteira(...asked, "--if-any", "--json")).out)).toMatchObject({
    branch: "feature/recsys-v1",
    environment: "",
    plan_role: "",
  });
  await team.commit("None yet", { "esteira.yaml": "workspace: acme\n" });
  expect(await team.esteira("ci", "environment")).toEqual({
    code: 5,
    out: "",
    err: "error: dev deploys to dev, and esteira.yaml has no such environment yet\n       Fill it in under environments, or name another one under branches.environments.",
  });
});

test("roles that esteira.yaml names are those", async () => {
  await using team = await teamRepository();
  await team.commit("Own roles", {
    "esteira.yaml": `${workspaceYaml}    roles:
      deploy: "arn:aws:iam::222222222222:role/ci/deployer"
`,
  });
  const { out } = await team.esteira("ci", "environment", "--branch", "master");
  expect(out).toContain("\ndeploy_role=arn:aws:iam::222222222222:role/ci/deployer\n");
});
