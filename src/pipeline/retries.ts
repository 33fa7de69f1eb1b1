import type { Step } from "../config/model.ts";
import { isJsonObject, type Json, type JsonObject } from "../core/json.ts";
import { quote } from "./jsonata.ts";

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
 * A rule of `Retry`, with its defaults: https://states-language.net/spec.html#retrying-after-error
 */
export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  readonly MaxAttempts: number;
  readonly BackoffRate: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: string;
}

/** A task's retriers, by who can apply them. */
export interface Retriers {
  /** Stay on the Task: the error's name says enough. */
  readonly kept: readonly JsonObject[];
  /**
   * May be meant for a task that failed, of which only the document says why: `tries.ts` applies
   * them.
   */
  readonly judged: readonly Retrier[];
}

/**
 * What a step's Task tries again: services' errors, then the step's own failures and time limits as
 * often as its author says.
 */
export function retriersOf(step: Step): Retriers {
  if (step.retries === 0) return { kept: [INFRASTRUCTURE_RETRIES], judged: [] };
  const { intervalSeconds, backoffRate, maxIntervalSeconds } = step.retry;
  const judged: Retrier = {
    ErrorEquals: ["States.TaskFailed", "States.Timeout"],
    IntervalSeconds: intervalSeconds,
    MaxAttempts: step.retries,
    BackoffRate: backoffRate,
    MaxDelaySeconds: Math.max(maxIntervalSeconds, intervalSeconds),
    // People expect the wait that they wrote, so it isn't spread.
    JitterStrategy: "NONE",
  };
  return { kept: [INFRASTRUCTURE_RETRIES], judged: [judged] };
}

/**
 * Parts the retriers that an author wrote into a state. The first that matches an error is the one
 * that counts, so all that come after one that is judged are judged as well.
 */
export function parted(written: readonly Json[]): Retriers {
  const retriers = written.filter(isJsonObject);
  const first = retriers.findIndex((one) =>
    namesOf(one).some((name) => name === "States.TaskFailed" || name === "States.ALL"),
  );
  if (first === -1) return { kept: retriers, judged: [] };
  return { kept: retriers.slice(0, first), judged: retriers.slice(first).map(retrierOf) };
}

function retrierOf(written: JsonObject): Retrier {
  const number = (name: string, otherwise: number): number => {
    const value = written[name];
    return typeof value === "number" ? value : otherwise;
  };
  const { MaxDelaySeconds: longest, JitterStrategy: jitter } = written;
  return {
    ErrorEquals: namesOf(written),
    IntervalSeconds: number("IntervalSeconds", 1),
    MaxAttempts: number("MaxAttempts", 3),
    BackoffRate: number("BackoffRate", 2),
    ...(typeof longest === "number" ? { MaxDelaySeconds: longest } : {}),
    ...(typeof jitter === "string" ? { JitterStrategy: jitter } : {}),
  };
}

/** The errors that retriers name, all together. */
export function errorsOf(retriers: readonly Named[]): readonly string[] {
  return retriers.flatMap(namesOf);
}

type Named = JsonObject | Retrier;

function namesOf(retrier: Named): readonly string[] {
  const names = retrier.ErrorEquals;
  return Array.isArray(names)
    ? (names as readonly Json[]).filter((name) => typeof name === "string")
    : [];
}

/**
 * Whether an error is meant by a rule's `ErrorEquals`, as JSONata.
 *
 * @param error an expression
 */
export function matches(error: string, names: readonly string[]): string {
  const any = names.includes("States.TaskFailed") && names.includes("States.Timeout");
  if (names.includes("States.ALL") || any) return "true";
  const named = names.filter((name) => name !== "States.TaskFailed" && name !== "States.Timeout");
  const parts = [
    ...(names.includes("States.TaskFailed") ? [`${error} != "States.Timeout"`] : []),
    ...(names.includes("States.Timeout")
      ? [`${error} in ["States.Timeout", "States.HeartbeatTimeout"]`]
      : []),
    ...(named.length > 0 ? [`${error} in ${quote(named)}`] : []),
  ];
  return parts.length === 1 ? (parts[0] ?? "false") : `(${parts.join(" or ") || "false"})`;
}

/**
 * Seconds to wait before the next try, as JSONata. A Wait has whole seconds.
 *
 * @param used how often the rule was used before: an expression
 */
export function secondsBefore(retrier: Retrier, used: string): string {
  const { IntervalSeconds: first, BackoffRate: rate, MaxDelaySeconds: longest } = retrier;
  const grown = rate === 1 ? String(first) : `${first} * $power(${rate}, ${used})`;
  const limited = longest === undefined ? grown : `$min([${grown}, ${longest}])`;
  return retrier.JitterStrategy === "FULL"
    ? `$round($random() * (${limited}))`
    : `$round(${limited})`;
}
