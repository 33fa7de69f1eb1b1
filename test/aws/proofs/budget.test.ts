import { expect, test } from "vitest";

import { mapConcurrently } from "../../../src/core/concurrency.ts";
import { retryStrategy } from "../../../src/aws/sdk/retry-strategy.ts";
import { budget } from "../../../src/aws/sdk/throttle.ts";
import { quotas, type Shares } from "../rig/quotas.ts";
import { virtualTime } from "../rig/timing.ts";

/** What a first deploy of a project sends to the services whose quotas are known. */
const requests = [
  ["ecs", "CreateCluster"],
  ["ecs", "CreateCapacityProvider"],
  ["ecs", "PutClusterCapacityProviders"],
  ["ecs", "RegisterTaskDefinition"],
  ["states", "CreateStateMachine"],
  ["scheduler", "CreateSchedule"],
  ["states", "TagResource"],
] as const;

/** Sends these of so many projects as the clients do, against AWS's buckets, in virtual time. */
async function deployed(projects: number, seed: number, shares: Shares = {}) {
  const { timing, run } = virtualTime(seed);
  const ours = budget(timing);
  const theirs = quotas(timing, shares);
  const strategy = retryStrategy(timing);
  const failed: string[] = [];

  const send = async (service: string, operation: string): Promise<void> => {
    const bucket = ours.bucketOf(service, operation);
    let token = await strategy.acquireInitialRetryToken("");
    for (;;) {
      await bucket?.take();
      await timing.sleep(50);
      if (theirs.refuse({ service, operation, line: "", body: "" }) === undefined) return;
      bucket?.empty();
      token = await strategy.refreshRetryTokenForRetry(token, { errorType: "THROTTLING" });
    }
  };
  const start = timing.now();
  await run(() =>
    mapConcurrently(Array.from({ length: projects }), 8, async () => {
      for (const [service, operation] of requests) {
        await send(service, operation).catch(() => failed.push(operation));
      }
    }),
  );
  const minutes = Math.round((timing.now() - start) / 60_000);
  return { failed, refused: theirs.refused.length, minutes };
}

test("500 projects are deployed within AWS's quotas, in hardly more time than these take", async () => {
  // Two changes of a cluster a project, one a second.
  expect(await deployed(500, 1)).toEqual({ failed: [], refused: 0, minutes: 16 });
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  "100 projects get through where somebody else takes every other token (dice %i)",
  async (seed) => {
    const { failed, refused, minutes } = await deployed(100, seed, { atFirst: 0, ours: 0.5 });
    expect(failed).toEqual([]);
    expect(refused).toBeGreaterThan(0);
    expect(minutes).toBeLessThan(9);
  },
);
