import { expect, test } from "vitest";

import type { Costs } from "../../app/runs/costs.ts";
import { renderCosts } from "./costs.ts";
import { styleFor } from "./style.ts";

const hour = 3_600_000;
const from = Date.UTC(2026, 10, 1);
const around = { style: styleFor(false), width: 100, now: from, offset: () => 0 };
const times = { workedMs: 2 * hour, waitedMs: hour / 2, wastedMs: 0 };
const recsys: Costs["projects"][number] = {
  project: "recsys",
  runs: 3,
  usd: 3.2,
  ...times,
  instanceMinutes: 190,
  idle: { minutes: 45, usd: 0.5 },
  second: { minutes: 45, usd: 0.5 },
  steps: [
    {
      step: "train",
      usd: 2.2,
      ...times,
      wastedMs: hour / 4,
      peakMemoryBytes: undefined,
      memoryLimitBytes: undefined,
    },
  ],
  days: [
    { date: "2026-11-01", usd: 1, workedMs: hour },
    { date: "2026-11-03", usd: 2.2, workedMs: hour },
  ],
  budget: undefined,
  savings: ["train uses 1.1 of 8 GiB at most; `memory_gb: 2` would do"],
};
const costs: Costs = {
  environment: "prd",
  month: "2026-11",
  from,
  to: Date.UTC(2026, 11, 1),
  pricesOf: "2026-07-20",
  pricesRegion: "us-east-1",
  total: { runs: 3, usd: 3.2, ...times },
  unread: 0,
  more: false,
  projects: [recsys],
};

test("a month: projects, their steps, idle instances, the trend and what could be saved", () => {
  expect(renderCosts(costs, around)).toEqual([
    "prd in 2026-11: an estimate by prices of 2026-07-20, us-east-1",
    "",
    "project             runs       spent  worked   waited   wasted  by day",
    "recsys                 3  ≈ US$ 3.20  2h 00m  30m 00s           ▄·█",
    "  train                   ≈ US$ 2.20  2h 00m  30m 00s  15m 00s",
    "  (idle instances)        ≈ US$ 1.00",
    "",
    "· recsys: train uses 1.1 of 8 GiB at most; `memory_gb: 2` would do.",
  ]);
});

test("a budget has a bar of what is spent of it", () => {
  const bars = (share: number) =>
    renderCosts(
      { ...costs, projects: [{ ...recsys, budget: { monthlyUsd: 50, share } }] },
      around,
    )[7];
  expect([0.06, 0.82, 1.05].map(bars)).toEqual([
    "recsys  ░░░░░░░░░░  6 % of US$ 50 a month",
    "recsys  ████████░░  82 % of US$ 50 a month",
    "recsys  ██████████  105 % of US$ 50 a month",
  ]);
});

test("what can't be read, what is more, and a month without a run", () => {
  const none = { ...costs, projects: [], total: { runs: 0, usd: undefined, ...times } };
  expect(renderCosts({ ...none, unread: 2, more: true }, around)).toEqual([
    "Nothing ran in prd in 2026-11.",
    "! 2 runs can't be read any more: left out.",
    "! There are more runs than were read: name a project to see all of its.",
  ]);
});
