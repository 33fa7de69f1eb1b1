import { UntagResourceCommand } from "@aws-sdk/client-cloudwatch-logs";
import { GetScheduleCommand } from "@aws-sdk/client-scheduler";
import { expect, test } from "vitest";

import { describeWith } from "../rig/parts.ts";
import { changeSchedule } from "./change-schedule.ts";
import { deploy, planned, recsys, changeLines } from "./deploy-fixture.ts";
import { recsysDeployed } from "./recsys-deployed.ts";
import { moto, useMoto } from "./rig/moto.ts";

describeWith(moto(), "what somebody decided by hand", (part) => {
  const server = useMoto(part);

  test("a schedule disabled by hand stays disabled, whatever else is deployed, until it is enabled by hand", async () => {
    const { environment, platform } = await recsysDeployed(server());
    const { scheduler } = environment.context.clients;
    await changeSchedule(scheduler, { State: "DISABLED" });

    const other = environment.release(
      recsys({
        schedule: {
          enabled: true,
          cron: "30 3 * * *",
          timezone: "UTC",
          overlap: "allow",
          deadline: undefined,
        },
      }),
    );
    const { plan } = await deploy(platform, [other]);

    expect(changeLines(plan)[0]).toBe("update schedule sched-recsys: expression");
    const { State, ScheduleExpression } = await scheduler.send(
      new GetScheduleCommand({ Name: "sched-recsys" }),
    );
    expect({ State, ScheduleExpression }).toEqual({
      State: "DISABLED",
      ScheduleExpression: "cron(30 3 * * ? *)",
    });
    const again = await planned(platform, [other]);
    expect(again.projects[0]?.changes.find(({ kind }) => kind === "schedule")).toEqual({
      kind: "schedule",
      name: "sched-recsys",
      action: "unchanged",
      fields: [],
      drift: false,
      note: "stays disabled: it was disabled by hand",
    });

    await changeSchedule(scheduler, { State: "ENABLED" });
    expect(changeLines(await planned(platform, [other], { refresh: true }))).toEqual([]);
  });

  test("a resource that lost its tags is no longer Esteira's to change", async () => {
    const { environment, platform, release } = await recsysDeployed(server());
    await environment.context.clients.logs.send(
      new UntagResourceCommand({
        resourceArn: "arn:aws:logs:us-east-1:123456789012:log-group:/ecs/recsys",
        tagKeys: ["esteira:managed-by"],
      }),
    );

    const { plan, summary } = await deploy(platform, [release], { refresh: true });

    expect(plan.projects[0]?.warnings).toEqual([
      "log-group /ecs/recsys exists and isn't Esteira's; `esteira plan -e dev --adopt` shows what taking it over would change, `esteira deploy -e dev --adopt` does it",
    ]);
    expect(summary.projects[0]).toEqual({
      project: "recsys",
      outcome: "failed",
      error: {
        reason: "refused",
        message: "log-group /ecs/recsys exists and isn't Esteira's",
        help: "`esteira plan -e dev --adopt` shows what taking it over would change, `esteira deploy -e dev --adopt` does it",
        resource: "log-group /ecs/recsys",
      },
    });
  });
});
