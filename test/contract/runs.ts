import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { monthOf, readCosts } from "../../src/app/runs/costs.ts";
import { textOf } from "../../src/core/history.ts";
import { projectName, runId, type RunId } from "../../src/core/ids.ts";
import type { Platform } from "../../src/platform/port.ts";
import type { FingerprintedRelease } from "../../src/release/release.ts";
import type { ContractHarness, MakeHarness } from "./harness.ts";
import { deploy, ended, input, readAll, reason, until, value } from "./tools.ts";

export function contractOfRuns(name: string, makeHarness: MakeHarness): void {
  describe(`${name}: runs`, () => {
    let harness: ContractHarness;
    let platform: Platform;
    let good: FingerprintedRelease;
    let bad: FingerprintedRelease;
    let succeeded: RunId;
    let failed: RunId;

    beforeAll(async () => {
      harness = await makeHarness();
      platform = harness.platform;
      good = await harness.release({ name: "good", steps: { a: "succeeds", b: "succeeds" } });
      bad = await harness.release({ name: "bad", steps: { a: "succeeds", b: "fails" } });
      await deploy(platform, [good, bad]);
      const scheduled = input({ trigger: "schedule", scheduled_time: "2026-01-31T03:00:00.000Z" });
      succeeded = value(await platform.start(good.release.project, scheduled, { mode: "follow" }));
      await until(platform, succeeded, ended);
      failed = value(await platform.start(bad.release.project, input(), { mode: "follow" }));
      await until(platform, failed, ended);
    });
    afterAll(() => harness.close());

    test("a run's summary says what it was started with and how it ended", async () => {
      expect(value(await platform.run(succeeded))).toEqual({
        run: succeeded,
        project: "good",
        environment: platform.environment,
        status: "SUCCEEDED",
        skipped: false,
        interrupted: false,
        trigger: "schedule",
        actor: "ana",
        startedAt: expect.any(Number) as number,
        endedAt: expect.any(Number) as number,
        scheduledTime: Date.parse("2026-01-31T03:00:00.000Z"),
        origin: succeeded,
        artifacts: expect.stringMatching(new RegExp(`^[a-z0-9]+:.*/good/${succeeded}/$`)) as string,
        release: good.fingerprint,
        version: "1.0.0",
        modelVersion: undefined,
        failure: undefined,
      });
      const summary = value(await platform.run(failed));
      expect(summary).toMatchObject({ status: "FAILED", trigger: "manual" });
      expect(summary.failure).toContain("b");
    });

    test("the month's costs have each project's steps: what worked, and what was wasted", async () => {
      const now = Date.now();
      const region = platform.kind === "aws" ? "us-east-1" : undefined;
      const read = await readCosts(platform, { month: monthOf(now) }, { region, now });
      if (!read.ok) throw new Error(read.error.message);
      const costs = read.value;
      expect(costs).toMatchObject({ unread: 0, more: false, total: { runs: 2 } });
      const [b, a] = costs.projects
        .toSorted((one, other) => one.project.localeCompare(other.project))
        .map(({ project, steps, usd }) => ({
          project,
          priced: usd !== undefined,
          steps: steps.map(({ step, workedMs, wastedMs }) => [step, workedMs > 0, wastedMs > 0]),
        }));
      const priced = platform.kind === "aws";
      expect([a, b]).toEqual([
        {
          project: "good",
          priced,
          steps: [
            ["a", true, false],
            ["b", true, false],
          ],
        },
        {
          project: "bad",
          priced,
          steps: [
            ["a", true, false],
            ["b", false, true],
          ],
        },
      ]);
    });

    test("its history is AWS's: numbered without a gap, each event after the one it follows from", async () => {
      const { items, ended: complete } = await readAll(
        (page) => platform.events(succeeded, page),
        1000,
      );
      expect(complete).toBe(true);
      expect(items.map(({ id }) => id)).toEqual(items.map((_, index) => index + 1));
      expect(items.every(({ id, previousEventId }) => previousEventId < id)).toBe(true);
      expect(items[0]?.type).toBe("ExecutionStarted");
      expect(items.at(-1)?.type).toBe("ExecutionSucceeded");
      const steps = items.filter(({ type }) => type.startsWith("Task")).map(({ type }) => type);
      const step = [
        "TaskStateEntered",
        "TaskScheduled",
        "TaskStarted",
        "TaskSubmitted",
        "TaskSucceeded",
        "TaskStateExited",
      ];
      expect(steps).toEqual([...step, ...step]);
    });

    test("a failed step's event holds the task as ECS describes it", async () => {
      const { items } = await readAll((page) => platform.events(failed, page), 1000);
      const event = items.find(({ type }) => type === "TaskFailed");
      expect(event?.details["error"]).toBe("States.TaskFailed");
      expect(JSON.parse(textOf(event?.details ?? {}, "cause") ?? "")).toMatchObject({
        Containers: [{ ExitCode: 3, LastStatus: "STOPPED" }],
        LastStatus: "STOPPED",
        StopCode: "EssentialContainerExited",
        StoppedReason: "Essential container in task exited",
      });
      expect(items.at(-1)?.type).toBe("ExecutionFailed");
    });

    test("pages of any size hold the same events and lines", async () => {
      const events = await readAll((page) => platform.events(succeeded, page), 1000);
      const byTwo = await readAll((page) => platform.events(succeeded, page), 2);
      expect(byTwo.items).toEqual(events.items);
      expect(byTwo.pages).toBeGreaterThan(4);
      const lines = await readAll((page) => platform.logs(failed, {}, page), 1000);
      const byOne = await readAll((page) => platform.logs(failed, {}, page), 1);
      expect(byOne.items).toEqual(lines.items);
      expect(byOne.ended).toBe(true);
    });

    test("logs are lines with their step and attempt", async () => {
      const { items } = await readAll((page) => platform.logs(failed, {}, page), 1000);
      const said = items.filter(({ stream }) => stream !== "system");
      expect(said.map(({ step, text }) => `${step}: ${text}`)).toEqual([
        "a: a says hello",
        "b: b gives up",
      ]);
      expect(said[0]).toMatchObject({ attempt: 1, item: undefined, stream: "stdout" });
      const only = await readAll((page) => platform.logs(failed, { step: "b" }, page), 1000);
      expect(new Set(only.items.map(({ step }) => step))).toEqual(new Set(["b"]));
    });

    test("runs are listed newest first, by project, by status and in pages", async () => {
      const runs = async (filter: Parameters<Platform["runs"]>[0], limit = 100) => {
        const { items } = await readAll((page) => platform.runs(filter, page), limit);
        return items.map(({ run }) => run);
      };
      expect(await runs({})).toEqual([failed, succeeded]);
      expect(await runs({}, 1)).toEqual([failed, succeeded]);
      expect(await runs({ project: good.release.project })).toEqual([succeeded]);
      expect(await runs({ status: "FAILED" })).toEqual([failed]);
      expect(await runs({ project: good.release.project, status: "FAILED" })).toEqual([]);
    });

    test("a run keeps the release that it was started from", async () => {
      const other = await harness.another();
      expect(value(await other.releaseOf(succeeded))).toEqual(good.release);
      await other.close();
    });

    test("what isn't there is reported as such", async () => {
      const nobody = runId("good-20200101T000000Z-nobody");
      const answers = await Promise.all([
        platform.run(nobody),
        platform.releaseOf(nobody),
        platform.events(nobody, { limit: 1 }),
        platform.logs(nobody, {}, { limit: 1 }),
        platform.stop(nobody, "ana"),
        platform.resume(nobody, { mode: "follow", actor: "ana" }),
      ]);
      expect(answers.map(reason)).toEqual(answers.map(() => "not-found"));
      const started = await platform.start(projectName("nobody"), input(), { mode: "follow" });
      expect(reason(started)).toBe("not-deployed");
    });

    test("steps and parameters that the project doesn't have are refused", async () => {
      const { project } = good.release;
      const starts = [{ only: ["z"] }, { skip: ["z"] }, { params: { z: "1" } }].map((changes) =>
        platform.start(project, input(changes), { mode: "follow" }),
      );
      expect((await Promise.all(starts)).map(reason)).toEqual(["invalid", "invalid", "invalid"]);
    });
  });
}
