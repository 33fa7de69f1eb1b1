import * as fc from "fast-check";
import { expect, test } from "vitest";

import { ok } from "../../core/result.ts";
import { severityOf } from "../../platform/roles/fleet.ts";
import type { RunSummary } from "../../runs/model.ts";
import { nightOf } from "../../schedule/nights.ts";
import { memoryBucket } from "../../../test/aws/rig/memory-bucket.ts";
import type { BucketStore } from "../bucket/store.ts";
import type { ListedExecution } from "../runs/execution.ts";
import { noteEnd, noteStart } from "./marks.ts";
import type { IndexedRun } from "./packed-run.ts";
import { newestRuns, readEnded, readMarks } from "./reading.ts";
import { repairProject, type RunTruth } from "./repair.ts";

const place = { environment: "prd", artifactsUri: "s3://bucket/artifacts" };
const zone = "America/Sao_Paulo";
const start = Date.UTC(2026, 0, 31, 3);
const hour = 3_600_000;

/** A run with the ends of its tries; the last of them may go still. */
interface Story {
  readonly project: string;
  readonly run: string;
  readonly startedAt: number;
  readonly tries: readonly RunSummary["status"][];
}

function tryOf({ project, run, startedAt, tries }: Story, redriveCount: number): IndexedRun {
  const status = tries[redriveCount] ?? "RUNNING";
  return {
    redriveCount,
    run: {
      run,
      project,
      environment: place.environment,
      status,
      skipped: false,
      interrupted: false,
      trigger: "schedule",
      actor: "schedule",
      startedAt,
      endedAt: status === "RUNNING" ? undefined : startedAt + (redriveCount + 1) * hour,
      scheduledTime: startedAt,
      origin: run,
      artifacts: `${place.artifactsUri}/${project}/${run}/`,
      release: "a".repeat(64),
      version: "1.0.0",
      modelVersion: undefined,
      failure: status === "FAILED" ? "the step score ended with code 3" : undefined,
      resumedBy: undefined,
    },
  };
}

const stories = fc
  .uniqueArray(fc.record({ project: fc.constantFrom("features", "prices"), began: fc.nat(60) }), {
    minLength: 1,
    maxLength: 6,
    selector: ({ project, began }) => `${project} ${began}`,
  })
  .chain((runs) =>
    fc.tuple(
      ...runs.map(({ project, began }) =>
        fc
          .array(fc.constantFrom("FAILED", "TIMED_OUT", "ABORTED" as const), { maxLength: 2 })
          .chain((failures) =>
            fc
              .constantFrom(...(["SUCCEEDED", "FAILED", "RUNNING"] as const))
              .map((status): Story => ({
                project,
                run: `${project}-${began}`,
                startedAt: start + began * hour,
                tries: [...failures, status],
              })),
          ),
      ),
    ),
  );

/** The events of a run: each try begins, and all but one that goes end. */
function eventsOf(run: Story): readonly IndexedRun[] {
  return run.tries.flatMap((status, redriveCount) => {
    const going = { ...run, tries: run.tries.slice(0, redriveCount) };
    const begun = tryOf(going, redriveCount);
    return status === "RUNNING" ? [begun] : [begun, tryOf(run, redriveCount)];
  });
}

const newestFirst = (a: IndexedRun, b: IndexedRun): number =>
  b.run.startedAt - a.run.startedAt || (a.run.run < b.run.run ? -1 : 1);

/** What everybody should read, made of what is so. */
function expected(runs: readonly Story[]) {
  const now = runs.map((run) => tryOf(run, run.tries.length - 1));
  const sorted = now.toSorted(newestFirst);
  const going = ({ run: { status } }: IndexedRun): boolean => status === "RUNNING";
  const projects = [...new Set(runs.map(({ project }) => project))].toSorted();
  return {
    open: sorted.filter(going),
    newest: projects.flatMap((project) => sorted.find(({ run }) => run.project === project) ?? []),
    // A run that goes again ended before.
    ended: runs
      .flatMap((run) => {
        const ends = run.tries.filter((status) => status !== "RUNNING").length;
        return ends === 0 ? [] : [tryOf(run, ends - 1)];
      })
      .toSorted(newestFirst),
  };
}

async function read(store: BucketStore) {
  const marks = await readMarks(store, place, "20200101");
  const ended = await readEnded(store, place, { enough: () => false });
  if (!marks.ok || !ended.ok) throw new Error("it can be read");
  const { nights, open } = marks.value;
  return {
    nights,
    open: [...open.values()].toSorted(newestFirst),
    newest: [...newestRuns(marks.value).values()].toSorted((a, b) =>
      a.run.project < b.run.project ? -1 : 1,
    ),
    ended: ended.value.runs,
    marks: marks.value,
  };
}

function expectRight(found: Awaited<ReturnType<typeof read>>, runs: readonly Story[]): void {
  const { open, newest, ended } = expected(runs);
  expect(found.open).toEqual(open);
  expect(found.newest).toEqual(newest);
  expect(found.ended).toEqual(ended);
  expectNights(found, ended);
}

function expectNights(found: Awaited<ReturnType<typeof read>>, ended: readonly IndexedRun[]): void {
  const nights = Map.groupBy(ended, ({ run }) => `${nightOf(run.startedAt, zone)} ${run.project}`);
  expect(found.nights).toHaveLength(nights.size);
  for (const row of found.nights) {
    const those = nights.get(`${row.night} ${row.project}`) ?? [];
    const worst = ["failed", "timed_out", "aborted", "succeeded"].find((outcome) =>
      those.some(({ run }) => severityOf(run) === outcome),
    );
    const counts = those.find(({ run }) => severityOf(run) === worst);
    expect(row).toEqual({
      night: row.night,
      project: row.project,
      outcome: worst,
      runs: those.length,
      run: counts?.run.run,
      startedAt: counts?.run.startedAt,
      endedAt: counts?.run.endedAt,
    });
  }
}

const apply = (store: BucketStore, event: IndexedRun) =>
  event.run.status === "RUNNING" ? noteStart(store, event) : noteEnd(store, event, zone);

test("events in any order, each once or twice, with their requests interleaved, make the index that is right", async () => {
  await fc.assert(
    fc.asyncProperty(
      stories.chain((runs) => {
        const events = runs.flatMap(eventsOf);
        return fc.tuple(
          fc.constant(runs),
          fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2 }),
        );
      }),
      fc.scheduler(),
      async ([runs, events], scheduler) => {
        const { store } = memoryBucket(() => scheduler.schedule(Promise.resolve()));
        const done = Promise.all(events.map((event) => apply(store, event)));
        await scheduler.waitFor(done);
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
