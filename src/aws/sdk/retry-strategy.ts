import type { RetryErrorInfo, RetryStrategyV2, RetryToken } from "@smithy/types";
import type { Timing } from "../../core/clock.ts";

/** Times that one request is sent, the first included. */
export const maximumAttempts = 8;
const longestDelayMs = 20_000;

/**
 * When the SDK sends a failed request again: exponential back-off with full jitter, from 100 ms, or
 * from 500 ms after a throttle.
 *
 * The SDK's own strategy shares one allowance of retries among all requests of a client. A deploy
 * of hundreds of projects uses it up at the first throttles, and everything after fails at once;
 * and it waits by the machine's clock only. The waits between the requests themselves are the token
 * buckets' business (`throttle.ts`).
 */
export function retryStrategy(timing: Timing): RetryStrategyV2 {
  return {
    acquireInitialRetryToken: () => Promise.resolve(tokenOf(0)),
    async refreshRetryTokenForRetry(token, info) {
      const retries = token.getRetryCount();
      if (retries + 1 >= attemptsFor(info)) {
        throw info.error ?? new Error("no attempts left");
      }
      await timing.sleep(delayBefore(retries, info, timing));
      return tokenOf(retries + 1);
    },
    recordSuccess() {
      // There is no allowance to give back to.
    },
  };
}

function attemptsFor(info: RetryErrorInfo): number {
  const error = info.error as (Error & { readonly code?: string }) | undefined;
  // A quota that is used up; the SDK takes it for a throttle.
  if (error?.name === "LimitExceededException") return 1;
  if (info.errorType === "CLIENT_ERROR") return 1;
  // Nobody there by that name or at that port: a wrong region or endpoint more often than a passing
  // failure.
  if (error?.code === "ENOTFOUND" || error?.code === "ECONNREFUSED") return 3;
  return maximumAttempts;
}

function tokenOf(retries: number): RetryToken {
  return { getRetryCount: () => retries, getRetryDelay: () => 0 };
}

function delayBefore(retries: number, info: RetryErrorInfo, timing: Timing): number {
  const base = info.errorType === "THROTTLING" ? 500 : 100;
  const backoff = timing.random() * Math.min(longestDelayMs, base * 2 ** retries);
  const asked =
    info.retryAfterHint === undefined ? 0 : info.retryAfterHint.getTime() - timing.now();
  return Math.ceil(Math.max(backoff, Math.min(asked, longestDelayMs)));
}
