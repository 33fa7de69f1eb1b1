import * as fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";

import { layoutOf } from "../../src/local/layout.ts";
import { follow, startedBefore } from "../../src/local/engine/follow.ts";
import { openStore } from "../../src/local/store/open.ts";
import { putFire, removeFire, waitingFires } from "../../src/local/store/fires.ts";
import type { RunRow } from "../../src/local/store/run-row.ts";
import { putSchedule } from "../../src/local/store/schedules.ts";
import type { Store } from "../../src/local/store/store.ts";
import { afterExpression, type AfterRule, localDate } from "../../src/schedule/after.ts";
import { projectName } from "../../src/core/ids.ts";
import { runInput } from "../../src/runs/input.ts";
import { makeWorkspace, openPlatform, value, type Workspace } from "./fixture.ts";
import { deployScheduled, settableClock, spec, startUp } from "./scheduler.ts";

const midnight = Date.parse("2026-01-31T00:00:00Z");
const hour = 3_600_000;

let workspace: Workspace;
beforeEach(() => {
  workspace = makeWorkspace();
});
afterEach(() => workspace[Symbol.dispose]());

const following = (projects: readonly string[], changes: Partial<AfterRule> = {}) => {
  const after: AfterRule = { projects, match: "day", ...changes };
  const { cron: _none, ...rest } = spec("", { after, expression: afterExpression(after) });
  return rest;
};

const ended = (project: string, run: string, changes: Partial<RunRow> = {}): RunRow => ({
  id: 1,
  run,
  environment: "local",
  project,
  status: "SUCCEEDED",
  skipped: false,
  trigger: "schedule",
  actor: "",
  startedAt: midnight + 3 * hour,
  endedAt: midnight + 4 * hour,
  scheduledTime: midnight + 3 * hour,
  origin: run,
  deploy: 1,
  release: "",
  version: "1.0.0",
  modelVersion: undefined,
  failure: undefined,
  input: {},
  eventCount: 1,
  owner: undefined,
  epoch: 1,
  heartbeat: 0,
  stopRequestedBy: undefined,
  resumedBy: undefined,
  ...changes,
});

/** A store in which `scores` follows two projects. */
function storeWith(rule: Partial<AfterRule> = {}): Store {
  const store = value(openStore(layoutOf(workspace.root)));
  const row = following(["features", "prices"], rule);
  store.write(() => {
    putSchedule(store, "local", "scores", row, 0);
    putSchedule(store, "lab", "scores", row, 0);
  });
  return store;
}

const outcomes = (store: Store, run: RunRow) =>
  store.write(() => follow(store, run)).map(({ outcome }) => outcome);

test("the second success of a date starts nothing, and says so; a backfill's starts nothing by itself", () => {
  const store = storeWith();
  const run = "scores-20260131-after";
  expect(outcomes(store, ended("features", "f1"))).toEqual([{ kind: "waits", for: ["prices"] }]);
  expect(outcomes(store, ended("prices", "p0", { status: "FAILED" }))).toEqual([]);
  expect(outcomes(store, ended("prices", "p0", { skipped: true }))).toEqual([]);
  for (const part of [{ only: ["load"] }, { sample: true }]) {
    expect(outcomes(store, ended("prices", "p0", { input: part }))).toEqual([]);
  }
  const backfilled = ended("prices", "p1", { trigger: "backfill" });
  expect(outcomes(store, backfilled)).toEqual([{ kind: "backfill" }]);
  expect(outcomes(store, ended("prices", "p2"))).toEqual([{ kind: "starts", run }]);
  expect(startedBefore(store, ended("prices", "p2"))).toEqual([]);
  const late = ended("prices", "p3", { endedAt: midnight + 5 * hour });
  expect(outcomes(store, late)).toEqual([{ kind: "started-before", run }]);
  expect(startedBefore(store, late)).toEqual([run]);
  expect(waitingFires(store, "local", 0)).toEqual([
    {
      id: 1,
      project: "scores",
      scheduledTime: midnight + 3 * hour,
      since: 0,
      start: {
        run,
        input: {
          ...runInput(),
          scheduled_time: "2026-01-31T03:00:00Z",
          trigger: "after",
          actor: "after",
          after: { features: "f1", prices: "p1" },
        },
      },
    },
  ]);
  expect(waitingFires(store, "lab", 0)).toEqual([]);
  store.close();
});

test("random ends, doubled, late and cut off by kills: each date that is complete starts once", () => {
  const store = storeWith();
  const end = fc.record({
    project: fc.constantFrom("features", "prices"),
    hour: fc.integer({ min: 0, max: 72 }),
    status: fc.constantFrom("SUCCEEDED", "SUCCEEDED", "FAILED", "ABORTED"),
    /** `up` looks after it, and begins what is due. */
    looks: fc.boolean(),
  } as const);
  let day = 0;
  fc.assert(
    fc.property(fc.array(end, { maxLength: 25 }), (ends) => {
      day += 10;
      const base = midnight + day * 24 * hour;
      const complete = new Map<string, Set<string>>();
      const dates: string[] = [];
      const begin = (): void => {
        for (const { id, scheduledTime } of waitingFires(store, "local", 0)) {
          dates.push(localDate(scheduledTime, "UTC"));
          store.write(() => removeFire(store, id));
        }
      };
      for (const [index, one] of ends.entries()) {
        const scheduledTime = base + one.hour * hour;
        const { status } = one;
        const row = ended(one.project, `${one.project}-${day}-${index}`, { status, scheduledTime });
        const dying = (): void =>
          store.write(() => {
            follow(store, row);
            throw new Error("killed");
          });
        expect(dying).toThrow("killed");
        store.write(() => follow(store, row));
        if (one.looks) begin();
        if (index % 3 === 0) store.write(() => follow(store, row));
        if (status !== "SUCCEEDED") continue;
        const date = localDate(scheduledTime, "UTC");
        complete.set(date, (complete.get(date) ?? new Set()).add(one.project));
      }
      begin();
      const wanted = [...complete].filter(([, of]) => of.size === 2).map(([date]) => date);
      expect(dates.toSorted()).toEqual(wanted.toSorted());
    }),
    { numRuns: 40 },
  );
  store.close();
});

