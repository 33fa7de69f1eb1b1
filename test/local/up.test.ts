import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import type { ScheduleSpec } from "../../src/release/release.ts";
import {
  type LocalPlatform,
  makeWorkspace,
  openPlatform,
  value,
  type Workspace,
} from "./fixture.ts";
import { deployScheduled, settableClock, spec, startUp } from "./scheduler.ts";

let workspace: Workspace;
let platform: LocalPlatform;
let clock: ReturnType<typeof settableClock>;

beforeEach(async () => {
  workspace = makeWorkspace();
  clock = settableClock("2026-01-31T02:00:00Z");
  platform = await openPlatform(workspace.root, { clock });
});
afterEach(async () => {
  await platform.close();
  workspace[Symbol.dispose]();
});

const project = (name: string, schedule: ScheduleSpec, script?: string): Promise<void> =>
  deployScheduled(platform, workspace.root, name, schedule, script);

test("what runs and what waits when it ends, the next one resumes", async () => {
  const gate = join(workspace.root, "gate");
  await project("slow", spec("* * * * ? *"), `while [ ! -e ${gate} ]; do sleep 0.02; done`);
  const first = await startUp(platform, { maxRuns: 1 });
  for (const minute of ["00", "01"]) {
    clock.set(`2026-01-31T03:${minute}:00Z`);
    await first.turn();
  }
  await first.end();
  expect(first.news().slice(-3)).toEqual([
    "waiting slow",
    "stopping, 1 running",
    "stopped, 1 handed over, 1 waiting",
  ]);
  await platform.close();

  platform = await openPlatform(workspace.root, { clock });
  await using second = await startUp(platform, { maxRuns: 1 });
  expect(second.news().slice(0, 2)).toEqual(["started 1 of 1, 1 waiting", "taken-up slow"]);
  writeFileSync(gate, "");
  await second.until("ended", 2);
  expect(second.news()).toEqual([
    "ended slow SUCCEEDED",
    "fired slow 01-31T03:01",
    "ended slow SUCCEEDED",
  ]);
});

test("it gives runs the time to end that it was asked to give them", async () => {
  const gate = join(workspace.root, "gate");
  await project("slow", spec("* * * * ? *"), `while [ ! -e ${gate} ]; do sleep 0.02; done`);
  const up = await startUp(platform, { drainMs: 600_000 });
  clock.set("2026-01-31T03:00:00Z");
  await up.turn();
  const ended = up.end();
  await up.until("stopping");
  writeFileSync(gate, "");
  await ended;
  expect(up.news().slice(-3)).toEqual([
    "stopping, 1 running",
    "ended slow SUCCEEDED",
    "stopped, 0 handed over, 0 waiting",
  ]);
});

test("a second one is refused while the first lives", async () => {
  const up = await startUp(platform);
  const other = await openPlatform(workspace.root, { clock });
  try {
    const options = {
      policy: { missed: "skip", withinMs: 0 },
      maxRuns: 1,
      duties: [],
      listener: () => undefined,
      signal: AbortSignal.abort(),
      drainMs: 0,
    } as const;
    expect(await other.scheduler.up(options)).toEqual({
      ok: false,
      error: {
        reason: "conflict",
        message: expect.stringMatching(
          new RegExp(
            `^the schedules of local are run by the process ${process.pid}, which began (just now|1 min ago)$`,
          ),
        ) as string,
        help: "One is enough. End that one first if this one is to take over.",
        resource: "local",
      },
    });
    expect(value(await other.scheduler.running())).toMatchObject({ pid: process.pid });
    await up.end();
    expect(value(await other.scheduler.running())).toBeUndefined();
    expect(await other.scheduler.up(options)).toEqual({ ok: true, value: undefined });
  } finally {
    await other.close();
  }
});

test("duties are done in their rhythm, and one that fails doesn't end anything", async () => {
  let turns = 0;
  const marker = join(workspace.root, "done");
  await using up = await startUp(platform, {
    duties: [
      { name: "broken", everyMs: 0, run: () => Promise.reject(new Error("no network")) },
      {
        name: "watch",
        everyMs: 3_600_000,
        run: ({ say }) => {
          turns += 1;
          say("nothing is late");
          writeFileSync(marker, "");
          return Promise.resolve();
        },
      },
    ],
  });
  await up.turn();
  await up.turn();
  const reported = up.news();
  expect(reported).toContain("duty watch: nothing is late");
  expect(
    reported.filter((text) => text === "duty broken: no network (failed)").length,
  ).toBeGreaterThan(1);
  expect([turns, existsSync(marker)]).toEqual([1, true]);
});
