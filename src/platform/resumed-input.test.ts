import { expect, test } from "vitest";

import type { Release } from "../release/release.ts";
import type { RunInput } from "../runs/model.ts";
import { knownStep, resumedInput } from "./resumed-input.ts";

const steps = [
  { id: "extract", dependsOn: [] },
  { id: "train", dependsOn: ["extract"] },
  { id: "report", dependsOn: ["extract"] },
  { id: "publish", dependsOn: ["train"] },
];
const release = {
  project: "recsys",
  steps,
  parameters: [],
  schedule: { timezone: "America/New_York" },
} as unknown as Release;
const ended = { run: "recsys-1", startedAt: Date.parse("2026-01-31T02:30:00Z") };
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
  expect(resumedInput(ended, before, ["extract", "train"], release, { actor: "bia" })).toEqual({
    ...before,
    skip: ["report", "extract", "train"],
    origin: "recsys-1",
    scheduled_date: "2026-01-30",
    trigger: "resume",
    actor: "bia",
  });
});

test("from a step, that one and all that comes after it run again", () => {
  const done = ["extract", "train", "report"];
  const input = (from: string, only: readonly string[] = []) => {
    const given = resumedInput(ended, { ...before, only }, done, release, {
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

test("the date stays that of the origin: its own, its time's, or the day that it started on", () => {
  const dates = (given: Partial<RunInput>) => {
    const { scheduled_time, scheduled_date } = resumedInput(
      ended,
      { ...before, ...given },
      [],
      release,
      { actor: "bia" },
    );
    return [scheduled_time, scheduled_date];
  };
  const scheduled_time = "2026-01-29T03:00:00Z";
  expect(dates({})).toEqual([null, "2026-01-30"]);
  // The run itself has it from the time.
  expect(dates({ scheduled_time })).toEqual([scheduled_time, undefined]);
  expect(dates({ scheduled_time, scheduled_date: "2026-01-27" })).toEqual([
    scheduled_time,
    "2026-01-27",
  ]);
  expect(dates({ scheduled_date: "2026-01-27" })).toEqual([null, "2026-01-27"]);
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
