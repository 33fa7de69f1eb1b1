import { sayDuration } from "./duration.ts";
import type { Diagnosis, RunView } from "./model.ts";

/** What an account says about the instances that a run's tasks need. */
export interface CapacityEvidence {
  /**
   * Since when a task of the run waits for an instance, milliseconds since the epoch; undefined
   * when none does.
   */
  readonly waitingSince: number | undefined;
  /** Why instances could not be launched while a task waited, in AWS's words, the newest first. */
  readonly launchFailures: readonly string[];
}

/** Diagnoses of failed runs that what Auto Scaling says may explain. */
export const CAPACITY_CODES: ReadonlySet<string> = new Set([
  "run/no-capacity",
  "run/start-failed",
  "run/step-time-limit",
]);

/** A first instance comes up within so long; after that something is wrong, as a rule. */
const patienceMs = 10 * 60_000;

/** Why a run in progress doesn't get on: it waits for an instance. Undefined when it doesn't. */
export function diagnoseWait(
  view: RunView,
  { waitingSince, launchFailures }: CapacityEvidence,
  now: number,
): Diagnosis | undefined {
  if (waitingSince === undefined || view.status !== "RUNNING") return undefined;
  const step = view.steps.find(({ attempts }) =>
    attempts.some(({ endedAt }) => endedAt === undefined),
  )?.id;
  const waited = now - waitingSince;
  const [failure] = launchFailures;
  return {
    code: "run/waiting-for-instance",
    step,
    message: `${step ?? "the run"} has been waiting for an instance for ${sayDuration(waited)}${failure === undefined ? "" : `: ${failure}`}`,
    help:
      failure !== undefined
        ? "AWS keeps trying until ECS gives the task up, after half an hour at most. More types in infra.compute.ec2_types, or on_demand_fallback, find one sooner."
        : waited < patienceMs
          ? "The first instance takes three to six minutes to come up."
          : "Check the auto scaling group's activity history: a step larger than the smallest type never finds room, and max_quantity may be reached.",
  };
}
