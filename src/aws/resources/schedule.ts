import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  type ScheduleSummary,
  UpdateScheduleCommand,
} from "@aws-sdk/client-scheduler";

import { canonicalJson } from "../../core/json.ts";
import { ok } from "../../core/result.ts";
import { callAws } from "../sdk/call.ts";
import { mapConcurrently } from "../../core/concurrency.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isError } from "../sdk/error-names.ts";
import { schedulerConflict, schedulerRoleSettles, untilConsistent } from "../sdk/retry.ts";
import { comparison, fieldChanges } from "./fields.ts";
import type { ResourceKind } from "./kind.ts";
import { allow, passRole } from "../iam/document.ts";
import type { PolicyScope } from "../iam/scope.ts";
import { commonPrefix, everyPage, type Listing } from "./listings.ts";
import {
  comparableSchedule,
  type DesiredSchedule,
  groupName as GroupName,
  type ObservedSchedule,
  observedSchedule,
  scheduleRequest,
} from "./schedule-spec.ts";

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

  compare: (desired, observed) =>
    comparison(fieldChanges(observed.spec, comparableSchedule(desired))),

  ensure(work, desired, observed) {
    const { context, waiting } = work;
    const { scheduler } = context.clients;
    const { name } = desired;
    const there: ObservedSchedule = {
      name,
      owner: desired.owner,
      configured: desired.configured,
      spec: comparableSchedule(desired),
    };
    const action = observed === undefined ? "create" : "update";
    return callAws(context.environment.name, `${action} the schedule ${name}`, async () => {
      if (observed !== undefined && fieldChanges(observed.spec, there.spec).length === 0) {
        return there;
      }
      const request = scheduleRequest(desired);
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

async function readSchedule(
  context: AwsContext,
  name: string,
): Promise<ObservedSchedule | undefined> {
  try {
    return observedSchedule(
      await context.clients.scheduler.send(new GetScheduleCommand({ Name: name, GroupName })),
    );
  } catch (thrown) {
    if (isError(thrown, "ResourceNotFoundException")) return undefined;
    throw thrown;
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
