import { expect, test } from "vitest";

import type { AttemptView, StepView } from "../model.ts";
import { NO_FIGURES } from "../task-facts.ts";
import { estimateCost, type CostFacts } from "./estimate.ts";

const minute = 60_000;
const began = Date.UTC(2026, 10, 25, 3);

test("one task on one instance: its time and a quarter of an hour after it", () => {
  expect(estimateCost(facts({ tries: [[0, 10]] }))).toEqual({
    instanceMinutes: 25,
    instanceType: "t3.xlarge",
    usd: expect.closeTo((25 / 60) * 0.1664 * 0.4, 6) as number,
    spot: true,
    spotShare: 0.4,
    pricesOf: "2026-07-20",
    pricesRegion: "us-east-1",
    region: "us-east-1",
  });
});

test("from zero two instances start where the group may have two: the second idles for a quarter of an hour", () => {
  expect(minutesOf({ tries: [[0, 10]], maxQuantity: 2 })).toBe(25 + 15);
  expect(minutesOf({ tries: [[0, 60]], maxQuantity: 8 })).toBe(75 + 15);
});

test("between steps the instance stays; after a longer pause the next task starts from zero again", () => {
  expect(
    minutesOf({
      tries: [
        [0, 10],
        [12, 20],
      ],
    }),
  ).toBe(35);
  expect(
    minutesOf({
      tries: [
        [0, 10],
        [40, 50],
      ],
      maxQuantity: 2,
    }),
  ).toBe(2 * (25 + 15));
});

test("tasks that run together share an instance as far as it holds them", () => {
  const together: CostFacts["steps"] = [
    { id: "step", resources: { cpu: 1, memoryGb: 8 } },
    { id: "other", resources: { cpu: 1, memoryGb: 8 } },
  ];
  const tries = [[0, 10]] as const;
  expect(minutesOf({ tries, others: [[0, 10]], steps: together, maxQuantity: 1 })).toBe(25);
  const large = together.map(({ id }) => ({ id, resources: { cpu: 4, memoryGb: 8 } }));
  expect(minutesOf({ tries, others: [[0, 10]], steps: large, maxQuantity: 2 })).toBe(50);
  expect(minutesOf({ tries, others: [[0, 10]], steps: large, maxQuantity: 1 })).toBe(25);
});

test("of instances that are kept on purpose only the use counts", () => {
  expect(minutesOf({ tries: [[0, 10]], minQuantity: 1 })).toBe(10);
});

test("what still runs counts until now", () => {
  expect(minutesOf({ tries: [[0, undefined]] })).toBe(30 + 15);
});

test("without a task there is nothing to estimate, and without a price there are minutes only", () => {
  expect(estimateCost(facts({ tries: [] }))).toBeUndefined();
  expect(estimateCost(facts({ tries: [[0, 10]], instanceTypes: ["x9.huge"] }))).toMatchObject({
    instanceMinutes: 25,
    instanceType: "x9.huge",
    usd: undefined,
  });
});

test("of several types the dearest is counted, on demand at its full price", () => {
  const several = facts({
    tries: [[0, 45]],
    instanceTypes: ["t3.xlarge", "g4dn.xlarge"],
    spot: false,
  });
  expect(estimateCost(several)).toMatchObject({
    instanceType: "g4dn.xlarge",
    usd: 0.526,
    spotShare: undefined,
  });
});

type Span = readonly [from: number, to: number | undefined];

function minutesOf(given: Parameters<typeof facts>[0]): number | undefined {
  return estimateCost(facts(given))?.instanceMinutes;
}

function facts(given: {
  readonly tries: readonly Span[];
  readonly others?: readonly Span[];
  readonly steps?: CostFacts["steps"];
  readonly instanceTypes?: readonly string[];
  readonly minQuantity?: number;
  readonly maxQuantity?: number;
  readonly spot?: boolean;
}): CostFacts {
  return {
    view: { steps: [stepOf("step", given.tries), stepOf("other", given.others ?? [])] },
    steps: given.steps ?? [{ id: "step", resources: { cpu: 1, memoryGb: 4 } }],
    capacity: {
      instanceTypes: given.instanceTypes ?? ["t3.xlarge"],
      minQuantity: given.minQuantity ?? 0,
      maxQuantity: given.maxQuantity ?? 1,
      spot: given.spot ?? true,
    },
    instance: { vcpus: 4, memoryGb: 16 },
    region: "us-east-1",
    now: began + 30 * minute,
  };
}

function stepOf(id: string, tries: readonly Span[]): StepView {
  const attempts = tries.map(([from, to], index): AttemptView => ({
    task: index,
    number: index + 1,
    item: undefined,
    status: to === undefined ? "running" : "succeeded",
    scheduledAt: began + from * minute,
    startedAt: began + from * minute,
    endedAt: to === undefined ? undefined : began + to * minute,
    exitCode: undefined,
    error: undefined,
    cause: undefined,
    log: undefined,
    ...NO_FIGURES,
  }));
  return {
    id,
    name: id,
    timeoutSeconds: undefined,
    memoryBytes: undefined,
    status: "succeeded",
    startedAt: began,
    endedAt: undefined,
    attempts,
    retryAt: undefined,
  };
}
