import * as fc from "fast-check";
import { expect, test } from "vitest";

import { closeWindow, takeFiles } from "../../src/local/arrivals/take.ts";
import { waitingFires } from "../../src/local/store/fires.ts";
import { nameOf, source, useArriving, waiting } from "./arriving.ts";

const here = useArriving();

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
      here.put(waiting({ source }), 0, project);
      const place = here.placeOf(project);
      for (const [index, one] of seen.entries()) {
        const file = { path: here.path(one.name), version: String(one.version) };
        const dying = (): void =>
          here.store.write(() => {
            takeFiles(place, source, [file], index);
            throw new Error("killed");
          });
        expect(dying).toThrow("killed");
        here.store.write(() => takeFiles(place, source, [file, file], index));
      }
      const versions = new Set(seen.map((one) => `${one.name} ${one.version}`));
      const runs = waitingFires(here.store, "local", 0).filter((fire) => fire.project === project);
      expect(runs.length).toBe(versions.size);
      expect(new Set(runs.map(({ start }) => start?.run)).size).toBe(versions.size);
      expect(here.started(project).flat().toSorted()).toEqual(
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
      here.put(waiting({ source, debounceSeconds: 120 }), 0, project);
      const place = here.placeOf(project);
      let now = 1000;
      const came = new Map<string, number>();
      const close = (): void => {
        here.store.write(() => closeWindow(place, now));
      };
      for (const { name, afterMs, killed } of events) {
        // The process looks each second, or half a minute late; here: just before the next file.
        now += afterMs;
        close();
        const file = { path: here.path(`${name}.csv`), version: "1" };
        const take = (): void => {
          takeFiles(place, source, [file], now);
          closeWindow(place, now);
          if (killed) throw new Error("killed");
        };
        try {
          here.store.write(take);
        } catch {
          // Killed: nothing of it is written.
        }
        here.store.write(() => takeFiles(place, source, [file], now));
        if (!came.has(`${name}.csv`)) came.set(`${name}.csv`, now);
      }
      now += 60 * minute;
      close();
      const runs = here.started(project);
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
  here.put(waiting({ source, debounceSeconds: 60 }), 0);
  const files = Array.from({ length: 300 }, (_, index) => ({
    path: here.path(`${index} ção.csv`),
    version: "1",
  }));
  here.store.write(() => takeFiles(here.placeOf(), source, files, 1000));
  here.store.write(() => closeWindow(here.placeOf(), 61_000));
  const [fire] = waitingFires(here.store, "local", 0);
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
          `file://${here.workspace.root}/.esteira/artifacts/scores/${run}/_trigger/objects.json`,
        ).href,
      },
    },
  });
  expect(here.started()).toEqual([files.map(({ path: of }) => nameOf(of))]);
});
