import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { gitIn, teamRepository } from "../governance/repository.ts";
import { esteira } from "./cli.ts";

test("github-role prints who may and what; which is which on stderr", async () => {
  await using team = await teamRepository();
  const { code, out, err } = await team.esteira(
    "iam",
    "github-role",
    "-e",
    "prd",
    "--repo",
    "acme/ml",
  );
  expect(code).toBe(0);
  expect(err).toBe(`trust policy of esteira-acme-prd-deploy:
policy of esteira-acme-prd-deploy:
policy of esteira-acme-prd-deploy:
policy of esteira-acme-prd-deploy:
trust policy of esteira-acme-prd-plan:
policy of esteira-acme-prd-plan:
A repository that was made, renamed or moved since July 2026 has subjects with numbers: add --ids $(gh api repos/acme/ml --jq '"\\(.owner.id)/\\(.id)"').`);
  const documents = JSON.parse(`[${out.replaceAll(/^\}\n\{$/gm, "},{")}]`) as {
    Statement: object[];
  }[];
  expect(documents.map(({ Statement }) => Statement.length > 0)).toEqual(Array(6).fill(true));
  expect(documents[0]?.Statement).toEqual([
    {
      Effect: "Allow",
      Principal: {
        Federated: "arn:aws:iam::222222222222:oidc-provider/token.actions.githubusercontent.com",
      },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: {
          "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
          "token.actions.githubusercontent.com:sub": ["repo:acme/ml:ref:refs/heads/master"],
        },
      },
    },
  ]);
});

test("--out writes files and the commands that use each of them once", async () => {
  await using team = await teamRepository();
  await team.git("remote", "set-url", "origin", "git@github.com:acme/ml.git");
  const inputs = ["iam", "github-role", "-e", "dev", "--out", "roles", "--ids", "12/34"];
  const { code, out } = await team.esteira(...inputs);
  expect(code).toBe(0);
  const files = await readdir(join(team.path, "roles"));
  expect(files.toSorted()).toEqual([
    "deploy-policy-1.json",
    "deploy-policy-2.json",
    "deploy-policy-3.json",
    "deploy-trust.json",
    "plan-policy.json",
    "plan-trust.json",
  ]);
  expect(
    [...out.matchAll(/file:\/\/roles\/(\S+)/g)].map(([, file = ""]) => file).toSorted(),
  ).toEqual(files.toSorted());
  expect(await readFile(join(team.path, "roles/deploy-trust.json"), "utf8")).toContain(
    "repo:acme@12/ml@34:ref:refs/heads/dev",
  );
  expect(out).toContain(
    "\n  $ aws iam attach-role-policy --role-name esteira-acme-dev-plan --policy-arn arn:aws:iam::111111111111:policy/esteira-acme-dev-plan",
  );
});

test.each([
  [
    ["github-role", "-e", "dev"],
    2,
    "error: it isn't known which repository on GitHub this is\n       Name it: --repo OWNER/NAME.",
  ],
  [
    ["github-role", "-e", "dev", "--repo", "acme"],
    2,
    "error: acme is not a repository\n       Write it as in --repo acme/ml.",
  ],
  [
    ["github-role", "-e", "dev", "--repo", "acme/ml", "--ids", "12"],
    2,
    "error: 12 is not two numbers\n       Write them as in --ids 1234/567890.",
  ],
  [
    ["plan-policy", "-e", "dev", "--repo", "acme/ml"],
    2,
    "error: --repo is of github-role, and this is plan-policy\n       Leave it out, or: `esteira iam github-role -e dev`.",
  ],
  [
    ["github-role", "-e", "local", "--repo", "acme/ml"],
    5,
    "error: local is on this machine and needs no iam\n       On AWS: `esteira iam github-role -e dev`, `esteira iam github-role -e prd`.",
  ],
])("iam %j is refused", async (inputs, code, err) => {
  await using team = await teamRepository();
  expect(await team.esteira("iam", ...inputs)).toEqual({ code, out: "", err });
});

test("an environment that no branch deploys to lets nobody in", async () => {
  await using team = await teamRepository();
  const text = await readFile(join(team.path, "esteira.yaml"), "utf8");
  await team.commit("One branch", {
    "esteira.yaml": `${text}branches: { environments: { dev: dev } }\n`,
  });
  expect(
    await esteira(team.path, ["iam", "github-role", "-e", "prd", "--repo", "acme/ml"]),
  ).toEqual({
    code: 5,
    out: "",
    err: "error: no branch deploys to prd: nobody would be let in\n       Name one under branches.environments of esteira.yaml, or a GitHub environment: --github-environment NAME.",
  });
  expect(await gitIn(team.path, "status", "--porcelain")).toBe("");
});
