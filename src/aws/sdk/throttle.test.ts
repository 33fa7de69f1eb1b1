import { expect, test } from "vitest";

import { steppedTiming } from "../../../test/aws/rig/timing.ts";
import type { Timing } from "../../core/clock.ts";
import { budget, tokenBucket } from "./throttle.ts";

/** Time that stands still while the waits of many are noted. */
function stillTiming(): Timing & { readonly waits: number[]; forward(ms: number): void } {
  let now = 0;
  const waits: number[] = [];
  return {
    waits,
    forward: (ms) => (now += ms),
    now: () => now,
    sleep(ms) {
      waits.push(ms);
      return Promise.resolve();
    },
    random: () => 0,
  };
}

test("lets a burst through, then keeps each caller waiting a second longer than the one before", async () => {
  const timing = stillTiming();
  const bucket = tokenBucket({ burst: 2, perSecond: 1 }, timing);
  await Promise.all([1, 2, 3, 4, 5].map(() => bucket.take()));
  expect(timing.waits).toEqual([1000, 2000, 3000]);
});

test("fills up with time, to the burst and no further", async () => {
  const timing = stillTiming();
  const bucket = tokenBucket({ burst: 2, perSecond: 1 }, timing);
  await bucket.take();
  await bucket.take();
  timing.forward(1500);
  await bucket.take();
  await bucket.take();
  expect(timing.waits).toEqual([500]);
  timing.forward(60_000);
  await Promise.all([1, 2, 3].map(() => bucket.take()));
  expect(timing.waits).toEqual([500, 1000]);
});

test("saves nothing up once AWS has refused, and counts on half of the rate until a minute has passed", async () => {
  const timing = stillTiming();
  const bucket = tokenBucket({ burst: 10, perSecond: 1 }, timing);
  bucket.empty();
  await bucket.take();
  expect(timing.waits).toEqual([2000]);
  // Others of the same moment were refused with it.
  bucket.empty();
  await bucket.take();
  expect(timing.waits).toEqual([2000, 4000]);
  timing.forward(60_000);
  await Promise.all(Array.from({ length: 12 }, () => bucket.take()));
  expect(timing.waits).toEqual([2000, 4000, 1000, 2000]);
});

test("halves the rate for each moment at which AWS refuses, to an eighth of it", async () => {
  const timing = stillTiming();
  const bucket = tokenBucket({ burst: 10, perSecond: 1 }, timing);
  for (let moment = 0; moment < 9; moment += 1) {
    bucket.empty();
    timing.forward(5000);
  }
  bucket.empty();
  await bucket.take();
  expect(timing.waits).toEqual([8000]);
});

test("gives up its place in the queue to nobody who has gone away already", async () => {
  const bucket = tokenBucket({ burst: 1, perSecond: 1 }, stillTiming());
  await expect(bucket.take(AbortSignal.abort(new Error("Ctrl-C")))).rejects.toThrow("Ctrl-C");
});

const sharing: readonly (readonly [string, readonly string[]])[] = [
  ["ecs", ["CreateCluster", "DeleteCluster", "PutClusterCapacityProviders", "UpdateCluster"]],
  ["ecs", ["CreateCapacityProvider", "UpdateCapacityProvider", "DeleteCapacityProvider"]],
  ["ecs", ["RegisterTaskDefinition", "DeregisterTaskDefinition"]],
  ["ecs", ["DescribeTaskDefinition", "ListTaskDefinitions", "ListTaskDefinitionFamilies"]],
  ["ecs", ["RunTask", "StopTask", "ListTasks", "DescribeTasks"]],
  ["ecs", ["TagResource", "UntagResource"]],
  ["states", ["CreateStateMachine"]],
  ["states", ["UpdateStateMachine"]],
  ["scheduler", ["CreateSchedule", "UpdateSchedule", "GetSchedule", "DeleteSchedule"]],
  ["scheduler", ["ListSchedules"]],
];

test.each(sharing)(
  "draws from one bucket what AWS counts together: %s %j",
  (service, operations) => {
    const quotas = budget(steppedTiming());
    const drawn = new Set(operations.map((operation) => quotas.bucketOf(service, operation)));
    expect(drawn.size).toBe(1);
    expect(drawn).not.toContain(undefined);
  },
);

test("draws from different buckets what AWS counts apart", () => {
  const quotas = budget(steppedTiming());
  const buckets = sharing.map(([service, [operation = ""]]) => quotas.bucketOf(service, operation));
  expect(new Set(buckets).size).toBe(sharing.length);
});

test("keeps nobody waiting where no quota is known", () => {
  const quotas = budget(steppedTiming());
  expect(quotas.bucketOf("ec2", "DescribeSubnets")).toBeUndefined();
  expect(quotas.bucketOf("states", "toString")).toBeUndefined();
});
