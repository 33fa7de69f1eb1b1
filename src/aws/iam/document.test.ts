import { expect, test } from "vitest";

import {
  allow,
  normalized,
  parsePolicy,
  policy,
  policySize,
  samePolicy,
  splitPolicy,
} from "./document.ts";

test("counts as IAM does, without white space", () => {
  const document = policy(allow("A", "s3:GetObject", "*"));
  expect(policySize(document)).toBe(
    '{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}'
      .length,
  );
});

test("splits into as few documents as the limit allows, and loses nothing", () => {
  const statements = Array.from({ length: 10 }, (_, n) =>
    allow(`S${n}`, "s3:GetObject", `arn:${"x".repeat(100)}${n}`),
  );
  const parts = splitPolicy(policy(...statements), 600);
  expect(parts.length).toBeLessThanOrEqual(5);
  expect(parts.map(policySize).every((size) => size <= 600)).toBe(true);
  expect(parts.flatMap(({ Statement }) => Statement)).toEqual(statements);
  expect(splitPolicy(policy(...statements))).toHaveLength(1);
});

test("knows when two documents say the same", () => {
  const a = policy(
    allow("A", ["s3:GetObject", "s3:PutObject"], ["arn:1", "arn:2"], {
      StringEquals: { "aws:SourceAccount": "1" },
    }),
    allow("B", "ecs:RunTask", "*"),
  );
  const b = policy(
    allow("B", ["ecs:runtask"], ["*"]),
    allow("A", ["s3:PutObject", "s3:GetObject"], ["arn:2", "arn:1"], {
      StringEquals: { "AWS:SourceAccount": ["1"] },
    }),
  );
  expect(samePolicy(a, b)).toBe(true);
  expect(samePolicy(a, policy(...a.Statement.slice(1)))).toBe(false);
  expect(
    samePolicy(a, { ...a, Statement: a.Statement.map((s) => ({ ...s, Effect: "Deny" as const })) }),
  ).toBe(false);
});

test("reads what IAM gives: percent-encoded, and one statement without a list", () => {
  const text =
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":"*"}}';
  const encoded = parsePolicy(encodeURIComponent(text));
  expect(encoded).toEqual(parsePolicy(text));
  expect(encoded === undefined ? [] : normalized(encoded)).toEqual([
    { Effect: "Allow", Principal: { AWS: ["*"] }, Action: ["sts:assumerole"] },
  ]);
  expect(parsePolicy("%")).toBeUndefined();
  expect(parsePolicy("[]")).toBeUndefined();
  expect(parsePolicy(undefined)).toBeUndefined();
});
