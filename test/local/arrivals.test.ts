import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import * as fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";

import { closeWindow, type Place, takeFiles } from "../../src/local/arrivals/take.ts";
import { layoutOf } from "../../src/local/layout.ts";
import { waitingFires } from "../../src/local/store/fires.ts";
import { openStore } from "../../src/local/store/open.ts";
import { putSchedule } from "../../src/local/store/schedules.ts";
import type { Store } from "../../src/local/store/store.ts";
import type { ScheduleSpec } from "../../src/release/release.ts";
import { onExpression, type OnRule } from "../../src/schedule/on.ts";
import { makeWorkspace, value, type Workspace } from "./fixture.ts";
import { spec } from "./scheduler.ts";

let workspace: Workspace;
let store: Store;
beforeEach(() => {
  workspace = makeWorkspace();
  store = value(openStore(layoutOf(workspace.root)));
  mkdirSync(join(workspace.root, "in"));
});
afterEach(() => {
  store.close();
  workspace[Symbol.dispose]();
});

const waiting = (on: OnRule, changes: Partial<ScheduleSpec> = {}): ScheduleSpec => {
  const { cron: _none, ...rest } = spec("", { on, expression: onExpression(on), ...changes });
  return rest;
};
const source = "in/*.csv";

const put = (row: ScheduleSpec, at = Date.now(), project = "scores"): void =>
  store.write(() => putSchedule(store, "local", project, row, at));

const placeOf = (project = "scores"): Place => ({
  store,
  layout: layoutOf(workspace.root),
  environment: "local",
  project,
});

const path = (name: string): string => join(workspace.root, "in", name);
const nameOf = (uri: string): string => decodeURI(uri.split("/").at(-1) ?? "");

/** Names of the files that each run was started for, in the order of the starts. */
function started(project = "scores"): string[][] {
  return waitingFires(store, "local", 0)
    .filter((fire) => fire.project === project)
    .map(({ start }) => {
      const on = start?.input.on;
      if (on === undefined) return [];
      const text = "list" in on ? readFileSync(new URL(on.list), "utf8") : JSON.stringify(on.uris);
      const uris = JSON.parse(text) as string[];
      expect(uris.length).toBe(on.count);
      return uris.map(nameOf);
    });
}

test("each version of a file starts one run, however often and in whatever order it is seen", () => {
  const version = fc.record({
    name: fc.constantFrom("a.csv", "b.csv", "c.csv"),
    version: fc.integer({ min: 1, max: 4 }),
  });
  let round = 0;
  fc.assert(
    fc.property(fc.array(version, { maxLength: 20 }), (seen) => {
      round += 1;
      const project = `p${round}`;
      put(waiting({ source }), 0, project);
      const place = placeOf(project);
      for (const [index, one] of seen.entries()) {
        const file = { path: path(one.name), version: String(one.version) };
        const dying = (): void =>
          store.write(() => {
            takeFiles(place, source, [file], index);
            throw new Error("killed");
          });
        expect(dying).toThrow("killed");
        store.write(() => takeFiles(place, source, [file, file], index));
      }
      const versions = new Set(seen.map((one) => `${one.name} ${one.version}`));
      const runs = waitingFires(store, "local", 0).filter((fire) => fire.project === project);
      expect(runs.length).toBe(versions.size);
      expect(new Set(runs.map(({ start }) => start?.run)).size).toBe(versions.size);
      expect(started(project).flat().toSorted()).toEqual(
        [...versions].flatMap((one) => one.split(" ")[0] ?? []).toSorted(),
      );
    }),
    { numRuns: 50 },
  );
});

test("with a debounce every file is in exactly one run, which starts when nothing more comes", () => {
  const minute = 60_000;
  const event = fc.record({
    name: fc.integer({ min: 0, max: 200 }),
    afterMs: fc.integer({ min: 0, max: 4 * minute }),
    killed: fc.boolean(),
  });
  let round = 0;
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      round += 1;
      const project = `q${round}`;
      put(waiting({ source, debounceSeconds: 120 }), 0, project);
      const place = placeOf(project);
      let now = 1000;
      const came = new Map<string, number>();
      const close = (): void => {
        store.write(() => closeWindow(place, now));
      };
      for (const { name, afterMs, killed } of events) {
        // The process looks each second, or half a minute late; here: just before the next file.
        now += afterMs;
        close();
        const file = { path: path(`${name}.csv`), version: "1" };
        const take = (): void => {
          takeFiles(place, source, [file], now);
          closeWindow(place, now);
          if (killed) throw new Error("killed");
        };
        try {
          store.write(take);
        } catch {
          // Killed: nothing of it is written.
        }
        store.write(() => takeFiles(place, source, [file], now));
        if (!came.has(`${name}.csv`)) came.set(`${name}.csv`, now);
      }
      now += 60 * minute;
      close();
      const runs = started(project);
      expect(runs.flat().toSorted()).toEqual([...came.keys()].toSorted());
      for (const names of runs) {
        const times = names.map((name) => came.get(name) ?? 0);
        // Twenty minutes are ten debounces; a look comes up to four minutes late here.
        expect(Math.max(...times) - Math.min(...times)).toBeLessThan(24 * minute);
        for (const [index, time] of times.entries()) {
          expect(time - (times[index - 1] ?? time)).toBeLessThan(2 * minute);
        }
      }
    }),
    { numRuns: 50 },
  );
});

test("many files of a window are a file among the run's artifacts; the same bytes each time", () => {
  put(waiting({ source, debounceSeconds: 60 }), 0);
  const files = Array.from({ length: 300 }, (_, index) => ({
    path: path(`${index} ção.csv`),
    version: "1",
  }));
  store.write(() => takeFiles(placeOf(), source, files, 1000));
  store.write(() => closeWindow(placeOf(), 61_000));
  const [fire] = waitingFires(store, "local", 0);
  const run = "scores-window-00300-on";
  expect(fire?.start).toEqual({
    run,
    input: {
      params: {},
      only: [],
      skip: [],
      scheduled_time: "1970-01-01T00:00:01Z",
      origin: null,
      trigger: "on",
      actor: "on",
      on: {
        count: 300,
        list: new URL(
          `file://${workspace.root}/.esteira/artifacts/scores/${run}/_trigger/objects.json`,
        ).href,
      },
    },
  });
  expect(started()).toEqual([files.map(({ path: of }) => nameOf(of))]);
});
