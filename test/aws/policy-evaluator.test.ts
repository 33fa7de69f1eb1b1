import { expect, test } from "vitest";

import { allow, policy, type Statement } from "../../src/aws/iam/document.ts";
import { evaluate } from "./rig/policy.ts";

const cluster = "arn:aws:ecs:us-east-1:123456789012:cluster/ml-cluster-recsys";

test("allows what a statement names, whatever the case of the action, and nothing else", () => {
  const documents = [
    policy(allow("A", ["ecs:Describe*", "ECS:createcluster"], "arn:aws:ecs:*:*:cluster/ml-*")),
  ];
  expect(evaluate(documents, { action: "ecs:CreateCluster", resource: cluster })).toBe("allowed");
  expect(evaluate(documents, { action: "ecs:DescribeClusters", resource: cluster })).toBe(
    "allowed",
  );
  expect(evaluate(documents, { action: "ecs:DeleteCluster", resource: cluster })).toBe(
    "not allowed",
  );
  expect(
    evaluate(documents, { action: "ecs:CreateCluster", resource: cluster.replace("ml-", "x-") }),
  ).toBe("not allowed");
  expect(evaluate(documents, { action: "ecs:CreateCluster", resource: "*" })).toBe("not allowed");
  expect(evaluate([], { action: "ecs:CreateCluster", resource: cluster })).toBe("not allowed");
});

test("lets a Deny win", () => {
  const deny: Statement = { Effect: "Deny", Action: "*", Resource: `${cluster}?` };
  const documents = [policy(allow("A", "*", "*")), policy(deny)];
  expect(evaluate(documents, { action: "ecs:CreateCluster", resource: cluster })).toBe("allowed");
  expect(evaluate(documents, { action: "ecs:CreateCluster", resource: `${cluster}2` })).toBe(
    "denied",
  );
});

test.each([
  [{ StringEquals: { "iam:PassedToService": ["a", "b"] } }, { "IAM:passedtoservice": "b" }, true],
  [{ StringEquals: { "iam:PassedToService": "a" } }, { "iam:PassedToService": "b" }, false],
  [{ StringEquals: { "iam:PassedToService": "a" } }, {}, false],
  [{ StringEqualsIfExists: { "iam:PassedToService": "a" } }, {}, true],
  [{ StringNotEquals: { "iam:PassedToService": "a" } }, {}, true],
  [{ StringLike: { "s3:prefix": "esteira/v1/*" } }, { "s3:prefix": "esteira/v1/audit/" }, true],
  [{ StringLike: { "s3:prefix": "esteira/v1/*" } }, { "s3:prefix": "" }, false],
  [{ Bool: { "aws:SecureTransport": "false" } }, { "aws:SecureTransport": "true" }, false],
  [
    { ArnLike: { "ecs:cluster": "arn:aws:ecs:us-east-1:*:cluster/ml-*" } },
    { "ecs:cluster": cluster },
    true,
  ],
  // A wildcard doesn't reach over a colon.
  [{ ArnLike: { "ecs:cluster": "arn:aws:*:cluster/ml-*" } }, { "ecs:cluster": cluster }, false],
  [{ StringEquals: { a: "1" }, StringLike: { b: "2*" } }, { a: "1", b: "3" }, false],
] as const)("looks at conditions: %j with %j: %s", (condition, context, holds) => {
  const documents = [policy(allow("A", "x:Y", "*", condition))];
  expect(evaluate(documents, { action: "x:Y", resource: "r", context })).toBe(
    holds ? "allowed" : "not allowed",
  );
});

test("says so when it doesn't know an operator", () => {
  const documents = [policy(allow("A", "x:Y", "*", { DateLessThan: { k: "v" } }))];
  expect(() => evaluate(documents, { action: "x:Y", resource: "r", context: { k: "v" } })).toThrow(
    "the evaluator doesn't know the operator DateLessThan",
  );
});
