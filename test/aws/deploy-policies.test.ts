import { expect, test } from "vitest";

import { roleNames } from "../../src/aws/bootstrap/names.ts";
import { deployPolicy, readPolicy, runPolicy } from "../../src/aws/iam/deploy-policies.ts";
import {
  inlinePolicyLimit,
  managedPolicyLimit,
  policySize,
  splitPolicy,
  trustPolicyLimit,
  type PolicyDocument,
} from "../../src/aws/iam/document.ts";
import { planPolicy } from "../../src/aws/iam/plan-policy.ts";
import { rolePolicies } from "../../src/aws/iam/role-policies.ts";
import { policyScope } from "../../src/aws/iam/scope.ts";
import { trustPolicies } from "../../src/aws/iam/trust.ts";
import type { AwsEnvironment } from "../../src/config/model.ts";
import { environmentName } from "../../src/core/ids.ts";
import { awsEnvironment } from "./rig/context.ts";
import { evaluate, type Authorization } from "./rig/policy.ts";

const scopeOf = (changes: Partial<AwsEnvironment> = {}, taskRoles: readonly string[] = []) =>
  policyScope({
    workspace: "acme",
    partition: "aws",
    environment: awsEnvironment(changes),
    taskRoles,
  });
const scope = scopeOf();

const ecs = (resource: string) => `arn:aws:ecs:us-east-1:123456789012:${resource}`;
const states = (resource: string) => `arn:aws:states:us-east-1:123456789012:${resource}`;
const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
const bucket = "arn:aws:s3:::esteira-acme-dev-123456789012";
const passed = (service: string) => ({ "iam:PassedToService": service });

const decide = (
  document: PolicyDocument | undefined,
  action: string,
  resource: string,
  context: Authorization["context"] = {},
) => evaluate(document === undefined ? [] : [document], { action, resource, context });

test("lets deploys change what is the environment's, and nothing of the administrator's", () => {
  const document = deployPolicy(scope);
  expect(decide(document, "ecs:CreateCluster", ecs("cluster/ml-cluster-recsys"))).toBe("allowed");
  expect(decide(document, "ecs:DeleteCluster", ecs("cluster/web"))).toBe("not allowed");
  expect(
    decide(document, "states:UpdateStateMachine", states("stateMachine:recsys-workflow")),
  ).toBe("allowed");
  expect(decide(document, "states:UpdateStateMachine", states("stateMachine:billing"))).toBe(
    "not allowed",
  );
  expect(decide(document, "s3:PutObject", `${bucket}/esteira/v1/lease.json`)).toBe("allowed");
  expect(decide(document, "s3:PutObject", `${bucket}/artifacts/recsys/x`)).toBe("not allowed");
  // AWS lets these be limited to no resource: a policy that tried would refuse them for good.
  for (const action of [
    "ecs:DeregisterTaskDefinition",
    "ecs:DescribeTaskDefinition",
    "scheduler:ListSchedules",
    "states:ListStateMachines",
  ]) {
    expect(decide(document, action, "*")).toBe("allowed");
  }
  for (const action of [
    "iam:CreateRole",
    "iam:PutRolePolicy",
    "iam:AttachRolePolicy",
    "iam:CreateServiceLinkedRole",
    "ec2:CreateSecurityGroup",
    "s3:CreateBucket",
    "s3:PutBucketPolicy",
    "sqs:CreateQueue",
    "ecr:CreateRepository",
    "states:StartExecution",
  ]) {
    expect(decide(document, action, "*")).toBe("not allowed");
    expect(decide(document, action, role("esteira-acme-dev-task"))).toBe("not allowed");
  }
});

test("lets deploys hand each role to its service alone", () => {
  const document = deployPolicy(scope);
  const allowed = [
    ["esteira-acme-dev-step-functions", "states.amazonaws.com"],
    ["esteira-acme-dev-scheduler", "scheduler.amazonaws.com"],
    ["esteira-acme-dev-instance", "ec2.amazonaws.com"],
    ["esteira-acme-dev-task", "ecs-tasks.amazonaws.com"],
    ["esteira-acme-dev-task-execution", "ecs-tasks.amazonaws.com"],
  ];
  const services = [...new Set(allowed.map(([, service = ""]) => service)), "lambda.amazonaws.com"];
  const roles = [...allowed.map(([name = ""]) => name), "esteira-acme-dev-notifier", "admin"];
  const passes = roles.flatMap((name) =>
    services
      .filter(
        (service) => decide(document, "iam:PassRole", role(name), passed(service)) === "allowed",
      )
      .map((service) => [name, service]),
  );
  expect(passes).toEqual(allowed);
});

