import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { projectName } from "../../src/core/ids.ts";
import type { Platform } from "../../src/platform/port.ts";
import type { ContractHarness, MakeHarness } from "./harness.ts";
import { deploy, value } from "./tools.ts";

const project = projectName("scores");

/** Data starts runs alike, whatever it is on. */
export function contractOfArrivals(name: string, makeHarness: MakeHarness): void {
  describe(`${name}: runs that data starts`, () => {
    let harness: ContractHarness;
    let platform: Platform;

    beforeAll(async () => {
      harness = await makeHarness();
      platform = harness.platform;
      const { source } = harness.data;
      const schedule = {
        enabled: true,
        on: { source },
        timezone: "America/Sao_Paulo",
        overlap: "allow",
        deadline: undefined,
      } as const;
      const steps = { show: "shows-data" } as const;
      await deploy(platform, [await harness.release({ name: "scores", steps, schedule })]);
    });
    afterAll(() => harness.close());

    const runs = async () => value(await platform.runs({ project }, { limit: 10 })).items;

    test("each arrival starts one run, whose steps get what has arrived", async () => {
      await harness.data.arrives("a.csv");
      await expect
        .poll(async () => (await runs()).map(({ status }) => status), { timeout: 30_000 })
        .toEqual(["SUCCEEDED"]);
      const [run] = await runs();
      const id = run?.run as Parameters<Platform["events"]>[0];
      expect(run).toMatchObject({ trigger: "on", actor: "on", skipped: false });
      expect(run?.run).toMatch(/^scores-[0-9a-f]{20}-on$/);
      expect(run?.scheduledTime).toEqual(expect.any(Number));
      const [began] = value(await platform.events(id, { limit: 1 })).items;
      expect(began?.details["input"]).toMatchObject({
        on: { count: 1, uris: [harness.data.uri("a.csv")] },
      });
      const logs = value(await platform.logs(id, {}, { limit: 100 })).items;
      expect(logs.map(({ text }) => text)).toContain(
        `started by ${JSON.stringify([harness.data.uri("a.csv")])}`,
      );
    });

    test("its schedule is listed; what arrives while it is disabled starts nothing, then or later", async () => {
      const { source } = harness.data;
      const [listed] = value(await platform.schedules());
      expect(listed).toMatchObject({
        state: "enabled",
        expression: `on(${source})`,
        cron: undefined,
        on: { source },
      });
      value(await platform.disableSchedule(project, { actor: "ana" }));
      await harness.data.arrives("b.csv");
      await harness.data.arrives("b.csv");
      value(await platform.enableSchedule(project, { actor: "ana" }));
      await harness.data.arrives("c.csv");
      await expect
        .poll(async () => (await runs()).map(({ status }) => status), { timeout: 30_000 })
        .toEqual(["SUCCEEDED", "SUCCEEDED"]);
      const uris = (await runs()).map(({ run }) => run);
      const inputs = await Promise.all(
        uris.map(async (run) => {
          const id = run as Parameters<Platform["events"]>[0];
          const [began] = value(await platform.events(id, { limit: 1 })).items;
          return JSON.stringify(began?.details["input"]);
        }),
      );
      expect(inputs.join()).toContain(harness.data.uri("c.csv"));
      expect(inputs.join()).not.toContain(harness.data.uri("b.csv"));
    });
  });
}
