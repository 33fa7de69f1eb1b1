import { expect, test } from "vitest";

import { keys } from "../../src/aws/bucket/location.ts";
import { bucketStore, listAll } from "../../src/aws/bucket/store.ts";
import type { AwsPlatform } from "../../src/aws/platform.ts";
import type { Json } from "../../src/core/json.ts";
import { projectName, type RunId } from "../../src/core/ids.ts";
import { runInput } from "../../src/runs/input.ts";
import { readOverview } from "../../src/app/runs/overview.ts";
import { describeWith } from "../rig/parts.ts";
import { deploy, manyProjects } from "./deploy-fixture.ts";
import { oneStep } from "./notifier-fixture.ts";
import { type Call, record } from "./rig/middleware.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { unwrap } from "./rig/unwrap.ts";
import { ended, runsEnvironment } from "./runs-fixture.ts";

const arn = "arn:aws:states:us-east-1:123456789012";

/** What EventBridge says of a run. */
function event(run: string, status: "RUNNING" | "SUCCEEDED" | "FAILED", startDate: number): Json {
  const project = run.replace(/-\d{8}T.*$/, "");
  return {
    source: "aws.states",
    "detail-type": "Step Functions Execution Status Change",
    detail: {
      executionArn: `${arn}:execution:${project}-workflow:${run}`,
      stateMachineArn: `${arn}:stateMachine:${project}-workflow`,
      name: run,
      status,
      startDate,
      input: JSON.stringify(runInput({ actor: "ana" })),
    },
  };
}

describeWith(moto(), "the fleet's index", (part) => {
  const server = useMoto(part);

  test("what runs and how it ended is one listing once the hourly look was there; before that each project is asked", async () => {
    let end = 0;
    await using runs = await runsEnvironment(server(), {
      script: () => ({ lines: [], end }),
    });
    const { environment, call } = runs;
    const writing = await runs.open();
    const projects = manyProjects(3).map((one) => ({ ...one, ...oneStep("python score.py") }));
    await deploy(
      writing,
      projects.map((project) => environment.release(project)),
    );
    const names = projects.map(({ name }) => name);
    const start = async (project: string): Promise<RunId> =>
      unwrap(
        await writing.start(projectName(project), runInput({ actor: "ana" }), { mode: "detach" }),
      );
    const calls: Call[] = [];
    const reading = await runs.open({ clients: record(runs.clients, calls) });
    const status = async () => {
      calls.length = 0;
      const overview = unwrap(
        await readOverview(
          { platform: reading, projectNames: names },
          { now: Date.now(), onSlow: () => undefined },
        ),
      );
      const asked = calls.map(({ service, operation }) => `${service} ${operation}`);
      return { overview, asked };
    };

    const first = await ended(writing, await start(names[0] ?? ""));
    await call(event(first.run, "RUNNING", first.startedAt));
    await call(event(first.run, "SUCCEEDED", first.startedAt));
    // The index is for readers from the first look on that came to its end.
    const before = await status();
    expect(before.asked).toContain("states ListExecutions");
    expect(before.overview.projects[0]?.lastRun?.run).toBe(first.run);

    end = 3;
    // Nobody hears of this one.
    const lost = await ended(writing, await start(names[1] ?? ""));
    await call({ esteira: "watch" });
    const after = await status();
    expect(after.asked.toSorted()).toEqual(["s3 GetObject", "s3 ListObjectsV2"]);
    expect(after.overview.projects.map(({ lastRun }) => lastRun?.run)).toEqual([
      first.run,
      lost.run,
      undefined,
    ]);
    expect(after.overview).toEqual(unwrap(await withoutIndex(reading, names)));

    const listed = unwrap(await reading.runs({}, { limit: 1 }));
    expect(listed.items.map(({ run }) => run)).toEqual([lost.run]);
    expect(unwrap(await reading.runs({}, { limit: 5 })).items.map(({ run }) => run)).toEqual([
      lost.run,
      first.run,
    ]);
  }, 120_000);
});

