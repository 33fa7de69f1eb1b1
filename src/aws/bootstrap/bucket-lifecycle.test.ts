import { expect, test } from "vitest";

import { keys } from "../bucket/location.ts";
import { lifecycleRules } from "./bucket-lifecycle.ts";

const rules = lifecycleRules({
  bucket: "esteira-acme-dev",
  own: true,
  documents: "esteira/v1/",
  artifacts: "artifacts/",
  artifactsUri: "s3://esteira-acme-dev/artifacts",
});

test("old versions of every document go, but for those of the audit trail", () => {
  const places = Object.values(keys).map((key) =>
    typeof key === "string" ? key : (key as (...names: string[]) => string)("a", "b", "c"),
  );
  const covered = (place: string) =>
    rules.some(
      ({ Filter, NoncurrentVersionExpiration }) =>
        NoncurrentVersionExpiration !== undefined &&
        `esteira/v1/${place}`.startsWith(Filter?.Prefix ?? "-"),
    );
  expect(places.filter((place) => !covered(place))).toEqual(["audit/"]);
});

test("current documents stay, but for marks that no event asks for any more", () => {
  const ending = rules.filter(({ Expiration }) => Expiration?.Days !== undefined);
  expect(ending.map(({ Filter, Expiration }) => [Filter?.Prefix, Expiration?.Days])).toEqual([
    ["esteira/v1/arrived/taken/", 60],
  ]);
  expect(new Set(rules.map(({ ID }) => ID)).size).toBe(rules.length);
});
