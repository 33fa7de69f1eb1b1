import { expect, test } from "vitest";

import { type FollowedRun, successOf } from "./follow.ts";

const run: FollowedRun = {
  project: "features",
  run: "features-1",
  status: "SUCCEEDED",
  skipped: false,
  origin: "features-1",
  startedAt: 1000,
  endedAt: 2000,
  scheduledTime: undefined,
  input: {},
  originStartedAt: undefined,
};

test("a success counts for its scheduled time, else for when its origin began", () => {
  const counted = { project: "features", run: "features-1", endedAt: 2000 };
  expect(successOf(run)).toEqual({ ...counted, time: 1000, scheduled: false });
  expect(successOf({ ...run, originStartedAt: 500 })).toEqual({
    ...counted,
    time: 500,
    scheduled: false,
  });
  expect(successOf({ ...run, scheduledTime: 700, originStartedAt: 500 })).toEqual({
    ...counted,
    time: 700,
    scheduled: true,
  });
});

test.each<[string, Partial<FollowedRun>]>([
  ["failed", { status: "FAILED" }],
  ["was skipped", { skipped: true }],
  ["runs", { status: "RUNNING", endedAt: undefined }],
  ["did single steps", { input: { only: "load" } }],
  ["was a sample", { input: { sample: true } }],
])("one that %s doesn't count", (_, changes) => {
  expect(successOf({ ...run, ...changes })).toBe(undefined);
});
