import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  type GetScheduleCommandOutput,
  ListSchedulesCommand,
  type ScheduleSummary,
  UpdateScheduleCommand,
} from "@aws-sdk/client-scheduler";

import { canonicalJson, isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import { ok } from "../../core/result.ts";
import type { ScheduleHold } from "../../platform/schedules.ts";
import { callAws } from "../sdk/call.ts";
import { mapConcurrently } from "../../core/concurrency.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isError } from "../sdk/error-names.ts";
import { describedAs, type Owner, ownerFromDescription } from "../sdk/ownership.ts";
import { schedulerConflict, schedulerRoleSettles, untilConsistent } from "../sdk/retry.ts";
import { comparison, fieldChanges } from "./fields.ts";
import type { ResourceKind } from "./kind.ts";
import { allow, passRole } from "../iam/document.ts";
import type { PolicyScope } from "../iam/scope.ts";
import { commonPrefix, everyPage, type Listing } from "./listings.ts";

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
const GroupName = groupName;

/**
 * AWS would try for a day, 185 times: a run that should have started at 3 would start at 17, when
 * somebody fixes a role. These are retries of starting the run; those of a step are in the state
 * machine.
 */
const retry = { attempts: 3, maximumAgeSeconds: 3600 };

/**
 * An EventBridge schedule. Updating one replaces it whole, so both requests send all there is to
 * say.
 */
export const schedule: ResourceKind<DesiredSchedule, ObservedSchedule> = {
  kind: "schedule",
  removal: { rank: 10 },
  rights: {
    read: (scope) => [
      allow("ReadAll", "scheduler:ListSchedules", "*"),
      allow("SchedulerRead", "scheduler:GetSchedule", arnsOf(scope)),
    ],
    write: (scope) => [
      allow(
        "SchedulerWrite",
        ["scheduler:CreateSchedule", "scheduler:UpdateSchedule", "scheduler:DeleteSchedule"],
        arnsOf(scope),
      ),
      passRole("PassSchedulerRole", scope.roles.scheduler, "scheduler.amazonaws.com"),
    ],
  },

  presence: (listings) => listings.of(scheduleListing),

  async observe(context, names, listings) {
    const listed = listings === undefined ? undefined : await listings.of(scheduleListing);
    if (listed !== undefined && !listed.ok) return listed;
    const present = names.filter((name) => listed === undefined || listed.value.has(name));
    return callAws(context.environment.name, "read schedules", async () => {
      const found = await mapConcurrently(present, 16, (name) => readSchedule(context, name));
      return new Map(found.flatMap((item) => (item === undefined ? [] : [[item.name, item]])));
    });
  },

  ownerOf: ({ owner }) => owner,

  compare: (desired, observed) => comparison(fieldChanges(observed.spec, comparable(desired))),

  ensure(work, desired, observed) {
    const { context, waiting } = work;
    const { scheduler } = context.clients;
    const { name } = desired;
    const there: ObservedSchedule = {
      name,
      owner: desired.owner,
      configured: desired.configured,
      spec: comparable(desired),
    };
    const action = observed === undefined ? "create" : "update";
    return callAws(context.environment.name, `${action} the schedule ${name}`, async () => {
      if (observed !== undefined && fieldChanges(observed.spec, there.spec).length === 0) {
        return there;
      }
      const request = requestOf(desired);
      const passing = [schedulerRoleSettles, schedulerConflict];
      if (observed === undefined) {
        try {
          await untilConsistent(
            () => scheduler.send(new CreateScheduleCommand(request)),
            passing,
            waiting,
          );
          return there;
        } catch (thrown) {
          if (!isError(thrown, "ConflictException")) throw thrown;
          // Where it is ours, an earlier request of this deploy made it and its answer got lost.
          const seen = await readSchedule(context, name);
          if (canonicalJson(seen?.owner) !== canonicalJson(desired.owner)) throw thrown;
        }
      }
      await untilConsistent(
        () => scheduler.send(new UpdateScheduleCommand(request)),
        passing,
        waiting,
      );
      return there;
    });
  },

  async remove({ context, waiting }, { name }) {
    const removed = await callAws(
      context.environment.name,
      `delete the schedule ${name}`,
      async () => {
        try {
          await untilConsistent(
            () =>
              context.clients.scheduler.send(new DeleteScheduleCommand({ Name: name, GroupName })),
            [schedulerConflict],
            waiting,
          );
        } catch (thrown) {
          if (!isError(thrown, "ResourceNotFoundException")) throw thrown;
        }
      },
    );
    return removed.ok ? ok(undefined) : removed;
  },
};

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

function comparable(desired: DesiredSchedule): ComparableSchedule {
  return {
    ...desired.spec,
    description: descriptionOf(desired),
    retry,
    startsAt: undefined,
    endsAt: undefined,
    kmsKeyArn: undefined,
  };
}

function requestOf(desired: DesiredSchedule) {
  const { spec, name } = desired;
  return {
    Name: name,
    GroupName,
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

async function readSchedule(
  context: AwsContext,
  name: string,
): Promise<ObservedSchedule | undefined> {
  try {
    return observedOf(
      await context.clients.scheduler.send(new GetScheduleCommand({ Name: name, GroupName })),
    );
  } catch (thrown) {
    if (isError(thrown, "ResourceNotFoundException")) return undefined;
    throw thrown;
  }
}

function observedOf(found: GetScheduleCommandOutput): ObservedSchedule {
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

/** Schedules with their state. */
export const scheduleListing: Listing<ScheduleSummary> = {
  action: "list schedules",
  async read({ clients }, projects) {
    const NamePrefix = commonPrefix(projects.map((names) => names.schedule));
    const found = new Map<string, ScheduleSummary>();
    await everyPage(async (NextToken) => {
      const page = await clients.scheduler.send(
        new ListSchedulesCommand({ GroupName, NamePrefix, MaxResults: 100, NextToken }),
      );
      for (const schedule of page.Schedules ?? []) found.set(schedule.Name ?? "", schedule);
      return page.NextToken;
    });
    return found;
  },
};

function arnsOf(scope: PolicyScope): string {
  return scope.arn("scheduler", `schedule/default/${scope.project.schedules}`);
}
