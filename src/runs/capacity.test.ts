import { expect, test } from "vitest";

import { diagnoseWait } from "./capacity.ts";
import { diagnose } from "./diagnose.ts";
import { failedRun, startFailed } from "./fixtures/failed-run.ts";
import type { RunView } from "./model.ts";

const minute = 60_000;
const noSpot =
  "Could not launch Spot Instances. InsufficientInstanceCapacity - There is no Spot capacity available that matches your request.";
const failed = failedRun({ end: startFailed("x") });
const running: RunView = {
  ...failed,
  status: "RUNNING",
  steps: failed.steps.map((step) => ({
    ...step,
    status: "running",
    attempts: step.attempts.map((attempt) => ({ ...attempt, endedAt: undefined })),
  })),
};

test("a run that waits for an instance says so, with what Auto Scaling says", () => {
  expect(
    diagnoseWait(running, { waitingSince: 0, launchFailures: [noSpot, "older"] }, 4 * minute),
  ).toEqual({
    code: "run/waiting-for-instance",
    step: "score_model",
    message: `score_model has been waiting for an instance for 4 min: ${noSpot}`,
    help: "AWS keeps trying until ECS gives the task up, after half an hour at most. More types in infra.compute.ec2_types, or on_demand_fallback, find one sooner.",
  });
  const quiet = { waitingSince: 0, launchFailures: [] };
  expect(diagnoseWait(running, quiet, 2 * minute)).toMatchObject({
    message: "score_model has been waiting for an instance for 2 min",
    help: "The first instance takes three to six minutes to come up.",
  });
  expect(diagnoseWait(running, quiet, 12 * minute)?.help).toMatch(/^Check the auto scaling/);
});

test("a run that doesn't wait, or has ended, says nothing of it", () => {
  const evidence = { waitingSince: undefined, launchFailures: [noSpot] };
  expect(diagnoseWait(running, evidence, minute)).toBeUndefined();
  expect(diagnoseWait(failed, { ...evidence, waitingSince: 0 }, minute)).toBeUndefined();
});

test("a task that was given up while no instance could be launched is reported with the reason", () => {
  const gaveUp = failedRun({ end: startFailed("Task failed to start") });
  expect(diagnose(gaveUp, [])?.code).toBe("run/start-failed");
  expect(diagnose(gaveUp, [], [noSpot])).toMatchObject({
    code: "run/no-capacity",
    message: `score_model could not begin: no instance had room for it: ${noSpot}`,
  });
  expect(diagnose(failedRun({ error: "States.Timeout" }), [], [noSpot])).toMatchObject({
    code: "run/step-time-limit",
    message: `score_model was given up: its time limit and an hour for the start are over: ${noSpot}`,
  });
});

test("what runs out of memory doesn't blame the instances", () => {
  expect(diagnose(failedRun({ end: exitedOutOfMemory }), [], [noSpot])?.code).toBe(
    "run/out-of-memory",
  );
});

const exitedOutOfMemory = {
  kind: "exited",
  exitCode: 137,
  outOfMemory: true,
  timedOut: false,
  stopped: false,
  startedAt: 1,
  stoppedAt: 2,
} as const;
