import { GetScheduleCommand } from "@aws-sdk/client-scheduler";
import { expect, test } from "vitest";

import { projectName } from "../../src/core/ids.ts";
import { describeWith } from "../rig/parts.ts";
import { changeSchedule } from "./change-schedule.ts";
import { planned, recsys } from "./deploy-fixture.ts";
import { recsysDeployed } from "./recsys-deployed.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { unwrap } from "./rig/unwrap.ts";

const project = projectName("recsys");

describeWith(moto(), "schedules on AWS", (part) => {
  const server = useMoto(part);

  test("disabling one leaves all else of it as somebody has set it, and is in the audit trail", async () => {
    const { environment, platform } = await recsysDeployed(server());
    const { scheduler } = environment.context.clients;
    await changeSchedule(scheduler, {
      EndDate: new Date("2030-01-01T00:00:00Z"),
      FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 15 },
    });
    const read = async () => {
      const {
        $metadata: _answer,
        LastModificationDate: _modified,
        ...found
      } = await scheduler.send(new GetScheduleCommand({ Name: "sched-recsys" }));
      return found;
    };
    const before = await read();

    unwrap(await platform.disableSchedule(project, { actor: "ana", reason: "a test" }));

    expect(await read()).toEqual({ ...before, State: "DISABLED" });
    const { items } = unwrap(await platform.audit({ limit: 1 }));
    expect(items).toMatchObject([
      {
        actor: "ana",
        action: "disable-schedule",
        project: "recsys",
        commit: "0123abc",
        outcome: "succeeded",
        details: { reason: "a test" },
      },
    ]);
    unwrap(await platform.enableSchedule(project, { actor: "ana" }));
    expect(await read()).toEqual(before);
  });

  test("one that was disabled without Esteira is enabled with it; one that is gone or somebody else's isn't touched", async () => {
    const { environment, platform } = await recsysDeployed(server());
    const { scheduler } = environment.context.clients;
    await changeSchedule(scheduler, { State: "DISABLED" });
    expect(unwrap(await platform.schedules())).toMatchObject([
      { state: "disabled", configured: true, hold: undefined },
    ]);
    const enabled = unwrap(await platform.enableSchedule(project, { actor: "ana" }));
    expect(enabled.state).toBe("enabled");

    await changeSchedule(scheduler, { Description: "mine" });
    expect(unwrap(await platform.schedules())).toMatchObject([
      // Watching expects its fires since the deploy.
      { state: "missing", since: expect.any(Number) as number },
    ]);
    expect(await platform.disableSchedule(project, { actor: "ana" })).toEqual({
      ok: false,
      error: {
        reason: "refused",
        message: "the schedule sched-recsys is not recsys's: it belongs to nobody",
        help: "`esteira plan recsys -e dev --refresh` shows what differs.",
        resource: "schedule sched-recsys",
      },
    });
  });

  test("a deploy that was planned before somebody disabled the schedule keeps it disabled", async () => {
    const { environment, platform } = await recsysDeployed(server());
    const { scheduler } = environment.context.clients;
    const schedule = {
      enabled: true,
      cron: "30 3 * * *",
      timezone: "UTC",
      overlap: "allow",
      deadline: undefined,
    } as const;
    const later = environment.release(recsys({ schedule }));
    const plan = await planned(platform, [later]);
    let disabled: Promise<unknown> | undefined;

    // While the deploy is at work: when it begins with the project, which is long before its
    // schedule.
    unwrap(
      await platform.apply(plan, [later], {
        actor: "bo",
        listener: ({ kind }) => {
          if (kind !== "project-started") return;
          disabled = platform.disableSchedule(project, { actor: "ana" });
        },
      }),
    );
    await disabled;

    const found = await scheduler.send(new GetScheduleCommand({ Name: "sched-recsys" }));
    expect([found.State, found.ScheduleExpression]).toEqual(["DISABLED", "cron(30 3 * * ? *)"]);
  });
});
