import type { RetryErrorInfo } from "@smithy/types";
import { expect, test } from "vitest";

import { steppedTiming } from "../../../test/aws/rig/timing.ts";
import { maximumAttempts, retryStrategy } from "./retry-strategy.ts";

function named(
  name: string,
  errorType: RetryErrorInfo["errorType"],
  code?: string,
): RetryErrorInfo {
  const error = Object.assign(new Error(name), { name, ...(code === undefined ? {} : { code }) });
  return { error: error as unknown as NonNullable<RetryErrorInfo["error"]>, errorType };
}

/** How often a request that always fails so is sent, and what is waited in between. */
async function exhaust(
  info: RetryErrorInfo,
): Promise<{ attempts: number; waits: readonly number[]; last: unknown }> {
  const timing = steppedTiming(1);
  const strategy = retryStrategy(timing);
  let token = await strategy.acquireInitialRetryToken("");
  for (let attempts = 1; ; attempts += 1) {
    try {
      token = await strategy.refreshRetryTokenForRetry(token, info);
    } catch (last) {
      return { attempts, waits: timing.slept, last };
    }
  }
}

test("sends a throttled request eight times, waiting twice as long each time", async () => {
  const throttle = named("ThrottlingException", "THROTTLING");
  const { attempts, waits, last } = await exhaust(throttle);
  expect(last).toBe(throttle.error);
  expect(attempts).toBe(maximumAttempts);
  expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 20_000]);
});

test("waits less after a failure that isn't about the rate", async () => {
  const { waits } = await exhaust(named("InternalError", "SERVER_ERROR"));
  expect(waits).toEqual([100, 200, 400, 800, 1600, 3200, 6400]);
});

test("doesn't repeat what AWS has refused, nor a quota that is used up", async () => {
  expect((await exhaust(named("ValidationException", "CLIENT_ERROR"))).attempts).toBe(1);
  expect((await exhaust(named("LimitExceededException", "THROTTLING"))).attempts).toBe(1);
});

test("asks three times for an endpoint that isn't there", async () => {
  expect((await exhaust(named("Error", "TRANSIENT", "ENOTFOUND"))).attempts).toBe(3);
});

test("waits as long as AWS asks for, within reason", async () => {
  const timing = steppedTiming(0);
  const strategy = retryStrategy(timing);
  const first = await strategy.acquireInitialRetryToken("");
  const info = named("ThrottlingException", "THROTTLING");
  await strategy.refreshRetryTokenForRetry(first, {
    ...info,
    retryAfterHint: new Date(timing.now() + 7000),
  });
  await strategy.refreshRetryTokenForRetry(first, {
    ...info,
    retryAfterHint: new Date(timing.now() + 700_000),
  });
  expect(timing.slept).toEqual([7000, 20_000]);
});
