import * as fc from "fast-check";
import { expect, test } from "vitest";

import { ok } from "../../core/result.ts";
import { memoryBucket } from "../../../test/aws/rig/memory-bucket.ts";
import type { BucketStore } from "../bucket/store.ts";
import type { ListedExecution } from "../runs/execution.ts";
import {
  eventsOf,
  expected,
  expectNights,
  expectRight,
  read,
  start,
  stories,
  type Story,
  tryOf,
  zone,
} from "./fixtures/stories.ts";
import { noteEnd, noteStart } from "./marks.ts";
import type { IndexedRun } from "./packed-run.ts";
import { repairProject, type RunTruth } from "./repair.ts";

const apply = (store: BucketStore, event: IndexedRun) =>
  event.run.status === "RUNNING" ? noteStart(store, event) : noteEnd(store, event, zone);

test("events in any order, each of them twice, with their requests interleaved, make the index that is right", async () => {
  await fc.assert(
    fc.asyncProperty(
      stories.chain((runs) => {
        const events = runs.flatMap(eventsOf);
        return fc.tuple(
          fc.constant(runs),
          fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2 }),
          // Which of them come once all before are done: an event may be very late.
          fc.array(fc.boolean(), { minLength: events.length * 2, maxLength: events.length * 2 }),
        );
      }),
      fc.scheduler(),
      async ([runs, events, late], scheduler) => {
        const { store } = memoryBucket(() => scheduler.schedule(Promise.resolve()));
        let going: Promise<unknown>[] = [];
        for (const [index, event] of events.entries()) {
          if (late[index] === true) {
            await scheduler.waitFor(Promise.all(going));
            going = [];
          }
          going.push(apply(store, event));
        }
        await scheduler.waitFor(Promise.all(going));
        const reading = read(store);
        expectRight(await scheduler.waitFor(reading), runs);
      },
    ),
    { numRuns: 300 },
  );
}, 60_000);

/** What Step Functions says of the runs, with the ledger's part for those it has forgotten. */
function truthOf(runs: readonly Story[]): RunTruth {
  const now = (run: Story): IndexedRun => tryOf(run, run.tries.length - 1);
  const listed = (run: Story): ListedExecution => {
    const { status, startedAt, endedAt } = now(run).run;
    return {
      run: run.run,
      project: run.project,
      status,
      startedAt,
      endedAt,
      redriveCount: run.tries.length - 1,
    };
  };
  return {
    since: (project) =>
      Promise.resolve(
        ok(
          runs
            .filter((run) => run.project === project)
            .map(listed)
            .toSorted((a, b) => b.startedAt - a.startedAt),
        ),
      ),
    run: (_project, { run }) => {
      const found = runs.find((one) => one.run === run);
      return Promise.resolve(ok(found && now(found)));
    },
    remembered: () => Promise.resolve(ok(undefined)),
  };
}

test("events that are lost, and writers that die at any request, are made up for by one look", async () => {
  await fc.assert(
    fc.asyncProperty(
      stories.chain((runs) => {
        const events = runs.flatMap(eventsOf);
        return fc.tuple(
          fc.constant(runs),
          fc.shuffledSubarray(events),
          fc.array(fc.nat(12), { minLength: events.length, maxLength: events.length }),
        );
      }),
      async ([runs, events, deaths]) => {
        const lives = { left: Infinity };
        const { store } = memoryBucket(() => {
          lives.left -= 1;
          return lives.left < 0 ? Promise.reject(new Error("died")) : Promise.resolve();
        });
        for (const [index, event] of events.entries()) {
          // Seven of twelve die on the way.
          const requests = deaths[index] ?? 0;
          lives.left = requests > 7 ? Infinity : requests;
          await apply(store, event).catch(() => undefined);
        }
        lives.left = Infinity;
        const { marks, ended } = await read(store);
        const known = { ...marks, ended: new Map(ended.map((one) => [one.run.run, one])) };
        for (const project of ["features", "prices"]) {
          const repaired = await repairProject(store, truthOf(runs), known, {
            project,
            zone,
            since: start,
          });
          expect(repaired.ok).toBe(true);
        }
        const after = await read(store);
        const { open, newest } = expected(runs);
        expect(after.open).toEqual(open);
        expect(after.newest).toEqual(newest);
        // Of a run that goes again its earlier ends are known only if their events came.
        const over = (of: readonly IndexedRun[]) =>
          of.filter(({ run }) => !open.some((going) => going.run.run === run.run));
        expect(over(after.ended)).toEqual(over(expected(runs).ended));
        if (open.length === 0) expectNights(after, expected(runs).ended);
      },
    ),
    { numRuns: 500 },
  );
}, 60_000);
