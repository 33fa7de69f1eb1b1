import { expect, test } from "vitest";

import type { LogLine } from "../../platform/log-lines.ts";
import { attempt, begin, failedView, step, view } from "../../runs/fixtures/views.ts";
import { gutterFor, logLine, milestoneLine, busyLine } from "./follow.ts";
import { milestones, reasonOf } from "./milestones.ts";
import { styleFor } from "./style.ts";

const steps = [
  { id: "extract_features", retries: 0, items: 0 },
  { id: "score_model", retries: 0, items: 0 },
];
const gutter = gutterFor(steps, styleFor(false), false);

function line(change: Partial<LogLine>): LogLine {
  return {
    timestamp: begin,
    step: "score_model",
    attempt: 1,
    item: undefined,
    stream: "stdout",
    text: "406 vehicles",
    ...change,
  };
}

test("what a run says while it goes: every change of state once, in the order of time", () => {
  expect(milestones(failedView).map((milestone) => milestoneLine(milestone, gutter))).toEqual([
    "▸ extract_features started",
    "✓ extract_features done in 2.1s",
    "▸ score_model      started",
    "↻ score_model      exit code 1, retry in 1.0s",
    "▸ score_model#2    started",
    "✗ score_model#2    failed after 3.9s: exit code 1",
  ]);
});

test("the keys are the same however often the history is read", () => {
  const keys = milestones(failedView).map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
  const earlier = view([{ ...failedView.steps[0], ...step("extract_features") }]);
  expect(milestones(earlier)).toEqual([]);
});

test("a retry that is still waited for is distinguished from a failure", () => {
  const waiting = step("score_model", {
    status: "waiting",
    startedAt: begin,
    attempts: [attempt({ status: "timed_out", exitCode: undefined })],
  });
  const lines = (retryAt: number | undefined): string[] =>
    milestones(view([{ ...waiting, retryAt }], { status: "RUNNING" })).map((milestone) =>
      milestoneLine(milestone, gutter),
    );
  expect(lines(undefined)).toEqual([
    "▸ score_model      started",
    "↻ score_model      time limit reached, to be tried again",
  ]);
  expect(lines(begin + 32_100)[1]).toBe("↻ score_model      time limit reached, retry in 30.0s");
});

test("what never started, was stopped or skipped", () => {
  const states = view([
    step("a", {
      attempts: [
        attempt({
          status: "failed",
          startedAt: undefined,
          exitCode: undefined,
          error: "ECS.AmazonECSException",
        }),
      ],
    }),
    step("b", {
      attempts: [attempt({ status: "aborted", exitCode: undefined, endedAt: begin + 3000 })],
    }),
    step("c", { status: "skipped", startedAt: begin + 4000 }),
  ]);
  const narrow = gutterFor([], styleFor(false), false);
  expect(milestones(states).map((milestone) => milestoneLine(milestone, narrow))).toEqual([
    "▸ b started",
    "✗ a failed after 2.1s: ECS.AmazonECSException",
    "■ b stopped",
    "- c skipped",
  ]);
});

test("a step whose instance was lost is started again, and that is no failure", () => {
  const setback = (number: number) => ({ kind: "instance-lost", number, of: 3 }) as const;
  const states = view([
    step("a", {
      attempts: [
        attempt({ status: "failed", setback: setback(1) }),
        attempt({ status: "failed", setback: setback(4), task: 9, number: 4 }),
      ],
    }),
  ]);
  const narrow = gutterFor([], styleFor(false), false);
  expect(milestones(states).map((milestone) => milestoneLine(milestone, narrow))).toEqual([
    "▸ a started",
    "▸ a#4 started",
    "↻ a its instance was reclaimed; started again, 1 of 3",
    "✗ a#4 failed after 2.1s: its instance was reclaimed",
  ]);
});

test("a step's lines are aligned under each other behind its name", () => {
  expect(logLine(line({}), gutter)).toBe("  score_model      │ 406 vehicles");
  expect(logLine(line({ text: "" }), gutter)).toBe("  score_model      │");
  expect(logLine(line({ item: 3, attempt: 2 }), gutter)).toBe("  score_model[3]#2 │ 406 vehicles");
});

test("steps have their own colours, errors a yellow rule", () => {
  const colours = gutterFor(steps, styleFor(true), true);
  expect(logLine(line({ stream: "stderr" }), colours)).toBe(
    "  \u001B[35mscore_model     \u001B[39m \u001B[33m│\u001B[39m 406 vehicles",
  );
});

test("what runs right now fits into a line", () => {
  const running = ["a", "b", "c"].map((id, index) => ({
    step: `step_${id}`,
    attempt: 1,
    item: undefined,
    since: begin - index * 60_000,
    waiting: id === "b",
  }));
  const at = (width: number): string =>
    busyLine(running, "⠋", begin + 12_345, { style: styleFor(false), width });
  expect(at(80)).toBe("⠋ step_a 12s, step_b waits 1m 12s, step_c 2m 12s");
  expect(at(45)).toBe("⠋ step_a 12s, step_b waits 1m 12s, 1 more");
});

test.each([
  [{ StopCode: "TaskFailedToStart", Containers: [{}] }, undefined, "it could not begin"],
  [
    { Containers: [{ ExitCode: 137, Reason: "OutOfMemoryError: Container killed" }] },
    137,
    "out of memory",
  ],
  [{ StopCode: "EssentialContainerExited", Containers: [{ ExitCode: 3 }] }, 3, "exit code 3"],
])("why an attempt failed, from what its task says", (task, exitCode, why) => {
  const failed = attempt({ status: "failed", exitCode, cause: JSON.stringify(task) });
  expect(reasonOf(failed)).toBe(why);
});
