import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { projectName } from "../../src/core/ids.ts";
import {
  backfillRunId,
  type BackfillEvent,
  planBackfill,
  runBackfill,
} from "../../src/platform/backfill.ts";
import type { Platform } from "../../src/platform/port.ts";
import { AWS_START_GRACE_MS, gatherWatch } from "../../src/platform/watch/watch.ts";
import { watchFindings } from "../../src/runs/watch/watch.ts";
import type { ContractHarness, MakeHarness } from "./harness.ts";
import { deploy, ended, input, until, value } from "./tools.ts";

const project = projectName("nightly");
const hour = 3_600_000;
const day = 24 * hour;
/** Not long ago, so that the runs of it are among the newest. */
const first = Math.floor(Date.now() / hour) * hour - 5 * hour;
const fires = [first, first + hour, first + 2 * hour];
const schedule = {
  enabled: true,
  cron: "0 * * * *",
  timezone: "UTC",
  overlap: "skip",
  deadline: undefined,
} as const;

/** Runs for past times are started once each, and watching sees them. */
export function contractOfBackfills(name: string, makeHarness: MakeHarness): void {
  describe(`${name}: backfills`, () => {
    let harness: ContractHarness;
    let platform: Platform;

    beforeEach(async () => {
      harness = await makeHarness();
      platform = harness.platform;
    });
    afterEach(() => harness.close());

    const work = async (on: Platform, maxActive = 1) => {
      const items = value(await planBackfill(on, project, fires));
      const events: BackfillEvent[] = [];
      const sum = value(
        await runBackfill(on, project, items, {
          actor: "ana",
          maxActive,
          signal: new AbortController().signal,
          listener: (event) => void events.push(event),
        }),
      );
      return { states: items.map(({ state }) => state), sum, events };
    };

    test("a run of a given id is started once, no matter who asks again and how", async () => {
      await deploy(platform, [
        await harness.release({ name: "nightly", steps: { a: "succeeds" }, schedule }),
      ]);
      const id = backfillRunId(project, first, 1);
      const mode = { mode: "follow", id } as const;
      expect(value(await platform.start(project, input({ actor: "ana" }), mode))).toBe(id);
      expect(value(await platform.start(project, input({ actor: "bo" }), mode))).toBe(id);
      const done = await until(platform, id, ended);
      expect(value(await platform.start(project, input({ actor: "cy" }), mode))).toBe(id);
      expect(value(await platform.runs({ project }, { limit: 10 })).items).toEqual([done]);
    });

    test("one run for each time, oldest first; what has succeeded is known and left out", async () => {
      await deploy(platform, [
        await harness.release({ name: "nightly", steps: { a: "succeeds" }, schedule }),
      ]);
      const once = await work(platform);
      expect(once.states).toEqual(["to-run", "to-run", "to-run"]);
      expect(once.sum).toEqual({ succeeded: 3, failed: 0 });
      expect(once.events.map(({ kind, at }) => [kind, at])).toEqual(
        fires.flatMap((at) => [
          ["begun", at],
          ["ended", at],
        ]),
      );
      const again = await work(await harness.another(), 3);
      expect([again.states, again.sum]).toEqual([
        ["succeeded", "succeeded", "succeeded"],
        { succeeded: 0, failed: 0 },
      ]);
      const runs = value(await platform.runs({ project }, { limit: 10 })).items;
      expect(
        runs.map(({ scheduledTime, trigger, actor }) => [scheduledTime, trigger, actor]),
      ).toEqual(fires.toReversed().map((at) => [at, "backfill", "ana"]));
      expect(value(await platform.succeededFires(project, fires[1] ?? 0, fires[1] ?? 0))).toEqual(
        new Map([[fires[1], backfillRunId(project, fires[1] ?? 0, 1)]]),
      );
    });

    test("those that fail don't stop the others and are tried again", async () => {
      await deploy(platform, [
        await harness.release({ name: "nightly", steps: { a: "fails-once" }, schedule }),
      ]);
      expect((await work(platform, 2)).sum).toEqual({ succeeded: 0, failed: 3 });
      await deploy(platform, [
        await harness.release({
          name: "nightly",
          version: "1.0.1",
          steps: { a: "succeeds" },
          schedule,
        }),
      ]);
      const again = await work(platform);
      expect(again.sum).toEqual({ succeeded: 3, failed: 0 });
      expect(again.events.flatMap((event) => (event.kind === "begun" ? event.run : []))).toEqual(
        fires.map((at) => backfillRunId(project, at, 2)),
      );
    });

    test("watching reports fires without a run until there is one", async () => {
      await deploy(platform, [
        await harness.release({ name: "nightly", steps: { a: "succeeds" }, schedule }),
      ]);
      const [deployed] = value(await platform.schedules());
      const since = deployed?.since ?? 0;
      expect(Math.abs(since - Date.now())).toBeLessThan(hour);
      const port = { ...platform, startGraceMs: AWS_START_GRACE_MS };
      // Three hours from now, at least two fires have passed.
      const now = Math.floor(since / hour) * hour + 2.5 * hour;
      const facts = value(await gatherWatch(port, now));
      expect(watchFindings(facts).map(({ code, project: of }) => [code, of])).toEqual([
        ["watch/missed", "nightly"],
      ]);
      const missed = facts.projects[0]?.expected.map(({ at }) => at) ?? [];
      expect(missed).toHaveLength(2);
      for (const at of missed) {
        const run = { scheduled_time: new Date(at).toISOString(), trigger: "backfill" } as const;
        await until(
          platform,
          value(await platform.start(project, input(run), { mode: "follow" })),
          ended,
        );
      }
      expect(watchFindings(value(await gatherWatch(port, now)))).toEqual([]);
      expect(value(await gatherWatch(port, now + 2 * day, { project })).projects).toHaveLength(1);
    });
  });
}
