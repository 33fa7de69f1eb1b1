import { GetScheduleCommand, UpdateScheduleCommand } from "@aws-sdk/client-scheduler";

import type { Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { callAws } from "../sdk/call.ts";
import type { AwsContext } from "../sdk/context.ts";
import { schedulerConflict, untilConsistent } from "../sdk/retry.ts";
import { groupName as GroupName, type State } from "./schedule-spec.ts";

/**
 * Enables or disables a schedule and leaves everything else of it as it is. An update replaces a
 * schedule whole
 * (https://docs.aws.amazon.com/scheduler/latest/APIReference/API_UpdateSchedule.html), so all that
 * was read is sent again.
 */
export function setScheduleState(
  context: AwsContext,
  name: string,
  state: State,
): Promise<Result<void, PlatformError>> {
  const { scheduler } = context.clients;
  const action = state === "ENABLED" ? "enable" : "disable";
  return callAws(context.environment.name, `${action} the schedule ${name}`, async () => {
    // Read in each try: what another change has just written isn't undone.
    const update = async (): Promise<void> => {
      const {
        $metadata: _answer,
        Arn: _arn,
        CreationDate: _created,
        LastModificationDate: _modified,
        State: before,
        Target,
        FlexibleTimeWindow,
        ScheduleExpression,
        ...rest
      } = await scheduler.send(new GetScheduleCommand({ Name: name, GroupName }));
      if (before === state) return;
      await scheduler.send(
        new UpdateScheduleCommand({
          ...rest,
          Name: name,
          GroupName,
          ScheduleExpression,
          FlexibleTimeWindow,
          Target,
          State: state,
        }),
      );
    };
    await untilConsistent(update, [schedulerConflict], { timing: context.timing });
  });
}
