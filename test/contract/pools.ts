import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { waitsOfRuns } from "../../src/app/console/waits.ts";
import { explainRun } from "../../src/app/runs/read-run.ts";
import type { RunId } from "../../src/core/ids.ts";
import type { Platform } from "../../src/platform/port.ts";
import { foldRun } from "../../src/runs/fold.ts";
import type { ContractHarness, ContractProject, MakeHarness } from "./harness.ts";
import { deploy, ended, input, readAll, until, value } from "./tools.ts";

export function contractOfPools(name: string, makeHarness: MakeHarness): void {
  describe(`${name}: pools`, () => {
    let harness: ContractHarness;
    let platform: Platform;

    beforeAll(async () => {
      harness = await makeHarness();
      platform = harness.platform;
      const pools = { warehouse: 1 };
      const projects: ContractProject[] = [
        { name: "holds", steps: { load: "waits" }, pools },
        { name: "later", steps: { load: "succeeds", publish: "succeeds" }, pools },
        { name: "first", steps: { load: "succeeds" }, pools, priority: 10 },
        { name: "broken", steps: { load: "fails" }, pools },
      ];
      await deploy(platform, await Promise.all(projects.map((one) => harness.release(one))));
    });
    afterAll(() => harness.close());

    const start = async (project: string): Promise<RunId> => {
      const of = project as Parameters<Platform["start"]>[0];
      return value(await platform.start(of, input(), { mode: "follow" }));
    };
    const claims = async () =>
      value((await platform.pools?.claims()) ?? { ok: true, value: [] }).map(
        ({ project, step, held }) => `${project}/${step} ${held ? "holds" : "waits"}`,
      );
    const claimed = (run: RunId, wanted: string) =>
      until(platform, run, async () => (await claims()).includes(wanted));
    const eventsOf = async (run: RunId) =>
      (await readAll((page) => platform.events(run, page), 1000)).items;
    const viewOf = async (run: RunId) => {
      const items = await eventsOf(run);
      return foldRun(items, value(await platform.releaseOf(run)).steps);
    };
    const stopped = async (run: RunId, project: string): Promise<void> => {
      value(await platform.stop(run, "ana"));
      await harness.hearEnd?.(run, project);
    };

    test("who waits says for what and behind whom, and begins when the place is free", async () => {
      const holds = await start("holds");
      await claimed(holds, "holds/load holds");
      const later = await start("later");
      await claimed(later, "later/load waits");
      const first = await start("first");
      await claimed(first, "first/load waits");

      await until(platform, later, async () => {
        const view = await viewOf(later);
        return view.steps[0]?.status === "waiting";
      });
      const view = await viewOf(later);
      expect(view.steps.map(({ id, status }) => [id, status])).toEqual([
        ["load", "waiting"],
        ["publish", "pending"],
      ]);
      const explained = await explainRun(platform, later, view, Date.now());
      if (!explained.ok) throw new Error(explained.error.message);
      const { diagnosis } = explained.value;
      expect(diagnosis?.code).toBe("run/waiting-for-place");
      expect(diagnosis?.message.replace(/\) for [^,]*, taken/, ") for …, taken")).toBe(
        `load has been waiting for a place in the pool warehouse (1 place) for …, taken by holds/load (run ${holds}), behind first/load (run ${first})`,
      );

      const run = value(await platform.run(later));
      const waits = await waitsOfRuns(platform, [run], Date.now());
      expect(waits.map(({ project, step, reason }) => [project, step, reason])).toEqual([
        ["later", "load", "place"],
      ]);
      expect(waits[0]?.message).toContain("in the pool warehouse");

      // However long it waits, it costs no event more.
      const before = await eventsOf(later);
      await sleep(1500);
      expect(await eventsOf(later)).toHaveLength(before.length);

      await stopped(holds, "holds");
      expect((await until(platform, first, ended)).status).toBe("SUCCEEDED");
      expect((await until(platform, later, ended)).status).toBe("SUCCEEDED");
      const names = (await eventsOf(later)).map(({ type, details }) => [type, details["name"]]);
      const [from, to] = ["TaskStateEntered", "TaskStateExited"].map((type) =>
        names.findIndex(([one, name]) => one === type && name === "Take places for load"),
      ) as [number, number];
      expect(names.slice(from, to + 1).map(([type]) => type)).toEqual([
        "TaskStateEntered",
        "TaskScheduled",
        "TaskStarted",
        "TaskSubmitted",
        "TaskSucceeded",
        "TaskStateExited",
      ]);
      const [mine, theirs] = await Promise.all([viewOf(first), viewOf(later)]);
      expect(theirs.steps[0]?.startedAt).toBeGreaterThanOrEqual(mine.steps[0]?.endedAt ?? Infinity);
      await until(platform, later, async () => (await claims()).length === 0);
    });

    test("a step that fails, and a run that is stopped while it waits, leave no place behind", async () => {
      const broken = await start("broken");
      expect((await until(platform, broken, ended)).status).toBe("FAILED");
      const holds = await start("holds");
      await harness.hearEnd?.(broken, "broken");
      await claimed(holds, "holds/load holds");
      const later = await start("later");
      await claimed(later, "later/load waits");
      await stopped(later, "later");
      expect((await viewOf(later)).steps.map(({ status }) => status)).toEqual([
        "pending",
        "pending",
      ]);
      await stopped(holds, "holds");
      const first = await start("first");
      expect((await until(platform, first, ended)).status).toBe("SUCCEEDED");
    });

    test("a run that failed asks for its place again when it is resumed", async () => {
      const broken = await start("broken");
      expect((await until(platform, broken, ended)).status).toBe("FAILED");
      await harness.hearEnd?.(broken, "broken");
      const resumed = value(await platform.resume(broken, { mode: "follow", actor: "ana" }));
      expect(resumed).not.toBe(broken);
      expect((await until(platform, resumed, ended)).status).toBe("FAILED");
      const { items } = await readAll((page) => platform.events(resumed, page), 1000);
      expect(
        items.filter(({ details }) => details["name"] === "Take places for load"),
      ).toHaveLength(2);
    });
  });
}
