import { expect, test } from "vitest";

import { attempt, begin, step, view } from "../fixtures/views.ts";
import { savingsOf } from "./advice.ts";
import { addUp, spendingOf } from "./spending.ts";

const minute = 60_000;
const gib = 1024 ** 3;

const trained = view([
  step("extract", {
    attempts: [
      attempt({
        scheduledAt: begin,
        startedAt: begin + 4 * minute,
        endedAt: begin + 10 * minute,
        peakMemoryBytes: 1.1 * gib,
        memoryLimitBytes: 8 * gib,
      }),
    ],
  }),
  step("train", {
    attempts: [
      attempt({
        status: "failed",
        scheduledAt: begin + 10 * minute,
        startedAt: begin + 11 * minute,
        endedAt: begin + 15 * minute,
      }),
      attempt({
        number: 2,
        scheduledAt: begin + 15 * minute,
        startedAt: begin + 15 * minute,
        endedAt: begin + 40 * minute,
      }),
    ],
  }),
]);

const facts = {
  view: trained,
  steps: [
    { id: "extract", resources: { cpu: 1, memoryGb: 8 } },
    { id: "train", resources: { cpu: 4, memoryGb: 4 } },
  ],
  capacity: { instanceTypes: ["t3.xlarge"], minQuantity: 0, maxQuantity: 2, spot: false },
  instance: { vcpus: 4, memoryGb: 16 },
  region: "us-east-1",
  now: begin + 60 * minute,
};

test("a run's money is that of its instances: its steps' parts and the idle ones make all of it", () => {
  const spent = spendingOf(trained, facts, facts.now);
  const perMinute = 0.1664 / 60;
  expect(spent).toEqual({
    usd: expect.closeTo(70 * perMinute, 9) as number,
    workedMs: 31 * minute,
    waitedMs: 5 * minute,
    wastedMs: 4 * minute,
    instanceMinutes: 70,
    idle: { minutes: 15, usd: expect.closeTo(15 * perMinute, 9) as number },
    second: { minutes: 15, usd: expect.closeTo(15 * perMinute, 9) as number },
    steps: [
      {
        step: "extract",
        // Half of an instance for 10 minutes, beside all of it for 30.
        usd: expect.closeTo(40 * perMinute * (5 / 35), 9) as number,
        workedMs: 6 * minute,
        waitedMs: 4 * minute,
        wastedMs: 0,
        peakMemoryBytes: 1.1 * gib,
        memoryLimitBytes: 8 * gib,
      },
      {
        step: "train",
        usd: expect.closeTo(40 * perMinute * (30 / 35), 9) as number,
        workedMs: 25 * minute,
        waitedMs: minute,
        wastedMs: 4 * minute,
        peakMemoryBytes: undefined,
        memoryLimitBytes: undefined,
      },
    ],
  });
});

test("runs add up by step and by day; on this machine without money", () => {
  const here = spendingOf(trained, undefined, facts.now);
  const day = 24 * 3_600_000;
  const month = addUp([
    { ...here, startedAt: begin - day },
    { ...here, startedAt: begin },
  ]);
  expect(month).toMatchObject({
    runs: 2,
    usd: undefined,
    workedMs: 62 * minute,
    wastedMs: 8 * minute,
    instanceMinutes: undefined,
    idle: { minutes: 0, usd: undefined },
    days: [
      { date: "2026-01-30", usd: undefined, workedMs: 31 * minute },
      { date: "2026-01-31", usd: undefined, workedMs: 31 * minute },
    ],
  });
  expect(month.steps.map(({ step: id, workedMs }) => [id, workedMs])).toEqual([
    ["extract", 12 * minute],
    ["train", 50 * minute],
  ]);
});

test("what could be saved is said with its worth and its setting", () => {
  const spent = { ...spendingOf(trained, facts, facts.now), startedAt: begin };
  expect(savingsOf(addUp([spent, spent]))).toEqual([
    "the second instance that AWS starts from zero took 30 instance minutes, ≈ US$ 0.08; `infra.compute.max_quantity: 1` avoids it where one instance holds the steps that run together",
    "the fifteen idle minutes before an instance goes took 30 instance minutes, ≈ US$ 0.08; only `infra.compute.min_quantity: 1` avoids them, which keeps an instance all month for ≈ US$ 119.81",
    "extract uses 1.1 of 8 GiB at most; `memory_gb: 2` would do",
  ]);
  const quiet = { ...facts, capacity: { ...facts.capacity, minQuantity: 2 } };
  expect(
    savingsOf(addUp([{ ...spendingOf(trained, quiet, facts.now), startedAt: begin }])).slice(0, 1),
  ).toEqual(["extract uses 1.1 of 8 GiB at most; `memory_gb: 2` would do"]);
});
