import { beforeAll, describe, expect, test } from "vitest";

import { fleetByIndex } from "../../src/app/console/fleet-by-index.ts";
import { latePort, MOST_OPENED } from "../../src/app/console/late-port.ts";
import { lookThrough } from "../../src/app/schedules/watch-look.ts";
import { readOverview } from "../../src/app/runs/overview.ts";
import { keys } from "../../src/aws/bucket/location.ts";
import type { BucketStore } from "../../src/aws/bucket/store.ts";
import { fleetIndex } from "../../src/aws/fleet/fleet-index.ts";
import { indexedRuns } from "../../src/aws/fleet/list.ts";
import { noteEnd, noteStart } from "../../src/aws/fleet/marks.ts";
import type { IndexedRun } from "../../src/aws/fleet/packed-run.ts";
import { contextFrom } from "../../src/aws/notifier/settings.ts";
import type { AwsContext } from "../../src/aws/sdk/context.ts";
import type { Platform } from "../../src/platform/port.ts";
import { lastNights } from "../../src/schedule/nights.ts";
import { memoryBucket } from "./rig/memory-bucket.ts";
import { unwrap } from "./rig/unwrap.ts";

const zone = "America/Sao_Paulo";
const day = 86_400_000;
/** 09:00 in São Paulo. */
const now = Date.UTC(2026, 0, 31, 12);
const projects = Array.from({ length: 500 }, (_, n) => `project-${String(n).padStart(3, "0")}`);
/** The last of them goes still, the first failed last night. */
const [first = "", last = ""] = [projects[0], projects.at(-1)];

function runOf(project: string, daysAgo: number, status: "SUCCEEDED" | "FAILED" | "RUNNING") {
  const startedAt = Date.UTC(2026, 0, 31, 6) - daysAgo * day;
  const run = `${project}-${new Date(startedAt).toISOString().replaceAll(/[-:]|\.\d+/g, "")}-4f9a1c`;
  const one: IndexedRun = {
    redriveCount: 0,
    run: {
      run,
      project,
      environment: "prd",
      status,
      skipped: false,
      interrupted: false,
      trigger: "schedule",
      actor: "schedule",
      startedAt,
      endedAt: status === "RUNNING" ? undefined : startedAt + 3_600_000,
      scheduledTime: startedAt,
      origin: run,
      artifacts: `s3://bucket/artifacts/${project}/${run}/`,
      release: "a".repeat(64),
      version: "1.0.0",
      modelVersion: undefined,
      failure: status === "FAILED" ? "the step score ended with code 3" : undefined,
      resumedBy: undefined,
    },
  };
  return one;
}

/** An environment of 500 projects, each of which ran in each of the last 20 nights. */
async function fleet(): Promise<Map<string, string>> {
  const objects = new Map<string, string>();
  for (const project of projects) {
    const own = memoryBucket();
    for (let daysAgo = 20; daysAgo >= 0; daysAgo -= 1) {
      const going = project === last && daysAgo === 0;
      const failed = project === first && daysAgo === 0;
      unwrap(
        going
          ? await noteStart(own.store, runOf(project, 0, "RUNNING"))
          : await noteEnd(
              own.store,
              runOf(project, daysAgo, failed ? "FAILED" : "SUCCEEDED"),
              zone,
            ),
      );
    }
    for (const [key, text] of own.objects) objects.set(key, text);
  }
  const entry = (project: string) => ({
    project,
    at: now,
    mails: false,
    deploy: {
      project,
      version: "1.0.0",
      fingerprint: "a".repeat(64),
      deployedAt: now - 30 * day,
      model: { name: project },
    },
    schedule: {
      project,
      state: "enabled",
      configured: true,
      expression: "cron(0 6 * * ? *)",
      timezone: "UTC",
      deadline: undefined,
      hold: undefined,
      since: now - 30 * day,
    },
    ...(project === first ? { hold: "rolled back" } : {}),
  });
  const document = {
    schema: 1,
    since: now - 40 * day,
    lookedAt: now - 3_600_000,
    projects: Object.fromEntries(projects.map((project) => [project, entry(project)])),
  };
  objects.set(keys.fleetProjects, JSON.stringify(document));
  return objects;
}

