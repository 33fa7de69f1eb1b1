import { expect, test } from "vitest";

import { runId } from "../../core/ids.ts";
import { ok } from "../../core/result.ts";
import type { CapacityEvidence } from "../../runs/capacity.ts";
import type { RunView } from "../../runs/model.ts";
import { waitingFor } from "./waiting-for.ts";

const view: RunView = {
  status: "RUNNING",
  startedAt: 0,
  endedAt: undefined,
  input: {},
  output: undefined,
  error: undefined,
  cause: undefined,
  steps: [],
};

test("a follower is notified once a minute at most that a run waits, and each reason once", async () => {
  let now = 0;
  let asked = 0;
  let evidence: CapacityEvidence = { waitingSince: undefined, launchFailures: [] };
  const platform = {
    capacity: {
      evidence: () => {
        asked += 1;
        return Promise.resolve(ok(evidence));
      },
    },
  };
  const waits = waitingFor({ now: () => now }, platform, runId("r"));
  const after = async (seconds: number) => {
    now += seconds * 1000;
    return (await waits.look(view))?.message;
  };
  expect(await after(59)).toBeUndefined();
  expect(asked).toBe(0);
  expect(await after(1)).toBeUndefined();
  evidence = { waitingSince: 0, launchFailures: [] };
  expect(await after(59)).toBeUndefined();
  expect(await after(1)).toBe("the run has been waiting for an instance for 2 min");
  expect(await after(60)).toBeUndefined();
  evidence = { waitingSince: 0, launchFailures: ["no spot capacity"] };
  expect(await after(60)).toBe(
    "the run has been waiting for an instance for 4 min: no spot capacity",
  );
  expect(await after(60)).toBeUndefined();
  expect(asked).toBe(5);
  expect(await waits.look({ ...view, status: "FAILED" })).toBeUndefined();
});

test("on this machine there are no instances to wait for", async () => {
  let now = 0;
  const waits = waitingFor({ now: () => now }, {}, runId("r"));
  now = 3_600_000;
  expect(await waits.look(view)).toBeUndefined();
});