test.each([
  ["plans", planPolicy],
  ["reads", readPolicy],
])("%s without a single right to write", (_, policyOf) => {
  const actions = policyOf(scope).Statement.flatMap(({ Action }) => Action);
  const reading = /:(Get|List|Describe|BatchGet|BatchCheck|Validate|FilterLogEvents)/;
  expect(actions.filter((action) => !reading.test(action))).toEqual([]);
});

test("reads the images of the environment that it takes them from, in its account and region too, and writes none of them", () => {
  const ecr = (account: string, region: string, name: string) =>
    `arn:aws:ecr:${region}:${account}:repository/${name}`;
  const source = (changes: Partial<AwsEnvironment>) =>
    policyScope({
      workspace: "acme",
      partition: "aws",
      environment: awsEnvironment(),
      promotesFrom: awsEnvironment({ repository: { kind: "ecr", name: "dev-images" }, ...changes }),
    });
  const theirs = ecr("210987654321", "sa-east-1", "dev-images");
  const taking = source({ accountId: "210987654321", region: "sa-east-1" });
  for (const policy of [planPolicy, deployPolicy, readPolicy, runPolicy]) {
    for (const repository of [ecr("123456789012", "us-east-1", "ml-projects"), theirs]) {
      for (const action of ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]) {
        expect(decide(policy(taking), action, repository)).toBe("allowed");
      }
      expect(decide(policy(scope), "ecr:BatchGetImage", theirs)).toBe("not allowed");
    }
  }
  for (const action of ["ecr:PutImage", "ecr:BatchDeleteImage", "ecr:InitiateLayerUpload"]) {
    expect(decide(deployPolicy(taking), action, theirs)).toBe("not allowed");
  }
  // Where the own registry is none of Amazon's, signing in to ECR is for the other's alone.
  const elsewhere = policyScope({
    workspace: "acme",
    partition: "aws",
    environment: awsEnvironment({ repository: { kind: "oci", reference: "registry.acme.com/ml" } }),
    promotesFrom: awsEnvironment(),
  });
  expect(decide(planPolicy(elsewhere), "ecr:GetAuthorizationToken", "*")).toBe("allowed");
  expect(
    decide(
      planPolicy(elsewhere),
      "ecr:BatchGetImage",
      ecr("123456789012", "us-east-1", "ml-projects"),
    ),
  ).toBe("allowed");
  // And where theirs is none, there is nothing to allow.
  const oci = source({ repository: { kind: "oci", reference: "registry.acme.com/ml" } });
  expect(planPolicy(oci)).toEqual(planPolicy(scope));
});

test("old artifacts are found and removed, and caches looked at, where the environment does so, and no content is read", () => {
  const of = (changes: Partial<AwsEnvironment>, usesCache: boolean) =>
    policyScope({
      workspace: "acme",
      partition: "aws",
      environment: awsEnvironment(changes),
      usesCache,
    });
  const entry = `${bucket}/artifacts/recsys/_cache/train/last.json`;
  const prefix = { "s3:prefix": "artifacts/recsys/" };
  const history = states("execution:recsys-workflow:run");
  const said = (document: PolicyDocument) => [
    decide(document, "s3:ListBucket", bucket, prefix),
    decide(document, "s3:GetObject", entry),
    decide(document, "states:GetExecutionHistory", history),
    decide(document, "s3:DeleteObject", entry),
    decide(document, "s3:GetObject", `${bucket}/artifacts/recsys/run/_outputs/train/1/work/x`),
  ];
  const [yes, no] = ["allowed", "not allowed"];
  const keeping = of({ keepArtifactsDays: 90 }, false);
  expect(said(deployPolicy(keeping))).toEqual([yes, yes, yes, yes, no]);
  expect(said(planPolicy(keeping))).toEqual([yes, yes, yes, no, no]);
  const caching = of({}, true);
  expect(said(deployPolicy(caching))).toEqual([no, yes, no, no, no]);
  expect(said(planPolicy(caching))).toEqual([no, yes, no, no, no]);
  expect(said(planPolicy(scope))).toEqual([no, no, no, no, no]);
  expect(said(deployPolicy(scope))).toEqual([no, no, no, no, no]);
});

