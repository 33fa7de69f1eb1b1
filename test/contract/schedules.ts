import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { projectName } from "../../src/core/ids.ts";
import { isEmptyPlan, type Plan } from "../../src/platform/plan.ts";
import type { Platform } from "../../src/platform/port.ts";
import type { ContractHarness, MakeHarness } from "./harness.ts";
import { deploy, reason, value } from "./tools.ts";

const schedule = {
  enabled: true,
  cron: "0 3 * * *",
  timezone: "America/Sao_Paulo",
  overlap: "skip",
  deadline: "06:00",
} as const;
const steps = { a: "succeeds" } as const;

/** Schedules are read, disabled and enabled alike. */
export function contractOfSchedules(name: string, makeHarness: MakeHarness): void {
  describe(`${name}: schedules`, () => {
    let harness: ContractHarness;
    let platform: Platform;

    beforeEach(async () => {
      harness = await makeHarness();
      platform = harness.platform;
    });
    afterEach(() => harness.close());

    const since = expect.any(Number) as number;
    const noteIn = (plan: Plan): string | undefined =>
      plan.projects[0]?.changes.find(({ kind }) => kind === "schedule")?.note;

    test("those of what is deployed are listed as they are", async () => {
      expect(value(await platform.schedules())).toEqual([]);
      await deploy(platform, [
        await harness.release({ name: "nightly", steps, schedule }),
        await harness.release({ name: "paused", steps, schedule: { ...schedule, enabled: false } }),
        await harness.release({ name: "unscheduled", steps }),
      ]);
      const asDeployed = {
        project: "nightly",
        name: "sched-nightly",
        state: "enabled",
        configured: true,
        expression: "cron(0 3 * * ? *)",
        cron: "0 3 * * *",
        timezone: "America/Sao_Paulo",
        overlap: "skip",
        deadline: "06:00",
        flexibleMinutes: 0,
        since,
        hold: undefined,
      };
      expect(value(await platform.schedules())).toEqual([
        asDeployed,
        {
          ...asDeployed,
          project: "paused",
          name: "sched-paused",
          state: "disabled",
          configured: false,
        },
      ]);
    });

    test("one that no clock starts is listed, disabled by hand and enabled like any other", async () => {
      const after = { projects: ["nightly"], match: "day" } as const;
      const { cron: _none, deadline: _not, ...rest } = schedule;
      const follows = { ...rest, deadline: undefined, after };
      const follower = await harness.release({ name: "follower", steps, schedule: follows });
      await deploy(platform, [
        await harness.release({ name: "nightly", steps, schedule }),
        follower,
      ]);
      const listed = {
        project: "follower",
        name: "sched-follower",
        state: "enabled",
        configured: true,
        expression: "after(nightly)",
        cron: undefined,
        after,
        timezone: "America/Sao_Paulo",
        overlap: "skip",
        deadline: undefined,
        flexibleMinutes: 0,
        since,
        hold: undefined,
      };
      const project = projectName("follower");
      const found = async () =>
        value(await platform.schedules()).find((one) => one.project === project);
      expect(await found()).toEqual(listed);
      const disabled = value(await platform.disableSchedule(project, { actor: "ana" }));
      const hold = { actor: "ana", at: expect.any(Number) as number };
      expect(disabled).toEqual({ ...listed, state: "disabled", hold });
      expect(await found()).toEqual({ ...listed, state: "disabled", hold });
      expect(value(await platform.enableSchedule(project, { actor: "ana" }))).toEqual(listed);
      expect(await found()).toEqual(listed);
    });

    test("one that is disabled by hand stays so through deploys until it is enabled by hand", async () => {
      const project = projectName("held");
      const release = await harness.release({ name: "held", steps, schedule });
      const known = [project];
      await deploy(platform, [release]);
      const by = { actor: "ana", reason: "the source is down" };
      const disabled = value(await platform.disableSchedule(project, by));
      const hold = { ...by, at: expect.any(Number) as number };
      expect(disabled).toMatchObject({ state: "disabled", configured: true, hold });
      expect(value(await platform.schedules())).toEqual([{ ...disabled, since }]);

      // Another person finds it so, and changes nothing about who did it.
      const again = await platform.disableSchedule(project, { actor: "bo" });
      expect(value(again)).toEqual({ ...disabled, since });

      const day = new Date(disabled.hold?.at ?? 0).toISOString().slice(0, 10);
      const note = `stays disabled: ana disabled it by hand on ${day} (the source is down)`;
      const unchanged = value(await platform.plan([release], { known }));
      expect([isEmptyPlan(unchanged), noteIn(unchanged)]).toEqual([true, note]);
      const later = await harness.release({
        name: "held",
        version: "1.1.0",
        steps,
        schedule: { ...schedule, cron: "30 4 * * *" },
      });
      expect(noteIn(value(await platform.plan([later], { known })))).toBe(note);
      await deploy(platform, [later]);
      expect(value(await platform.schedules())).toEqual([
        { ...disabled, since, cron: "30 4 * * *", expression: "cron(30 4 * * ? *)" },
      ]);

      const enabled = value(await platform.enableSchedule(project, { actor: "bo" }));
      expect(enabled).toMatchObject({ state: "enabled", hold: undefined });
      expect(value(await platform.schedules())).toEqual([{ ...enabled, since }]);
      const plan = value(await platform.plan([later], { known, refresh: true }));
      expect([isEmptyPlan(plan), noteIn(plan)]).toEqual([true, undefined]);
    });

    test("what its config disables stays disabled when nobody holds it any more", async () => {
      const project = projectName("off");
      const off = { ...schedule, enabled: false };
      await deploy(platform, [await harness.release({ name: "off", steps, schedule: off })]);
      value(await platform.disableSchedule(project, { actor: "ana" }));
      const enabled = value(await platform.enableSchedule(project, { actor: "ana" }));
      expect(enabled).toMatchObject({ state: "disabled", configured: false, hold: undefined });
    });

    test("who has none gets that as an answer", async () => {
      await deploy(platform, [await harness.release({ name: "bare", steps })]);
      const by = { actor: "ana" };
      for (const verb of ["disableSchedule", "enableSchedule"] as const) {
        expect(await platform[verb](projectName("bare"), by)).toEqual({
          ok: false,
          error: {
            reason: "not-found",
            message: "bare has no schedule",
            help: "Give its config.yaml a `schedule` with `cron`, `after` or `on`, and deploy it.",
            resource: "bare",
          },
        });
        expect(reason(await platform[verb](projectName("nobody"), by))).toBe("not-deployed");
      }
    });
  });
}