test("with `match: any` each round starts once, whatever the dates", () => {
  const store = storeWith({ match: "any" });
  const run = (project: string, number: number): RunRow =>
    ended(project, `${project}-${number}`, { endedAt: midnight + number * hour });
  expect(outcomes(store, run("features", 1))).toEqual([{ kind: "waits", for: ["prices"] }]);
  expect(outcomes(store, run("features", 2))).toEqual([{ kind: "counts-not" }]);
  const first = { kind: "starts", run: "scores-round-00001-after" };
  expect(outcomes(store, run("prices", 30))).toEqual([first]);
  expect(outcomes(store, run("features", 1))).toEqual([{ kind: "counts-not" }]);
  expect(outcomes(store, run("features", 31))).toEqual([{ kind: "waits", for: ["prices"] }]);
  const second = { kind: "starts", run: "scores-round-00002-after" };
  expect(outcomes(store, run("prices", 60))).toEqual([second]);
  store.close();
});

test("`match: any`: what came while the schedule was disabled counts for nothing afterwards", () => {
  const store = storeWith({ match: "any" });
  const enable = (enabled: boolean): void =>
    store.write(() => {
      const row = following(["features", "prices"], { match: "any" });
      putSchedule(store, "local", "scores", { ...row, enabled }, 0);
    });
  const run = (project: string, number: number): RunRow =>
    ended(project, `${project}-${number}`, { endedAt: midnight + number * hour });
  enable(false);
  for (const project of ["features", "prices"]) {
    expect(outcomes(store, run(project, 1))).toEqual([{ kind: "disabled" }]);
  }
  enable(true);
  expect(outcomes(store, run("features", 500))).toEqual([{ kind: "waits", for: ["prices"] }]);
  const starts = { kind: "starts", run: "scores-round-00001-after" };
  expect(outcomes(store, run("prices", 501))).toEqual([starts]);
  expect(waitingFires(store, "local", 0)[0]?.start?.input).toMatchObject({
    after: { features: "features-500", prices: "prices-501" },
  });
  store.close();
});

test("`up` starts what follows a run at once, no matter who drove that run", async () => {
  const clock = settableClock("2026-01-31T02:00:00Z");
  const platform = await openPlatform(workspace.root, { clock });
  await deployScheduled(platform, workspace.root, "features", spec("0 3 * * ? *"));
  await deployScheduled(platform, workspace.root, "scores", following(["features"]));
  {
    await using up = await startUp(platform);
    expect(up.news()).toEqual(["started 2 of 2, 0 waiting"]);
    clock.set("2026-01-31T03:00:00Z");
    await up.turn();
    await up.until("ended", 2);
    expect(up.news()).toEqual([
      "fired features 01-31T03:00",
      "ended features SUCCEEDED",
      "fired scores 01-31T03:00",
      "ended scores SUCCEEDED",
    ]);
    // The same date once more, by hand: nothing follows.
    const again = { ...runInput(), actor: "ana" };
    const options = { mode: "follow" } as const;
    const run = value(await platform.start(projectName("features"), again, options));
    value(await platform.driver.settled(run));
    await up.turn();
    expect(up.news()).toEqual([]);
  }
  const { items } = value(await platform.runs({ project: projectName("scores") }, { limit: 5 }));
  expect(items).toMatchObject([
    { run: "scores-20260131-after", trigger: "after", status: "SUCCEEDED" },
  ]);
  await platform.close();
});

test("a start that another process wrote just before a schedule fires isn't passed over", async () => {
  const clock = settableClock("2026-01-31T02:55:00Z");
  const platform = await openPlatform(workspace.root, { clock });
  await deployScheduled(platform, workspace.root, "features", spec("0 3 * * ? *"));
  await deployScheduled(platform, workspace.root, "scores", following(["prices"]));
  {
    await using up = await startUp(platform);
    up.news();
    const other = value(openStore(layoutOf(workspace.root)));
    const start = { run: "scores-20260131-after", input: runInput({ trigger: "after" }) };
    other.write(() => putFire(other, "local", "scores", midnight, clock.now(), start));
    other.close();
    clock.set("2026-01-31T03:00:00Z");
    await up.turn();
    await up.until("ended", 2);
    expect(up.news().toSorted()).toEqual([
      "ended features SUCCEEDED",
      "ended scores SUCCEEDED",
      "fired features 01-31T03:00",
      "fired scores 01-31T00:00",
    ]);
  }
  await platform.close();
});