test("starts, ends and resumes runs with the run policy, and deploys nothing", () => {
  const document = runPolicy(scope);
  expect(decide(document, "states:StartExecution", states("stateMachine:recsys-workflow"))).toBe(
    "allowed",
  );
  expect(decide(document, "states:RedriveExecution", states("execution:recsys-workflow:r"))).toBe(
    "allowed",
  );
  const once = { "s3:if-none-match": "*" };
  expect(decide(document, "s3:PutObject", `${bucket}/esteira/v1/audit/1.json`, once)).toBe(
    "allowed",
  );
  expect(decide(document, "s3:PutObject", `${bucket}/esteira/v1/releases/recsys/1.json`)).toBe(
    "not allowed",
  );
  expect(
    decide(document, "states:UpdateStateMachine", states("stateMachine:recsys-workflow")),
  ).toBe("not allowed");
});

test("keeps a suffixed environment to what bears its suffix", () => {
  const document = deployPolicy(scopeOf({ suffix: "-dev" }));
  expect(decide(document, "ecs:CreateCluster", ecs("cluster/ml-cluster-recsys-dev"))).toBe(
    "allowed",
  );
  expect(decide(document, "ecs:CreateCluster", ecs("cluster/ml-cluster-recsys"))).toBe(
    "not allowed",
  );
  const group = "arn:aws:logs:us-east-1:123456789012:log-group:/ecs/recsys-dev";
  expect(decide(document, "logs:CreateLogGroup", `${group}:*`)).toBe("allowed");
  expect(decide(document, "logs:TagResource", group)).toBe("allowed");
  expect(
    decide(
      document,
      "logs:TagResource",
      "arn:aws:logs:us-east-1:123456789012:log-group:/ecs/recsys",
    ),
  ).toBe("not allowed");
});

test("uses the roles that esteira.yaml names", () => {
  const named = scopeOf({
    roles: {
      step_functions: role("sfn"),
      instance: "arn:aws:iam::123456789012:instance-profile/ecs",
    },
  });
  const document = deployPolicy(named);
  expect(decide(document, "iam:PassRole", role("sfn"), passed("states.amazonaws.com"))).toBe(
    "allowed",
  );
  expect(decide(document, "iam:PassRole", role("ecs"), passed("ec2.amazonaws.com"))).toBe(
    "allowed",
  );
  expect(
    decide(
      document,
      "iam:PassRole",
      role("esteira-acme-dev-step-functions"),
      passed("states.amazonaws.com"),
    ),
  ).toBe("not allowed");
});

test("fits IAM's limits, with the longest names too", () => {
  const longest = policyScope({
    usesCache: true,
    dataBuckets: Array.from({ length: 20 }, (_, n) => `a-bucket-of-another-team-${n}`),
    workspace: "w".repeat(63),
    partition: "aws-us-gov",
    environment: awsEnvironment({
      name: environmentName("e".repeat(20)),
      region: "us-gov-west-1",
      suffix: "-a-long-suffix",
      keepArtifactsDays: 90,
      repository: { kind: "ecr", name: "r".repeat(100) },
    }),
    promotesFrom: awsEnvironment({
      region: "us-gov-east-1",
      repository: { kind: "ecr", name: "s".repeat(100) },
    }),
    taskRoles: Array.from(
      { length: 20 },
      (_, n) => `arn:aws-us-gov:iam::123456789012:role/a-role-of-a-project-${n}`,
    ),
  });
  for (const each of [scope, longest]) {
    for (const name of roleNames) {
      const inline = rolePolicies[name](each);
      expect(inline === undefined ? 0 : policySize(inline)).toBeLessThanOrEqual(inlinePolicyLimit);
      expect(policySize(trustPolicies[name](each))).toBeLessThanOrEqual(trustPolicyLimit);
    }
    const all = [deployPolicy(each), planPolicy(each), readPolicy(each), runPolicy(each)];
    for (const document of all) {
      const parts = splitPolicy(document);
      expect(parts.length).toBeLessThanOrEqual(5);
      for (const part of parts) expect(policySize(part)).toBeLessThanOrEqual(managedPolicyLimit);
      const ids = document.Statement.map(({ Sid }) => Sid);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.every((id) => /^[A-Za-z0-9]+$/.test(id ?? ""))).toBe(true);
    }
  }
});
