import type { Json, JsonObject } from "../../core/json.ts";
import type { StateFailure } from "../failure.ts";
import type { Catcher, Retrier, State } from "../machine.ts";

/** Errors that `States.TaskFailed` doesn't stand for. */
const notTaskFailed: ReadonlySet<string> = new Set(["States.Timeout"]);

/**
 * Whether `States.ALL` stands for an error. AWS's documentation leaves both errors out, but the
 * service has been recorded to catch a Task's result that is too large.
 */
function allCovers(error: string | undefined, state: State["kind"]): boolean {
  if (error === "States.DataLimitExceeded") return state === "task";
  return error !== "States.Runtime";
}

/**
 * Whether a retrier's or catcher's `ErrorEquals` covers an error.
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 *
 * @param state the kind of state that failed
 */
export function covers(
  patterns: readonly string[],
  error: string | undefined,
  state: State["kind"],
): boolean {
  return patterns.some((pattern) => {
    if (pattern === error) return true;
    if (pattern === "States.ALL") return allCovers(error, state);
    if (pattern === "States.TaskFailed") return !notTaskFailed.has(error ?? "");
    // A heartbeat that failed to come is a time-out as well.
    if (pattern === "States.Timeout") return error === "States.HeartbeatTimeout";
    return false;
  });
}

/** The catcher that takes the error, if one does. */
export function catcherFor(
  catchers: readonly Catcher[],
  failure: StateFailure,
  state: State["kind"],
): Catcher | undefined {
  return catchers.find((catcher) => covers(catcher.errors, failure.error, state));
}

/**
 * Milliseconds to wait before the next try.
 *
 * @param retries how often this retrier has been used so far
 * @param random a number in [0, 1), drawn only where the retrier asks for jitter
 */
export function retryDelay(retrier: Retrier, retries: number, random: () => number): number {
  const grown = retrier.intervalSeconds * retrier.backoffRate ** retries;
  const seconds = Math.min(grown, retrier.maxDelaySeconds ?? Number.MAX_SAFE_INTEGER);
  const milliseconds = Math.min(seconds * 1000, 2 ** 52);
  return Math.round(retrier.fullJitter ? milliseconds * random() : milliseconds);
}

/** What a catcher hands on: `{ Error, Cause }`. */
export function errorOutputOf(failure: StateFailure): JsonObject {
  return { Error: failure.error ?? "", Cause: failure.cause ?? "" };
}

/** Details of an event that reports a failure: what is unknown is left out. */
export function errorDetails(
  failure: { readonly error?: string | undefined; readonly cause?: string | undefined },
  more: Readonly<Record<string, Json>> = {},
): JsonObject {
  const details: Record<string, Json> = { ...more };
  if (failure.error !== undefined) details["error"] = failure.error;
  if (failure.cause !== undefined) details["cause"] = failure.cause;
  return details;
}
