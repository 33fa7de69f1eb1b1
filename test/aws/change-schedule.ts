import { GetScheduleCommand, UpdateScheduleCommand } from "@aws-sdk/client-scheduler";

import type { Clients } from "../../src/aws/sdk/context.ts";

/** Changes the schedule as somebody does in the console: the rest of it stays. */
export async function changeSchedule(
  scheduler: Clients["scheduler"],
  changes: object,
): Promise<void> {
  const found = await scheduler.send(new GetScheduleCommand({ Name: "sched-recsys" }));
  const { Name, Description, ScheduleExpression, ScheduleExpressionTimezone, State } = found;
  await scheduler.send(
    new UpdateScheduleCommand({
      Name,
      Description,
      ScheduleExpression,
      ScheduleExpressionTimezone,
      State,
      FlexibleTimeWindow: found.FlexibleTimeWindow,
      Target: found.Target,
      ...changes,
    }),
  );
}
