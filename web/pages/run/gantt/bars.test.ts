import { expect, test } from "vitest";

import type { GanttStep } from "../chosen-log.ts";
import { barsOf, outcomeOfStep } from "./bars.ts";

type Attempt = GanttStep["attempts"][number];

const attempt = (given: Partial<Attempt>): Attempt => ({
  task: 1,
  number: 1,
  item: null,
  status: "succeeded",
  scheduledAt: 0,
  placedAt: 10,
  startedAt: 30,
  endedAt: 100,
  exitCode: 0,
  error: null,
  cause: null,
  log: null,
  peakMemoryBytes: null,
  memoryLimitBytes: null,
  timeLimitSeconds: null,
  endedBy: null,
  ...given,
});

const brief = (attempts: readonly Attempt[], retryAt: number | null = null, now = 500) =>
  barsOf(attempts, retryAt, now).map(
    ({ kind, from, to, outcome, number }) => `${kind} ${from}-${to} ${outcome} ${number ?? ""}`,
  );

test("a try waits, starts and runs", () => {
  expect(brief([attempt({})])).toEqual([
    "waits 0-10 waiting ",
    "starts 10-30 waiting ",
    "runs 30-100 succeeded ",
  ]);
});

test("a try that has no place yet waits until now, one that has a place starts until now", () => {
  expect(
    brief([attempt({ status: "scheduled", placedAt: null, startedAt: null, endedAt: null })]),
  ).toEqual(["waits 0-500 waiting "]);
  expect(brief([attempt({ status: "scheduled", startedAt: null, endedAt: null })])).toEqual([
    "waits 0-10 waiting ",
    "starts 10-500 waiting ",
  ]);
});

test("a try that was lost is a warning when another followed, and between them is waiting", () => {
  const lost = attempt({ status: "failed" });
  const next = attempt({
    number: 2,
    scheduledAt: 150,
    placedAt: 150,
    startedAt: 160,
    endedAt: 300,
  });
  expect(brief([lost, next])).toEqual([
    "waits 0-10 waiting ",
    "starts 10-30 waiting ",
    "runs 30-100 retried 1",
    "waits 100-150 waiting ",
    "starts 150-160 waiting ",
    "runs 160-300 succeeded 2",
  ]);
  expect(brief([lost], 700).at(-1)).toBe("waits 100-500 waiting ");
});

test("a step is what its newest try is", () => {
  const step: GanttStep = {
    id: "train",
    name: "train",
    dependsOn: [],
    status: "running",
    startedAt: 0,
    endedAt: null,
    retryAt: null,
    timeoutSeconds: null,
    memoryBytes: null,
    attempts: [attempt({ status: "scheduled", placedAt: null, startedAt: null, endedAt: null })],
    items: null,
  };
  expect(outcomeOfStep(step)).toBe("waiting");
  const placed = attempt({ status: "scheduled", startedAt: null, endedAt: null });
  expect(outcomeOfStep({ ...step, attempts: [placed] })).toBe("starting");
  expect(outcomeOfStep({ ...step, retryAt: 9 })).toBe("waiting");
  expect(
    outcomeOfStep({
      ...step,
      status: "succeeded",
      attempts: [attempt({}), attempt({ number: 2 })],
    }),
  ).toBe("retried");
});
