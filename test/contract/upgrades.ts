import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { projectName } from "../../src/core/ids.ts";
import type { Plan } from "../../src/platform/plan.ts";
import type { Platform } from "../../src/platform/port.ts";
import { GENERATION } from "../../src/release/generation.ts";
import type { ContractHarness, MakeHarness } from "./harness.ts";
import { deploy, value } from "./tools.ts";

const schedule = {
  enabled: true,
  cron: "0 3 * * *",
  timezone: "UTC",
  overlap: "allow",
  deadline: undefined,
} as const;
const wanted = { name: "upgraded", steps: { a: "succeeds" }, schedule } as const;
const project = projectName("upgraded");

/** Another version of Esteira makes other releases of what nobody changed. */
export function contractOfUpgrades(name: string, makeHarness: MakeHarness): void {
  describe(`${name}: an upgrade of Esteira`, () => {
    let harness: ContractHarness;
    let platform: Platform;

    beforeEach(async () => {
      harness = await makeHarness();
      platform = harness.platform;
      await deploy(platform, [await harness.release(wanted)]);
    });
    afterEach(() => harness.close());

    const generation = GENERATION + 1;
    const planOf = async (changes: object): Promise<Plan> => {
      const release = await harness.release({ ...wanted, ...changes });
      return value(await platform.plan([release], { known: [project] }));
    };
    const fieldsOf = (plan: Plan): readonly string[] =>
      plan.projects[0]?.changes
        .find(({ kind }) => kind === "release")
        ?.fields.map(({ path }) => path) ?? [];

    test("is what a plan names where nobody else changed anything", async () => {
      const upgraded = await planOf({ generation });
      expect(upgraded.projects[0]?.cause).toBe("esteira-changed");
      expect(fieldsOf(upgraded)).toContain("generation");

      expect((await planOf({ generation, version: "1.1.0" })).projects[0]).not.toHaveProperty(
        "cause",
      );
      expect((await planOf({ version: "1.1.0" })).projects[0]).not.toHaveProperty("cause");
      expect((await planOf({})).projects[0]).not.toHaveProperty("cause");

      await deploy(platform, [await harness.release({ ...wanted, generation })]);
      const again = await planOf({ generation });
      expect(again.projects[0]).not.toHaveProperty("cause");
      expect(again.projects[0]?.changes.map(({ action }) => action)).not.toContain("update");
    });

    test("leaves a schedule disabled that was disabled by hand", async () => {
      const held = value(await platform.disableSchedule(project, { actor: "ana" }));
      const upgraded = await harness.release({ ...wanted, generation });
      const { summary } = await deploy(platform, [upgraded]);
      expect(summary.projects).toEqual([{ project: "upgraded", outcome: "changed" }]);
      expect(value(await platform.deployed(project))?.fingerprint).toBe(upgraded.fingerprint);
      expect(value(await platform.schedules())).toMatchObject([
        { project: "upgraded", state: "disabled", hold: held.hold },
      ]);
    });
  });
}