describe("500 projects by the fleet's index", () => {
  let asked = 0;
  const { store: bucket, objects } = memoryBucket(() => {
    asked += 1;
    return Promise.resolve();
  });
  const store: BucketStore = {
    ...bucket,
    location: { ...bucket.location, artifactsUri: "s3://bucket/artifacts" },
  };
  const environment = {
    name: "prd",
    accountId: "123456789012",
    region: "us-east-1",
    suffix: "",
    artifactsUri: undefined,
    mail: undefined,
    zone,
  };
  const timing = { now: () => now, random: () => 0, sleep: () => Promise.resolve() };
  const context = contextFrom(
    { workspace: "acme", partition: "aws", environment },
    {} as AwsContext["clients"],
    timing,
  );
  const parts = { context, store };
  const index = fleetIndex(parts);
  const nobody = () => Promise.reject(new Error("the projects are not asked"));
  const counted = async <T>(work: () => Promise<T>): Promise<{ found: T; requests: number }> => {
    asked = 0;
    const found = await work();
    return { found, requests: asked };
  };

  beforeAll(async () => {
    for (const [key, text] of await fleet()) objects.set(key, text);
  });

  test("status: two requests, and who asks besides", async () => {
    const platform = { fleetIndex: index, listDeployed: nobody } as unknown as Platform;
    const { found, requests } = await counted(async () =>
      unwrap(
        await readOverview({ platform, projectNames: projects }, { now, onSlow: () => undefined }),
      ),
    );
    expect(requests).toBe(2);
    expect(found.projects).toHaveLength(500);
    expect(found.projects[0]).toMatchObject({
      project: first,
      hold: "rolled back",
      lastRun: runOf(first, 0, "FAILED").run,
    });
    expect(found.projects.at(-1)?.lastRun).toEqual(runOf(last, 0, "RUNNING").run);
  });

  test("runs: three requests for the newest, for those that failed and for the next page; two for those that go", async () => {
    const newest = await counted(async () => unwrap(await indexedRuns(parts, {}, 20, undefined)));
    expect(newest.requests).toBe(3);
    expect(newest.found?.items.map(({ project }) => project)).toEqual(projects.slice(0, 20));
    expect(newest.found?.more).toBe(true);
    const next = await counted(async () =>
      unwrap(await indexedRuns(parts, {}, 20, newest.found?.items.at(-1))),
    );
    expect(next.requests).toBe(3);
    expect(next.found?.items.map(({ project }) => project)).toEqual(projects.slice(20, 40));
    const open = await counted(async () =>
      unwrap(await indexedRuns(parts, { status: "RUNNING" }, 20, undefined)),
    );
    expect(open.requests).toBe(2);
    expect(open.found?.items).toEqual([runOf(last, 0, "RUNNING").run]);
    // There are not as many as are asked for: older ones may be, and are asked of the projects.
    expect(unwrap(await indexedRuns(parts, { status: "FAILED" }, 1, undefined))).toBeUndefined();
  });

  test("the console's fleet with its last 14 nights: nine requests, and who asks besides; tonight six", async () => {
    const never = new Proxy(
      { version: () => "" },
      {
        get: (target, key) => (key === "version" ? target.version : nobody),
      },
    ) as Parameters<typeof fleetByIndex>[1];
    const nights = lastNights(now, zone, 14);
    const bounds = [...nights.map(({ from }) => from), now + 1];
    const page = await counted(async () => {
      const reading = fleetByIndex(index, never, zone, () => now);
      return {
        deployed: unwrap(await reading.deployed()),
        newest: unwrap(await reading.newestRuns(projects)),
        sums: unwrap(await reading.stretches(bounds)),
        schedules: unwrap(await reading.schedules()),
        failed: await reading.failedDeploys(),
        holds: await reading.holds(),
      };
    });
    expect(page.requests).toBeLessThanOrEqual(9);
    expect(page.found.deployed).toHaveLength(500);
    expect(page.found.newest).toHaveLength(500);
    expect(page.found.holds).toEqual(new Map([[first, "rolled back"]]));
    expect(page.found.sums).toHaveLength(500 * 14);
    const cells = (project: string) =>
      page.found.sums
        .filter((sum) => sum.project === project)
        .toSorted((a, b) => a.stretch - b.stretch)
        .map(({ outcome }) => outcome);
    const good = Array.from({ length: 13 }, () => "succeeded");
    expect(cells(first)).toEqual([...good, "failed"]);
    expect(cells(last)).toEqual([...good, "running"]);

    const tonight = await counted(async () => {
      const reading = fleetByIndex(index, never, zone, () => now);
      const runs = unwrap(await reading.runsSince(now - day / 2, 3001));
      return { runs, schedules: unwrap(await reading.schedules()) };
    });
    expect(tonight.requests).toBeLessThanOrEqual(6);
    expect(tonight.found.runs).toHaveLength(500);
  });

  test("the console's minute look for what is late: seven requests, and a history for each of fifty runs at most", async () => {
    const going = Array.from({ length: 200 }, (_, n) => `going-${String(n).padStart(3, "0")}`);
    const own = memoryBucket();
    for (const project of going) {
      unwrap(await noteStart(own.store, runOf(project, 0, "RUNNING")));
    }
    for (const [key, text] of own.objects) objects.set(key, text);
    let [histories, slow] = [0, 0];
    const slowly = () => {
      slow += 1;
      return Promise.resolve({ ok: true, value: [] } as const);
    };
    const platform = {
      environment: "prd",
      fleetIndex: index,
      schedules: nobody,
      runs: nobody,
      events: () => {
        histories += 1;
        const began = { id: 1, timestamp: now - 9 * 3_600_000, type: "ExecutionStarted" };
        return Promise.resolve({ ok: true, value: { items: [{ ...began, details: {} }] } });
      },
      releaseOf: () => Promise.resolve({ ok: true, value: { steps: [] } }),
      watching: {
        startGraceMs: 15 * 60_000,
        succeeded: nobody,
        unstartable: slowly,
        stale: slowly,
        spent: slowly,
      },
    } as unknown as Platform;
    let clock = now;
    const promotions = { look: () => Promise.resolve([]), problem: () => undefined };
    const open = latePort(platform, promotions, () => clock);
    const look = async () => {
      const { port, ...sees } = await open();
      return unwrap(await lookThrough(port, clock, sees));
    };
    const { found, requests } = await counted(look);
    expect(requests).toBeLessThanOrEqual(7);
    expect(histories).toBe(MOST_OPENED);
    expect(found.fires).toBe(500);
    const codes = Map.groupBy(found.findings, ({ code }) => code);
    expect([...codes].map(([code, all]) => [code, all.length])).toEqual([
      ["watch/stuck", MOST_OPENED],
    ]);
    expect(slow).toBe(3);
    clock += 60_000;
    await look();
    expect(slow).toBe(3);

    // A project whose run of the night isn't there: no other one is asked for it.
    const night = runOf(first, 0, "FAILED").run.run;
    for (const key of objects.keys()) if (key.includes(night)) objects.delete(key);
    const missed = await counted(look);
    expect(missed.requests).toBeLessThanOrEqual(7);
    expect(missed.found.findings.filter(({ code }) => code === "watch/missed")).toEqual([
      expect.objectContaining({
        project: first,
        message: `${first} should have started at 2026-01-31 06:00 UTC and did not`,
      }),
    ]);
  });

  test("three and a half hours after the last look each project is asked", async () => {
    const later = { ...context, timing: { ...timing, now: () => now + 3 * 3_600_000 } };
    const late = fleetIndex({ context: later, store });
    expect(unwrap(await late.standing())).toBeUndefined();
    expect(late.howToKeep).toBe(
      "an administrator runs `esteira bootstrap -e prd`; its notifier keeps an index then, from the next hour on",
    );
  });
});
