import type { LifecycleRule } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";

import { takingRules } from "./lifecycle.ts";

const location = { artifacts: "ml/artifacts/", documents: "esteira/v1/acme/prd/" };
const rule = (changes: Partial<LifecycleRule>): LifecycleRule => ({
  ID: "theirs",
  Status: "Enabled",
  Filter: { Prefix: "" },
  Expiration: { Days: 30 },
  ...changes,
});
const found = (changes: Partial<LifecycleRule>) => takingRules([rule(changes)], location);
const artifacts = { rule: "theirs", takes: "artifacts", does: "removes them after 30 days" };

test("a rule for the whole bucket takes artifacts and documents", () => {
  expect(found({})).toEqual([{ ...artifacts, takes: "documents" }, artifacts]);
});

test.each<[string, Partial<LifecycleRule>]>([
  ["the folder above", { Filter: { Prefix: "ml/" } }],
  ["a project's", { Filter: { Prefix: "ml/artifacts/recsys/" } }],
  ["one of two conditions", { Filter: { And: { Prefix: "ml/a", ObjectSizeGreaterThan: 10 } } }],
  // oxlint-disable-next-line typescript/no-deprecated -- buckets still have such rules
  ["as it was written before 2018", { Filter: undefined, Prefix: "ml/" }],
])("artifacts are found: %s", (_, changes) => {
  expect(found(changes)).toEqual([artifacts]);
});

test("what is moved where nobody can read it is taken, too, and what ends on a day", () => {
  const Filter = { Prefix: "ml/" };
  const Transitions = [
    { Days: 30, StorageClass: "STANDARD_IA" as const },
    { Days: 90, StorageClass: "GLACIER" as const },
  ];
  expect(found({ Filter, Expiration: undefined, Transitions })).toMatchObject([
    { does: "moves them to GLACIER after 90 days, where nobody can read them" },
  ]);
  const Expiration = { Date: new Date("2027-01-31T00:00:00Z") };
  expect(found({ Filter, Expiration })).toMatchObject([{ does: "removes them on 2027-01-31" }]);
});

test.each<[string, Partial<LifecycleRule>]>([
  ["disabled", { Status: "Disabled" }],
  ["of another folder", { Filter: { Prefix: "logs/" } }],
  ["by a tag, which our objects don't have", { Filter: { Tag: { Key: "a", Value: "b" } } }],
  ["by a tag too", { Filter: { And: { Prefix: "ml/", Tags: [{ Key: "a", Value: "b" }] } } }],
  [
    "for old versions",
    { Expiration: undefined, NoncurrentVersionExpiration: { NoncurrentDays: 1 } },
  ],
  ["for marks", { Expiration: { ExpiredObjectDeleteMarker: true } }],
  [
    "for cheaper storage",
    { Expiration: undefined, Transitions: [{ Days: 1, StorageClass: "GLACIER_IR" }] },
  ],
  ["bootstrap's own", { ID: "esteira-marks-arrived" }],
])("nothing is taken by one that is %s", (_, changes) => {
  expect(found(changes)).toEqual([]);
});
