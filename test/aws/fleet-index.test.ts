import { expect, test } from "vitest";

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

/** What each project says, asked one after the other. */
function withoutIndex(platform: AwsPlatform, projectNames: readonly string[]) {
  const { fleetIndex: _index, ...others } = platform;
  return readOverview(
    { platform: others, projectNames },
    { now: Date.now(), onSlow: () => undefined },
  );
}
