import { expect, test } from "vitest";

import type { Release } from "../release/release.ts";
import { knownStep, resumedInput } from "./resumed-input.ts";

const steps = [
  { id: "extract", dependsOn: [] },
  { id: "train", dependsOn: ["extract"] },
  { id: "report", dependsOn: ["extract"] },
  { id: "publish", dependsOn: ["train"] },
];
const release = { project: "recsys", steps, parameters: [] } as unknown as Release;
const before = {
  params: {},
  only: [],
  skip: ["report"],
  scheduled_time: null,
  origin: null,
  trigger: "manual",
  actor: "ana",
} as const;

test("a run continues without the steps that had succeeded", () => {
  expect(resumedInput("recsys-1", before, ["extract", "train"], release, { actor: "bia" })).toEqual(
    {
      ...before,
      skip: ["report", "extract", "train"],
      origin: "recsys-1",
      trigger: "resume",
      actor: "bia",
    },
  );
});

test("from a step, that one and all that comes after it run again", () => {
  const done = ["extract", "train", "report"];
  const input = (from: string, only: readonly string[] = []) => {
    const given = resumedInput("recsys-1", { ...before, only }, done, release, {
      actor: "bia",
      from,
    });
    return [given.skip, given.only];
  };
  expect(input("train")).toEqual([["report", "extract"], []]);
  expect(input("extract")).toEqual([[], []]);
  expect(input("train", ["extract"])).toEqual([
    ["report", "extract"],
    ["extract", "train", "publish"],
  ]);
});

test("a step that there isn't is refused", () => {
  expect(knownStep(release, "train")).toMatchObject({ ok: true });
  expect(knownStep(release, "trian")).toMatchObject({
    error: {
      message: "recsys has no step trian",
      help: "Its steps are extract, train, report, publish.",
    },
  });
});
