import { readFile } from "node:fs/promises";

import { expect, test } from "vitest";

import {
  type BaseFeature,
  baseFeatures,
  compareGenerations,
  madeByNewer,
  newestGeneration,
} from "./generations.ts";

const events: BaseFeature = {
  generation: 2,
  name: "schedules that objects start",
  steps: ["events-rule"],
  rights: "lets EventBridge start pipelines",
  neededBy: () => true,
};
const quotas: BaseFeature = { ...events, generation: 3, name: "quotas", steps: [] };
const features = [events, quotas];
const steps = ["bucket", "role-task", "events-rule"];
const done = (...ids: string[]) => Object.fromEntries(ids.map((id) => [id, "hash"]));

test("a document of before generations were counted is of the first", () => {
  expect(compareGenerations({ steps: done("bucket", "role-task") }, steps, features)).toEqual({
    newer: false,
    missing: [],
    lacking: features,
  });
  expect(compareGenerations({ steps: done("bucket", "role-task") }, steps.slice(0, 2), [])).toEqual(
    { newer: false, missing: [], lacking: [] },
  );
});

test("a step of the first generation is missing for everybody, one of a feature for who uses it", () => {
  expect(compareGenerations({ generation: 3, steps: done("bucket") }, steps, features)).toEqual({
    newer: false,
    missing: ["role-task"],
    lacking: [events],
  });
});

test("a feature that added no step is lacking by its generation", () => {
  expect(compareGenerations({ generation: 2, steps: done(...steps) }, steps, features)).toEqual({
    newer: false,
    missing: [],
    lacking: [quotas],
  });
});

test("what only a newer Esteira knows is no difference, and bootstrap leaves it alone", () => {
  const newer = { generation: 4, steps: done(...steps, "something-new") };
  expect(compareGenerations(newer, steps, features)).toEqual({
    newer: true,
    missing: [],
    lacking: [],
  });
  expect(madeByNewer("dev", newer, features)).toEqual({
    reason: "refused",
    message:
      "the base layer of dev was made by a newer Esteira: it is of generation 4, this one makes generation 3",
    help: "run `esteira bootstrap` with the newest version that anybody uses; deploys work with this one",
  });
  expect(madeByNewer("dev", { ...newer, generation: 3 }, features)).toBeUndefined();
  expect(madeByNewer("dev", undefined, features)).toBeUndefined();
});

test("the page about upgrades says what each generation lets somebody do", async () => {
  const page = new URL("../../../docs/operations/upgrade.md", import.meta.url);
  const text = (await readFile(page, "utf8")).replaceAll(/\s+/g, " ");
  for (const { generation } of baseFeatures) {
    expect(text).toMatch(new RegExp(`[,.] ${generation} lets `));
  }
});

test("every feature came with a generation after the first, and none is left out", () => {
  const generations = new Set([1, ...baseFeatures.map(({ generation }) => generation)]);
  expect([...generations].toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: newestGeneration(baseFeatures) }, (_unused, index) => index + 1),
  );
});
