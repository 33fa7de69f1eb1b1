import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { projectName, runId } from "../../src/core/ids.ts";
import type { ScheduleSpec } from "../../src/release/release.ts";
import { localRelease } from "../contract/local-release.ts";
import { deploy } from "../contract/tools.ts";
import {
  type LocalPlatform,
  makeWorkspace,
  openPlatform,
  value,
  type Workspace,
} from "./fixture.ts";
import { deployScheduled, settableClock, spec, startUp } from "./scheduler.ts";
import { inStore } from "./store-file.ts";

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

/** As a deploy's removal that comes between the fire and its run. */
function removeDeployment(name: string): void {
  inStore(workspace.root, (store) =>
    store.prepare("DELETE FROM deployments WHERE project = ?").run(name),
  );
}

test("a run begins on the minute, with its time and its trigger, and once", async () => {
  await project("nightly", spec("0 3 * * ? *"));
  await using up = await startUp(platform);
  expect(up.news()).toEqual(["started 1 of 1, 0 waiting"]);
  expect(up.events[0]).toMatchObject({
    next: { project: "nightly", at: Date.parse("2026-01-31T03:00:00Z"), timezone: "UTC" },
  });
  clock.set("2026-01-31T02:59:30Z");
  await up.turn();
  expect(up.news()).toEqual([]);
  clock.set("2026-01-31T03:00:00.020Z");
  await up.turn();
  await up.until("ended");
  expect(up.news()).toEqual(["fired nightly 01-31T03:00", "ended nightly SUCCEEDED"]);
  await up.turn();
  expect(up.news()).toEqual([]);

  const { items } = value(await platform.runs({}, { limit: 5 }));
  expect(items).toMatchObject([
    {
      project: "nightly",
      trigger: "schedule",
      actor: "",
      status: "SUCCEEDED",
      scheduledTime: Date.parse("2026-01-31T03:00:00Z"),
    },
  ]);
});

test("deploys, and schedules that somebody disables or enables, count without a restart", async () => {
  await project("first", spec("0 3 * * ? *"));
  await using up = await startUp(platform);
  const other = await openPlatform(workspace.root, { clock });
  try {
    value(await other.disableSchedule(projectName("first"), { actor: "ana" }));
    await up.turn();
    clock.set("2026-01-31T03:00:00Z");
    await up.turn();
    expect(up.news().slice(1)).toEqual(["schedule first disabled"]);
    value(await other.enableSchedule(projectName("first"), { actor: "ana" }));
    await project("second", spec("5 3 * * ? *"));
    await up.turn();
    // This platform's own writes, too, in the same process.
    clock.set("2026-01-31T03:05:01Z");
    await up.turn();
    await up.until("ended");
    expect(up.news()).toEqual([
      "schedule first enabled",
      "schedule second added",
      "fired second 01-31T03:05",
      "ended second SUCCEEDED",
    ]);
  } finally {
    await other.close();
  }
});

test("fires that nobody was there for are left out, or one makes up for them", async () => {
  await project("hourly", spec("0 * * * ? *"));
  {
    await using up = await startUp(platform);
    // The machine sleeps for some hours.
    clock.set("2026-01-31T05:30:00Z");
    await up.turn();
    expect(up.events.at(-2)).toMatchObject({ kind: "clock" });
    expect(up.news().slice(1)).toEqual(["missed hourly 3, last 01-31T05:00"]);
  }
  clock.set("2026-01-31T08:30:00Z");
  await using up = await startUp(platform, {
    policy: { missed: "once", withinMs: 24 * 3_600_000 },
  });
  await up.until("ended");
  expect(up.news()).toEqual([
    "started 1 of 1, 0 waiting",
    "missed hourly 3, last 01-31T08:00, made up for",
    "fired hourly 01-31T08:00",
    "ended hourly SUCCEEDED",
  ]);
});

