import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { projectName, type RunId } from "../../src/core/ids.ts";
import type { Platform } from "../../src/platform/port.ts";
import type { ContractHarness, MakeHarness } from "./harness.ts";
import { deploy, ended, input, until, value } from "./tools.ts";

const schedule = { enabled: true, timezone: "UTC", overlap: "allow", deadline: undefined } as const;
/** A day on which no test is run: a run that is started by hand counts for the day of its start. */
const time = Date.UTC(2026, 0, 31, 3);

/** Runs follow runs alike. */
export function contractOfFollows(name: string, makeHarness: MakeHarness): void {
  describe(`${name}: runs that follow runs`, () => {
    let harness: ContractHarness;
    let platform: Platform;

    beforeAll(async () => {
      harness = await makeHarness();
      platform = harness.platform;
      const upstream = { ...schedule, cron: "0 3 * * *" };
      const after = { projects: ["features", "prices"], match: "day" } as const;
      await deploy(platform, [
        await harness.release({
          name: "features",
          steps: { make: "succeeds" },
          schedule: upstream,
        }),
        await harness.release({
          name: "prices",
          steps: { make: "fails-once" },
          schedule: upstream,
        }),
        await harness.release({
          name: "scores",
          steps: { score: "succeeds" },
          schedule: { ...schedule, after },
        }),
      ]);
      harness.driveSchedules?.();
    });
    afterAll(() => harness.close());

    const scores = async () =>
      value(await platform.runs({ project: projectName("scores") }, { limit: 10 })).items;

    const heard = async (run: RunId, project: string): Promise<string> => {
      const { status } = await until(platform, run, ended);
      await harness.hearEnd?.(run, project);
      await harness.hearEnd?.(run, project);
      return status;
    };
    const run = async (project: string): Promise<RunId> =>
      value(
        await platform.start(
          projectName(project),
          input({ trigger: "schedule", scheduled_time: new Date(time).toISOString() }),
          { mode: "follow" },
        ),
      );

    test("one starts when all have succeeded for the date, once, and names them", async () => {
      const features = await run("features");
      expect(await heard(features, "features")).toBe("SUCCEEDED");
      const failed = await run("prices");
      expect(await heard(failed, "prices")).toBe("FAILED");
      expect(await scores()).toEqual([]);

      const prices = value(await platform.resume(failed, { mode: "follow", actor: "ana" }));
      expect(await heard(prices, "prices")).toBe("SUCCEEDED");
      await expect
        .poll(async () => (await scores()).map(({ status }) => status), { timeout: 30_000 })
        .toEqual(["SUCCEEDED"]);
      const [follower] = await scores();
      expect(follower).toMatchObject({
        run: "scores-20260131-after",
        trigger: "after",
        actor: "after",
        scheduledTime: time,
      });
      const id = follower?.run as RunId;
      const [began] = value(await platform.events(id, { limit: 1 })).items;
      expect(began?.details["input"]).toMatchObject({ after: { features, prices } });

      const second = await run("features");
      expect(await heard(second, "features")).toBe("SUCCEEDED");
      expect((await scores()).map(({ run: one }) => one)).toEqual([id]);
      const before = async (one: RunId) =>
        value(await platform.startedBefore(value(await platform.run(one))));
      expect(await before(second)).toEqual([id]);
      expect(await before(features)).toEqual([]);
      expect(await before(failed)).toEqual([]);
      expect(await before(id)).toEqual([]);
    });
  });
}
