import type { ItemsPlace } from "../config/events.ts";
import type { Step } from "../config/model.ts";
import { LONGEST_WAIT_SECONDS } from "../core/pool-calls.ts";
import { unreachable } from "../core/unreachable.ts";
import { INFRASTRUCTURE_RETRIES } from "./retries.ts";
import type { Shape } from "./shape.ts";
import { capacityWaitSeconds, lostRetries } from "./tries.ts";

/**
 * Seconds that an attempt's state is given beyond the command's own limit. The command's limit
 * holds in the container, so it counts from when that runs; the state's clock begins when ECS has
 * taken the task. ECS gives a task up that finds no room after 10 to 30 minutes, and after that the
 * image is pulled; so this limit ends no task that gets on, but only one of which nothing is heard.
 */
export const START_SECONDS = 3600;

/** What a run may take beyond the sum: its own states, calls of services, waiting for a start. */
const MARGIN_SECONDS = 900;

/**
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html: an execution ends after
 * a year.
 */
const ONE_YEAR_SECONDS = 31_536_000;

/** How steps run for their items. */
type Places = ReadonlyMap<Step, ItemsPlace>;

/** Time limit of the state of one attempt. */
export function attemptSeconds(step: Step): number {
  return step.timeoutSeconds + START_SECONDS;
}

/**
 * Time limit of a whole run: what its slowest path takes when every attempt of every step uses its
 * time up. It is there for what no other limit catches, and must not end a run that may still
 * succeed.
 */
export function runSeconds(shape: Shape, places: Places): number {
  return Math.min(Math.ceil(longest(shape, places)) + MARGIN_SECONDS, ONE_YEAR_SECONDS);
}

function longest(shape: Shape, places: Places): number {
  switch (shape.kind) {
    case "step":
      return stepSeconds(shape.step, places.get(shape.step)?.most ?? 0);
    case "series":
      return shape.parts.reduce((sum, part) => sum + longest(part, places), 0);
    case "parallel":
      return Math.max(...shape.parts.map((part) => longest(part, places)));
    default:
      return unreachable(shape);
  }
}

function stepSeconds(step: Step, items: number): number {
  const { intervalSeconds, backoffRate, maxIntervalSeconds } = step.retry;
  const once =
    (step.retries + lostRetries(step) + 1) * attemptSeconds(step) +
    (capacityWaitSeconds(step) === 0 ? 0 : capacityWaitSeconds(step) + START_SECONDS) +
    delays(step.retries, intervalSeconds, backoffRate, maxIntervalSeconds) +
    delays(
      INFRASTRUCTURE_RETRIES.MaxAttempts,
      INFRASTRUCTURE_RETRIES.IntervalSeconds,
      INFRASTRUCTURE_RETRIES.BackoffRate,
      INFRASTRUCTURE_RETRIES.MaxDelaySeconds,
    );
  const places = (step.pools ?? []).length === 0 ? 0 : LONGEST_WAIT_SECONDS;
  if (!step.forEach) return places + once;
  return places + Math.ceil(items / step.forEach.maxConcurrency) * once;
}

function delays(retries: number, interval: number, rate: number, longest: number): number {
  let sum = 0;
  for (let retry = 0; retry < retries; retry += 1) {
    sum += Math.min(interval * rate ** retry, Math.max(longest, interval));
  }
  return sum;
}
