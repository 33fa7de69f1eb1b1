import type { GetScheduleCommandOutput } from "@aws-sdk/client-scheduler";

import { canonicalJson, isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import type { ScheduleHold } from "../../platform/schedules.ts";
import { describedAs, type Owner, ownerFromDescription } from "../sdk/ownership.ts";

export interface DesiredSchedule {
  readonly name: string;
  readonly owner: Owner;
  readonly spec: ScheduleSettings;
  /**
   * What the project asks for; the spec differs from it where a person has disabled the schedule by
   * hand.
   */
  readonly configured: State;
  /** Who has disabled it by hand, where that is known. */
  readonly held?: ScheduleHold | undefined;
}

export type State = "ENABLED" | "DISABLED";

export interface ScheduleSettings {
  /** `cron(0 3 * * ? *)` */
  readonly expression: string;
  readonly timezone: string;
  readonly state: State;
  /** Undefined: on the minute. */
  readonly flexibleMinutes: number | undefined;
  readonly targetArn: string;
  readonly roleArn: string;
  readonly input: JsonObject;
  readonly deadLetterArn: string | undefined;
}

export interface ObservedSchedule {
  readonly name: string;
  readonly spec: ComparableSchedule;
  readonly owner: Owner | undefined;
  /** What the last deploy set the state to; undefined where none of ours wrote it. */
  readonly configured: State | undefined;
  /** When anybody changed it last, milliseconds since the epoch. */
  readonly changedAt?: number | undefined;
}

type ComparableSchedule = Omit<ScheduleSettings, "input"> & {
  readonly input: Json | undefined;
  readonly description: string | undefined;
  readonly retry: { readonly attempts: number; readonly maximumAgeSeconds: number };
  readonly startsAt: string | undefined;
  readonly endsAt: string | undefined;
  readonly kmsKeyArn: string | undefined;
};

/** The group that `aws scheduler get-schedule --name sched-…` looks in. */
export const groupName = "default";

/**
 * AWS would try for a day, 185 times: a run that should have started at 3 would start at 17, when
 * somebody fixes a role. These are retries of starting the run; those of a step are in the state
 * machine.
 */
const retry = { attempts: 3, maximumAgeSeconds: 3600 };

/**
 * What a person did by hand since the last deploy: it stays disabled until it is enabled by hand.
 */
export function isDisabledByHand(observed: ObservedSchedule): boolean {
  return observed.configured === "ENABLED" && observed.spec.state === "DISABLED";
}

/**
 * The same schedule in another state, for changes that concern nothing else; `configured` says what
 * a deploy wants.
 */
export function withState(
  observed: ObservedSchedule,
  owner: Owner,
  state: State,
  configured: State,
): DesiredSchedule {
  const { spec } = observed;
  return {
    name: observed.name,
    owner,
    configured,
    spec: {
      expression: spec.expression,
      timezone: spec.timezone,
      state,
      flexibleMinutes: spec.flexibleMinutes,
      targetArn: spec.targetArn,
      roleArn: spec.roleArn,
      input: isJsonObject(spec.input) ? spec.input : {},
      deadLetterArn: spec.deadLetterArn,
    },
  };
}

/**
 * Schedules have no tags: the description says whose it is, and in which state a deploy left it.
 */
function descriptionOf({ owner, configured, spec }: DesiredSchedule): string {
  const run = `Starts ${spec.targetArn.split(":").at(-1) ?? ""}`;
  return describedAs(owner, `${run}; deployed ${configured.toLowerCase()}`);
}

function configuredIn(description: string | undefined): State | undefined {
  const state = /; deployed (enabled|disabled) \[esteira /.exec(description ?? "")?.[1];
  if (state === undefined) return undefined;
  return state === "enabled" ? "ENABLED" : "DISABLED";
}

/** What a schedule of this spec looks like. */
export function comparableSchedule(desired: DesiredSchedule): ComparableSchedule {
  return {
    ...desired.spec,
    description: descriptionOf(desired),
    retry,
    startsAt: undefined,
    endsAt: undefined,
    kmsKeyArn: undefined,
  };
}

/** All that both requests say, as updating one replaces it whole. */
export function scheduleRequest(desired: DesiredSchedule) {
  const { spec, name } = desired;
  return {
    Name: name,
    GroupName: groupName,
    Description: descriptionOf(desired),
    ScheduleExpression: spec.expression,
    ScheduleExpressionTimezone: spec.timezone,
    State: spec.state,
    FlexibleTimeWindow:
      spec.flexibleMinutes === undefined
        ? { Mode: "OFF" as const }
        : { Mode: "FLEXIBLE" as const, MaximumWindowInMinutes: spec.flexibleMinutes },
    Target: {
      Arn: spec.targetArn,
      RoleArn: spec.roleArn,
      Input: canonicalJson(spec.input),
      RetryPolicy: {
        MaximumRetryAttempts: retry.attempts,
        MaximumEventAgeInSeconds: retry.maximumAgeSeconds,
      },
      ...(spec.deadLetterArn === undefined
        ? {}
        : { DeadLetterConfig: { Arn: spec.deadLetterArn } }),
    },
  };
}

/** What AWS answers about a schedule, as it is compared. */
export function observedSchedule(found: GetScheduleCommandOutput): ObservedSchedule {
  const target = found.Target;
  return {
    name: found.Name ?? "",
    owner: ownerFromDescription(found.Description),
    configured: configuredIn(found.Description),
    changedAt: found.LastModificationDate?.getTime(),
    spec: {
      description: found.Description,
      expression: found.ScheduleExpression ?? "",
      timezone: found.ScheduleExpressionTimezone ?? "UTC",
      state: found.State === "DISABLED" ? "DISABLED" : "ENABLED",
      flexibleMinutes:
        found.FlexibleTimeWindow?.Mode === "FLEXIBLE"
          ? found.FlexibleTimeWindow.MaximumWindowInMinutes
          : undefined,
      targetArn: target?.Arn ?? "",
      roleArn: target?.RoleArn ?? "",
      input: parsed(target?.Input),
      deadLetterArn: target?.DeadLetterConfig?.Arn,
      retry: {
        attempts: target?.RetryPolicy?.MaximumRetryAttempts ?? 185,
        maximumAgeSeconds: target?.RetryPolicy?.MaximumEventAgeInSeconds ?? 86_400,
      },
      startsAt: found.StartDate?.toISOString(),
      endsAt: found.EndDate?.toISOString(),
      kmsKeyArn: found.KmsKeyArn,
    },
  };
}

function parsed(input: string | undefined): Json | undefined {
  if (input === undefined) return undefined;
  try {
    return JSON.parse(input) as Json;
  } catch {
    return input;
  }
}
