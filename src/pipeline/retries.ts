import type { Step } from "../config/model.ts";
import type { JsonObject } from "../core/json.ts";

/**
 * For errors of the services before a command has run: tried again whatever the step's own
 * `retries` are. The names are those that the integration really gives; `States.TaskFailed` would
 * take them all, so this one is first.
 */
export const INFRASTRUCTURE_RETRIES = {
  ErrorEquals: [
    "ECS.ServerException",
    "ECS.AmazonECSException",
    "ECS.ThrottlingException",
    "AmazonECS.Unknown",
  ],
  IntervalSeconds: 30,
  MaxAttempts: 5,
  BackoffRate: 2,
  MaxDelaySeconds: 300,
  JitterStrategy: "FULL",
} as const satisfies JsonObject;

/**
 * What a step's Task tries again: services' errors, then the step's own failures and time limits as
 * often as its author says.
 */
export function retriersOf(step: Step): JsonObject[] {
  if (step.retries === 0) return [INFRASTRUCTURE_RETRIES];
  const { intervalSeconds, backoffRate, maxIntervalSeconds } = step.retry;
  // MaxDelaySeconds has to be greater than IntervalSeconds; where it isn't, every wait is the first
  // one.
  const growth =
    maxIntervalSeconds > intervalSeconds
      ? { BackoffRate: backoffRate, MaxDelaySeconds: maxIntervalSeconds }
      : { BackoffRate: 1 };
  return [
    INFRASTRUCTURE_RETRIES,
    {
      ErrorEquals: ["States.TaskFailed", "States.Timeout"],
      IntervalSeconds: intervalSeconds,
      MaxAttempts: step.retries,
      ...growth,
      // People expect the wait that they wrote, so it isn't spread.
      JitterStrategy: "NONE",
    },
  ];
}
