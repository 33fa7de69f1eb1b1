import { expect, test } from "vitest";

import { roleNames } from "../../src/aws/bootstrap/names.ts";
import { type PolicyDocument } from "../../src/aws/iam/document.ts";
import { managedPolicies, rolePolicies } from "../../src/aws/iam/role-policies.ts";
import { policyScope } from "../../src/aws/iam/scope.ts";
import { trustPolicies } from "../../src/aws/iam/trust.ts";
import type { AwsEnvironment } from "../../src/config/model.ts";
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
const recsys = { "ecs:cluster": ecs("cluster/ml-cluster-recsys") };

const decide = (
  document: PolicyDocument | undefined,
  action: string,
  resource: string,
  context: Authorization["context"] = {},
) => evaluate(document === undefined ? [] : [document], { action, resource, context });

test("lets Step Functions run tasks of its clusters only, and hand them its own roles only", () => {
  const document = rolePolicies.step_functions(scope);
  const run = (resource: string, context = recsys) =>
    decide(document, "ecs:RunTask", ecs(resource), context);
  expect(run("task-definition/recsys:42")).toBe("allowed");
  // AWS always asks about a revision: a policy for the bare family allows nothing.
  expect(run("task-definition/recsys")).toBe("not allowed");
  expect(run("task-definition/recsys:42", { "ecs:cluster": ecs("cluster/web") })).toBe(
    "not allowed",
  );

  const pass = (name: string, service = "ecs-tasks.amazonaws.com") =>
    decide(document, "iam:PassRole", role(name), passed(service));
  expect(pass("esteira-acme-dev-task")).toBe("allowed");
  expect(pass("esteira-acme-dev-task-execution")).toBe("allowed");
  expect(pass("esteira-acme-dev-task", "ec2.amazonaws.com")).toBe("not allowed");
  expect(pass("esteira-acme-dev-step-functions")).toBe("not allowed");
  expect(pass("admin")).toBe("not allowed");

  const own = rolePolicies.step_functions(scopeOf({}, [role("churn-data")]));
  expect(decide(own, "iam:PassRole", role("churn-data"), passed("ecs-tasks.amazonaws.com"))).toBe(
    "allowed",
  );
});

test("lets instances pull by a registry's secret, and by no other of a like name", () => {
  const repository = { kind: "oci", reference: "registry.acme.com/ml", secret: "ml/reg" } as const;
  const document = rolePolicies.task_execution(scopeOf({ repository }));
  const read = (name: string) =>
    decide(
      document,
      "secretsmanager:GetSecretValue",
      `arn:aws:secretsmanager:us-east-1:123456789012:secret:${name}`,
    );
  expect(read("ml/reg-a1B2c3")).toBe("allowed");
  expect(read("/esteira/dev/recsys/db-a1B2c3")).toBe("allowed");
  expect(read("ml/registry-a1B2c3")).toBe("not allowed");
});

test("lets state machines run items as executions by themselves, and no other machine", () => {
  const ask = (action: string, resource: string) =>
    decide(rolePolicies.step_functions(scope), action, states(resource));
  expect([
    ask("states:StartExecution", "stateMachine:recsys-workflow"),
    ask("states:DescribeExecution", "execution:recsys-workflow:5c1b"),
    ask("states:DescribeExecution", "execution:recsys-workflow/score:5c1b"),
    ask("states:StopExecution", "execution:recsys-workflow/score:5c1b"),
    ask("states:RedriveExecution", "execution:recsys-workflow/score:5c1b"),
  ]).toEqual(Array(5).fill("allowed"));
  expect(ask("states:StartExecution", "stateMachine:web")).toBe("not allowed");
  expect(ask("states:StopExecution", "execution:web/score:5c1b")).toBe("not allowed");
});

test("lets Step Functions learn of tasks by the one rule that AWS manages, and read what steps left", () => {
  const document = rolePolicies.step_functions(scope);
  const rule = "arn:aws:events:us-east-1:123456789012:rule/StepFunctionsGetEventsForECSTaskRule";
  for (const action of ["events:PutRule", "events:PutTargets", "events:DescribeRule"]) {
    expect(decide(document, action, rule)).toBe("allowed");
    expect(decide(document, action, rule.replace("StepFunctions", "Other"))).toBe("not allowed");
  }
  expect(decide(document, "s3:GetObject", `${bucket}/artifacts/recsys/run/list.json`)).toBe(
    "allowed",
  );
  expect(decide(document, "s3:GetObject", `${bucket}/esteira/v1/lease.json`)).toBe("denied");
  // S3 asks for it where an object is absent, and answers 403 instead of 404 without it.
  const list = (prefix: string) =>
    decide(document, "s3:ListBucket", bucket, { "s3:prefix": prefix });
  expect(list("artifacts/recsys/run/list.json")).toBe("allowed");
  expect(list("esteira/v1/lease.json")).toBe("not allowed");
  expect(decide(document, "states:ListExecutions", states("stateMachine:recsys-workflow"))).toBe(
    "allowed",
  );
  expect(decide(document, "logs:CreateLogDelivery", "*")).toBe("allowed");
  expect(
    decide(document, "ecs:TagResource", ecs("task/ml-cluster-recsys/0"), {
      "ecs:CreateAction": "RunTask",
    }),
  ).toBe("allowed");
  expect(decide(document, "ecs:TagResource", ecs("task/ml-cluster-recsys/0"))).toBe("not allowed");
});

