import { expect, test } from "vitest";

import { managedPolicyLimit, policySize, trustPolicyLimit } from "../../src/aws/iam/document.ts";
import { gitHubRoles } from "../../src/aws/iam/github-roles.ts";
import { policyScope } from "../../src/aws/iam/scope.ts";
import { gitHubTrust } from "../../src/aws/iam/trust.ts";
import { awsEnvironment } from "./rig/context.ts";
import { evaluate } from "./rig/policy.ts";

const scopeOf = (roles: Readonly<Record<string, string>> = {}) =>
  policyScope({ workspace: "acme", partition: "aws", environment: awsEnvironment({ roles }) });

const subjectsOf = (...[scope, options]: Parameters<typeof gitHubRoles>) =>
  gitHubRoles(scope, options).map(
    ({ trust }) =>
      trust.Statement[0]?.Condition?.["StringEquals"]?.["token.actions.githubusercontent.com:sub"],
  );

test("the deploy role is for the environment's branches, the plan role for pull requests and nothing else", () => {
  const options = { repository: "acme/ml", branches: ["dev", "next"] };
  expect(subjectsOf(scopeOf(), options)).toEqual([
    ["repo:acme/ml:ref:refs/heads/dev", "repo:acme/ml:ref:refs/heads/next"],
    ["repo:acme/ml:pull_request"],
  ]);
});

test("a GitHub environment takes the branches' place, because its tokens name none; numbers are beside names", () => {
  expect(
    subjectsOf(scopeOf(), {
      repository: "acme/ml",
      branches: ["master"],
      gitHubEnvironment: "prd",
      ids: { owner: "12", repository: "34" },
    }),
  ).toEqual([
    ["repo:acme/ml:environment:prd", "repo:acme@12/ml@34:environment:prd"],
    ["repo:acme/ml:pull_request", "repo:acme@12/ml@34:pull_request"],
  ]);
});

test("they are named like the base layer, or as esteira.yaml says, and fit what IAM takes", () => {
  const deploy = "arn:aws:iam::123456789012:role/ci/deployer";
  const roles = gitHubRoles(scopeOf({ deploy }), { repository: "acme/ml", branches: ["dev"] });
  expect(roles.map(({ arn, roleName }) => [arn, roleName])).toEqual([
    [deploy, "deployer"],
    ["arn:aws:iam::123456789012:role/esteira-acme-dev-plan", "esteira-acme-dev-plan"],
  ]);
  for (const { trust, policies } of roles) {
    expect(policySize(trust)).toBeLessThanOrEqual(trustPolicyLimit);
    for (const part of policies) expect(policySize(part)).toBeLessThanOrEqual(managedPolicyLimit);
  }
});

test("what everybody may let a pull request read holds no secret, and changes nothing", () => {
  const [, plan] = gitHubRoles(scopeOf(), { repository: "acme/ml", branches: ["dev"] });
  const arn = (service: string, resource: string) =>
    `arn:aws:${service}:us-east-1:123456789012:${resource}`;
  for (const [action, resource] of [
    ["ssm:GetParameter", arn("ssm", "parameter/esteira/dev/recsys/token")],
    ["ssm:GetParameters", arn("ssm", "parameter/esteira/dev/recsys/token")],
    ["secretsmanager:GetSecretValue", arn("secretsmanager", "secret:/esteira/dev/recsys/x-AbCdEf")],
    ["kms:Decrypt", arn("kms", "key/1")],
    ["logs:GetLogEvents", arn("logs", "log-group:/ecs/recsys:log-stream:x")],
    ["iam:PassRole", "arn:aws:iam::123456789012:role/esteira-acme-dev-task"],
    ["states:StartExecution", arn("states", "stateMachine:recsys-workflow")],
  ] as const) {
    expect([action, evaluate(plan?.policies ?? [], { action, resource })]).toEqual([
      action,
      "not allowed",
    ]);
  }
  const actions = (plan?.policies ?? [])
    .flatMap(({ Statement }) => Statement)
    .flatMap(({ Action }) => [Action].flat());
  const reading =
    /^(ecr:(Get|Batch(Check|Get)|Describe|List)|ecr:GetAuthorizationToken|[\w-]+:(Describe|List|Get|Validate))/;
  expect(actions.filter((action) => !reading.test(action))).toEqual([]);
});

test("lets GitHub in from the branches and environments named, in both forms of its subjects", () => {
  const subjects = (options: object) => {
    const document = gitHubTrust({
      partition: "aws",
      accountId: "123456789012",
      repository: "acme/ml",
      branches: ["dev"],
      ...options,
    });
    return document.Statement[0]?.Condition?.["StringEquals"];
  };
  expect(subjects({})).toEqual({
    "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
    "token.actions.githubusercontent.com:sub": ["repo:acme/ml:ref:refs/heads/dev"],
  });
  expect(
    subjects({ environments: ["prd"], immutableIds: { owner: "1", repository: "2" } }),
  ).toEqual({
    "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
    "token.actions.githubusercontent.com:sub": [
      "repo:acme/ml:ref:refs/heads/dev",
      "repo:acme/ml:environment:prd",
      "repo:acme@1/ml@2:ref:refs/heads/dev",
      "repo:acme@1/ml@2:environment:prd",
    ],
  });
});