test("where schedules were never run, nobody has missed anything; where they were, what was due since a deploy is missed", async () => {
  await project("early", spec("0 3 * * ? *"));
  clock.set("2026-01-31T04:00:00Z");
  {
    await using up = await startUp(platform);
    expect(up.news()).toEqual(["started 1 of 1, 0 waiting"]);
    const [schedule] = value(await platform.schedules());
    expect(schedule?.since).toBeGreaterThanOrEqual(Date.parse("2026-01-31T04:00:00Z"));
  }
  await project("later", spec("30 4 * * ? *"));
  clock.set("2026-01-31T05:00:00Z");
  await using up = await startUp(platform);
  expect(up.news()).toEqual(["started 2 of 2, 0 waiting", "missed later 1, last 01-31T04:30"]);
});

test("a project that fires all the time doesn't starve the others, and no more runs go than may", async () => {
  const gate = join(workspace.root, "gate");
  const wait = `while [ ! -e ${gate} ]; do sleep 0.02; done`;
  await project("noisy", spec("* * * * ? *"), wait);
  await project("calm", spec("3 3 * * ? *"), wait);
  await project("single", spec("2-3 3 * * ? *", { overlap: "skip" }), wait);
  await using up = await startUp(platform, { maxRuns: 1 });
  for (const minute of ["01", "02", "03"]) {
    clock.set(`2026-01-31T03:${minute}:00Z`);
    await up.turn();
  }
  const reported = up.news();
  expect(reported).toContain("fired noisy 01-31T03:01");
  expect(reported.filter((text) => text.startsWith("fired"))).toHaveLength(1);
  expect(reported).toContain("left-out single 01-31T03:03 overlap");
  expect(reported.filter((text) => text.startsWith("waiting")).toSorted()).toEqual([
    "waiting calm noisy",
    "waiting noisy single",
  ]);
  writeFileSync(gate, "");
  await up.until("ended", 5);
  const begun = up.news().filter((text) => text.startsWith("fired"));
  expect(begun.toSorted()).toEqual([
    "fired calm 01-31T03:03",
    "fired noisy 01-31T03:02",
    "fired noisy 01-31T03:03",
    "fired single 01-31T03:02",
  ]);
});

test("with overlap: skip a run that begins while another goes is skipped", async () => {
  const schedule = {
    enabled: true,
    cron: "* * * * *",
    timezone: "UTC",
    overlap: "skip",
    deadline: undefined,
  } as const;
  await deploy(platform, [
    await localRelease(workspace.root, { name: "long", steps: { only: "waits" }, schedule }),
  ]);
  await using up = await startUp(platform);
  for (const minute of ["00", "01"]) {
    clock.set(`2026-01-31T03:${minute}:00Z`);
    await up.turn();
  }
  await up.until("ended");
  expect(up.events.at(-1)).toMatchObject({ kind: "ended", status: "SUCCEEDED", skipped: true });
  const { items } = value(await platform.runs({ status: "RUNNING" }, { limit: 5 }));
  expect(items).toMatchObject([{ scheduledTime: Date.parse("2026-01-31T03:00:00Z") }]);
  value(await platform.stop(runId(items[0]?.run ?? ""), "ana"));
});

test("a clock that is set back fires nothing twice", async () => {
  await project("minutely", spec("* * * * ? *"));
  await using up = await startUp(platform);
  clock.set("2026-01-31T03:00:00Z");
  await up.turn();
  await up.until("ended");
  clock.set("2026-01-31T02:58:30Z");
  await up.turn();
  clock.set("2026-01-31T03:00:20Z");
  await up.turn();
  clock.set("2026-01-31T03:01:00Z");
  await up.turn();
  await up.until("ended", 2);
  expect(up.news().filter((text) => text.startsWith("fired"))).toEqual([
    "fired minutely 01-31T03:00",
    "fired minutely 01-31T03:01",
  ]);
});

test("a fire whose project can't be run is reported, and nothing else suffers", async () => {
  await project("gone", spec("0 3 * * ? *"));
  await project("fine", spec("0 3 * * ? *"));
  await using up = await startUp(platform, { maxRuns: 10 });
  // Its deployment is removed while the fire is on its way.
  removeDeployment("gone");
  clock.set("2026-01-31T03:00:00Z");
  await up.turn();
  await up.until("ended");
  await up.until("refused");
  expect(up.news().slice(1).toSorted()).toEqual([
    "ended fine SUCCEEDED",
    "fired fine 01-31T03:00",
    "refused gone 01-31T03:00: gone is not deployed any more",
  ]);
});