describeWith(moto(), "what is done to projects", (part) => {
  const server = useMoto(part);

  test("is in the index at once: a deploy, one that fails, a schedule that is disabled by hand, a destroy; marks that are gone come back with `status PROJECT`", async () => {
    await using runs = await runsEnvironment(server(), { script: () => ({ lines: [], end: 0 }) });
    const { environment, call } = runs;
    const platform = await runs.open();
    const projects = manyProjects(2).map((one) => ({ ...one, ...oneStep("python score.py") }));
    const [features, prices] = projects;
    if (features === undefined || prices === undefined) throw new Error("there are two");
    await deploy(
      platform,
      projects.map((project) => environment.release(project)),
    );
    const rows = async () => {
      const standing = unwrap(await platform.fleetIndex.standing());
      return new Map(standing?.projects.map((one) => [one.project, one]));
    };
    expect(unwrap(await platform.fleetIndex.standing())).toBeUndefined();
    await call({ esteira: "watch" });
    expect((await rows()).get(features.name)).toMatchObject({
      deploy: { version: features.version },
      schedule: { state: "enabled" },
    });

    await platform.disableSchedule(features.name, { actor: "ana", reason: "the source is down" });
    expect((await rows()).get(features.name)?.schedule).toMatchObject({
      state: "disabled",
      hold: { actor: "ana", reason: "the source is down" },
    });
    await platform.enableSchedule(features.name, { actor: "ana" });
    expect((await rows()).get(features.name)?.schedule).toMatchObject({ state: "enabled" });

    await deploy(platform, [environment.release({ ...features, version: "2.0.0" }, "source-2")]);
    expect((await rows()).get(features.name)?.deploy).toMatchObject({ version: "2.0.0" });

    const failing = await runs.open({
      images: () => ({
        ...environment.images,
        publish: () =>
          Promise.resolve({
            ok: false,
            error: { reason: "failed", message: "the build failed" },
          }),
      }),
    });
    await deploy(failing, [environment.release({ ...features, version: "3.0.0" }, "source-3")]);
    expect((await rows()).get(features.name)).toMatchObject({
      deploy: { version: "2.0.0" },
      failedDeploy: { error: "the build failed" },
    });
    // A look keeps what the audit trail says as well.
    await call({ esteira: "watch" });
    expect((await rows()).get(features.name)?.failedDeploy?.error).toBe("the build failed");
    await deploy(platform, [environment.release({ ...features, version: "4.0.0" }, "source-4")]);
    expect((await rows()).get(features.name)?.failedDeploy).toBeUndefined();

    const destroy = unwrap(await platform.planDestroy([prices.name]));
    unwrap(await platform.apply(destroy, [], { actor: "ana", listener: () => undefined }));
    expect([...(await rows()).keys()]).toEqual([features.name]);

    const started = unwrap(
      await platform.start(features.name, runInput({ actor: "ana" }), { mode: "detach" }),
    );
    const run = await ended(platform, started);
    await call(event(run.run, "SUCCEEDED", run.startedAt));
    const newest = async () => unwrap(await platform.fleetIndex.standing())?.newest;
    expect(await newest()).toEqual([run]);
    const store = bucketStore(environment.context);
    const marks = unwrap(await listAll(store, keys.fleetLast(features.name)));
    for (const { key } of marks) unwrap(await store.remove(key));
    expect(await newest()).toEqual([]);
    await platform.fleetIndex.compare(run);
    expect(await newest()).toEqual([run]);
  }, 120_000);
});

/** What each project says, asked one after the other. */
function withoutIndex(platform: AwsPlatform, projectNames: readonly string[]) {
  const { fleetIndex: _index, ...others } = platform;
  return readOverview(
    { platform: others, projectNames },
    { now: Date.now(), onSlow: () => undefined },
  );
}
