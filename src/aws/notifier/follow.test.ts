import * as fc from "fast-check";
import { expect, test } from "vitest";

import { memoryBucket } from "../../../test/aws/rig/memory-bucket.ts";
import { ok } from "../../core/result.ts";
import { localDate, type AfterMatch, type Success } from "../../schedule/after.ts";
import { noteFollower } from "../bucket/followed.ts";
import type { BucketStore } from "../bucket/store.ts";
import { dyingAfter } from "./fixtures/dying.ts";
import { type FollowPort, followSuccess } from "./follow.ts";

const projects = ["features", "prices"];

/** Step Functions: a name is a run's once, and the same name needs the same bytes while it runs. */
function starter(pause: () => Promise<void>) {
  const inputs = new Map<string, string>();
  return {
    inputs,
    async start(_project: string, run: string, input: object) {
      await pause();
      const text = JSON.stringify(input);
      const before = inputs.get(run);
      if (before !== undefined && before !== text) throw new Error(`${run} started differently`);
      inputs.set(run, text);
      await pause(); // the answer may be lost
      return ok(undefined);
    },
  };
}

function environment(match: AfterMatch, pause: () => Promise<void>) {
  const { store } = memoryBucket(pause);
  const machine = starter(pause);
  const port: FollowPort = {
    store,
    start: (project, run, input) => machine.start(project, run, input),
    follower: () =>
      Promise.resolve(ok({ after: { projects, match }, timezone: "UTC", disabled: undefined })),
  };
  return { port, inputs: machine.inputs };
}

/** The same for a call that dies before or after so many requests: their answers may be lost. */
function dying(port: FollowPort, requests: number): FollowPort {
  const live = dyingAfter(requests);
  const { store } = port;
  return {
    follower: live((project: string) => port.follower(project)),
    start: live((...of: Parameters<FollowPort["start"]>) => port.start(...of)),
    store: {
      ...store,
      get: live((key: string) => store.get(key)),
      put: live((...of: Parameters<BucketStore["put"]>) => store.put(...of)),
      list: live((...of: Parameters<BucketStore["list"]>) => store.list(...of)),
    },
  };
}

const success = (project: string, hour: number, run: string): Success => ({
  project,
  run,
  time: Date.UTC(2026, 0, 31) + hour * 3_600_000,
  scheduled: true,
  endedAt: Date.UTC(2026, 0, 31) + hour * 3_600_000,
});

test("a date's run is started when all have succeeded, and a second success says that it was", async () => {
  const { port, inputs } = environment("day", () => Promise.resolve());
  await noteFollower(port.store, "scores", projects);
  const follow = (one: Success, starts = true) => followSuccess(port, { success: one, starts });
  const f1 = success("features", 3, "f1");
  expect(await follow(f1)).toEqual(ok(["scores: waits for prices"]));
  expect(await follow(success("prices", 5, "p1"), false)).toEqual(
    ok(["scores: not started: runs of a backfill start nothing by themselves"]),
  );
  expect(await follow(success("prices", 6, "p2"))).toEqual(
    ok(["scores: started scores-20260131-after"]),
  );
  expect(await follow(success("features", 7, "f2"))).toEqual(
    ok(["scores: scores-20260131-after was started before, f2 starts nothing"]),
  );
  expect([...inputs.values()].map((text) => JSON.parse(text) as object)).toEqual([
    {
      params: {},
      only: [],
      skip: [],
      scheduled_time: "2026-01-31T05:00:00Z",
      origin: null,
      trigger: "after",
      actor: "after",
      after: { features: "f1", prices: "p1" },
    },
  ]);
});

test("ends at random, delivered twice, late and to many at once, by calls that die anywhere: each start once", async () => {
  const event = fc.record({
    project: fc.constantFrom(...projects),
    hour: fc.integer({ min: 0, max: 60 }),
    // Requests that its first call still makes; it dies then, and Lambda tries again.
    life: fc.integer({ min: 0, max: 14 }),
    twice: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(event, { maxLength: 8 }),
      fc.constantFrom("day" as const, "any" as const),
      async (scheduler, events, match) => {
        const pause = (): Promise<void> => scheduler.schedule(Promise.resolve());
        const { port, inputs } = environment(match, pause);
        const noted = noteFollower(port.store, "scores", projects);
        await scheduler.waitFor(noted);
        const calls = events.flatMap(({ project, hour, twice, life: left }, index) => {
          const one = success(project, hour, `${project}-${index}`);
          const call = async (): Promise<void> => {
            const following = { success: one, starts: true };
            await followSuccess(dying(port, left), following).catch(() => undefined);
            await followSuccess(port, following);
          };
          return twice ? [call(), call()] : [call()];
        });
        await scheduler.waitFor(Promise.all(calls));
        const used = [...inputs.values()].flatMap((text) =>
          Object.values((JSON.parse(text) as { after: Record<string, string> }).after),
        );
        expect(new Set(used).size).toBe(used.length);
        const dates = Map.groupBy(events, ({ hour }) =>
          localDate(success("", hour, "").time, "UTC").replaceAll("-", ""),
        );
        const complete = [...dates].filter(
          ([, own]) => new Set(own.map(({ project }) => project)).size === projects.length,
        );
        const expected = complete.map(([date]) => `scores-${date}-after`).toSorted();
        const started = [...inputs.keys()].toSorted();
        // Rounds depend on the order of ends: that no success is used twice is all there is to say.
        expect(started).toEqual(match === "any" ? started : expected);
      },
    ),
    { numRuns: 150 },
  );
});