test("lets EventBridge Scheduler start pipelines and keep dead letters, nothing else", () => {
  const document = rolePolicies.scheduler(scope);
  expect(decide(document, "states:StartExecution", states("stateMachine:recsys-workflow"))).toBe(
    "allowed",
  );
  expect(decide(document, "states:StartExecution", states("stateMachine:billing"))).toBe(
    "not allowed",
  );
  expect(
    decide(
      document,
      "sqs:SendMessage",
      "arn:aws:sqs:us-east-1:123456789012:esteira-acme-dev-dead-letters",
    ),
  ).toBe("allowed");
  expect(decide(document, "sqs:SendMessage", "arn:aws:sqs:us-east-1:123456789012:orders")).toBe(
    "not allowed",
  );
});

test("gives steps the artifacts and not what Esteira writes for itself", () => {
  const document = rolePolicies.task(scope);
  for (const action of ["s3:GetObject", "s3:PutObject"]) {
    expect(decide(document, action, `${bucket}/artifacts/recsys/run/x`)).toBe("allowed");
    expect(decide(document, action, `${bucket}/esteira/v1/lease.json`)).toBe("denied");
  }
  // Listing is asked of the bucket itself, with the prefix as a condition.
  expect(decide(document, "s3:ListBucket", bucket, { "s3:prefix": "artifacts/recsys/" })).toBe(
    "allowed",
  );
  expect(decide(document, "s3:ListBucket", bucket, { "s3:prefix": "" })).toBe("not allowed");
  // What S3 asks about an object that isn't there, to distinguish "absent" from "forbidden".
  expect(decide(document, "s3:ListBucket", bucket)).toBe("allowed");
  expect(
    decide(document, "s3:ListBucket", `${bucket}/artifacts/`, { "s3:prefix": "artifacts/" }),
  ).toBe("not allowed");

  const atRoot = rolePolicies.task(scopeOf({ artifactsUri: "s3://ml-data" }));
  expect(decide(atRoot, "s3:PutObject", "arn:aws:s3:::ml-data/recsys/run/x")).toBe("allowed");
  expect(
    decide(atRoot, "s3:PutObject", "arn:aws:s3:::ml-data/esteira/v1/acme/dev/lease.json"),
  ).toBe("denied");
});

test.each([
  ["a bucket's root", "s3://ml-data"],
  ["a folder", "s3://ml-data/artifacts"],
  ["a folder that begins like the documents'", "s3://ml-data/esteira"],
])("keeps steps off the documents of every environment and workspace that shares %s", (_, uri) => {
  const dev = scopeOf({ artifactsUri: uri });
  for (const document of [rolePolicies.task(dev), rolePolicies.step_functions(dev)]) {
    for (const theirs of ["acme/dev", "acme/prd", "globex/prd"]) {
      for (const action of ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]) {
        const key = `arn:aws:s3:::ml-data/esteira/v1/${theirs}/releases/recsys/1.json`;
        expect(decide(document, action, key)).toBe("denied");
      }
    }
  }
});

test("lets the execution role read this environment's secrets only", () => {
  const document = rolePolicies.task_execution(scope);
  const parameter = (path: string) =>
    decide(document, "ssm:GetParameters", `arn:aws:ssm:us-east-1:123456789012:parameter/${path}`);
  expect(parameter("esteira/dev/recsys/TOKEN")).toBe("allowed");
  expect(parameter("esteira/prd/recsys/TOKEN")).toBe("not allowed");
  const secret = (path: string) =>
    decide(
      document,
      "secretsmanager:GetSecretValue",
      `arn:aws:secretsmanager:us-east-1:123456789012:secret:${path}`,
    );
  expect(secret("/esteira/dev/recsys/db-AbCdEf")).toBe("allowed");
  expect(secret("/esteira/prd/recsys/db-AbCdEf")).toBe("not allowed");
  const key = "arn:aws:kms:us-east-1:123456789012:key/1";
  expect(
    decide(document, "kms:Decrypt", key, { "kms:ViaService": "ssm.us-east-1.amazonaws.com" }),
  ).toBe("allowed");
  expect(decide(document, "kms:Decrypt", key)).toBe("not allowed");
  expect(
    decide(
      document,
      "logs:PutLogEvents",
      "arn:aws:logs:us-east-1:123456789012:log-group:/ecs/recsys:log-stream:x",
    ),
  ).toBe("allowed");
  expect(
    decide(
      document,
      "ecr:BatchGetImage",
      "arn:aws:ecr:us-east-1:123456789012:repository/ml-projects",
    ),
  ).toBe("allowed");
});

test("leaves the instances to the policy that AWS keeps up to date", () => {
  expect(rolePolicies.instance(scope)).toBeUndefined();
  expect(managedPolicies("instance", scope)).toEqual([
    "arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role",
  ]);
});

test("trusts services for this account alone; Scheduler by its schedule group", () => {
  expect(trustPolicies.scheduler(scope).Statement).toEqual([
    {
      Effect: "Allow",
      Principal: { Service: "scheduler.amazonaws.com" },
      Action: "sts:AssumeRole",
      Condition: {
        StringEquals: {
          "aws:SourceAccount": "123456789012",
          "aws:SourceArn": "arn:aws:scheduler:us-east-1:123456789012:schedule-group/default",
        },
      },
    },
  ]);
  expect(trustPolicies.step_functions(scope).Statement[0]?.Condition).toEqual({
    StringEquals: { "aws:SourceAccount": "123456789012" },
    ArnLike: { "aws:SourceArn": states("stateMachine:*") },
  });
  const services = roleNames.map((name) => trustPolicies[name](scope).Statement[0]?.Principal);
  expect(services).toEqual(
    ["states", "scheduler", "ecs-tasks", "ecs-tasks", "ec2", "lambda"].map((name) => ({
      Service: `${name}.amazonaws.com`,
    })),
  );
});
