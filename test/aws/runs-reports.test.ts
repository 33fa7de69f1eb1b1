import { PutObjectCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";

import { readRun } from "../../src/app/runs/read-run.ts";
import { projectName, stepId } from "../../src/core/ids.ts";
import { reportKey } from "../../src/runs/attempt-report.ts";
import { runInput } from "../../src/runs/input.ts";
import { describeWith } from "../rig/parts.ts";
import { deploy, recsys } from "./deploy-fixture.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { unwrap } from "./rig/unwrap.ts";
import { ended, runsEnvironment } from "./runs-fixture.ts";

const project = projectName("recsys");
const [first] = recsys().steps;
if (first === undefined) throw new Error("the project has steps");

describeWith(moto(), "what the helper reports of a step on AWS", (part) => {
  const server = useMoto(part);

  test("is in the run: the most memory that it had, and what it left that nobody declared", async () => {
    await using runs = await runsEnvironment(server(), { script: () => ({ lines: [], end: 0 }) });
    const platform = await runs.open();
    const steps = [
      { ...first, id: stepId("train"), outputs: ["model.pkl"] },
      { ...first, id: stepId("quiet"), dependsOn: [stepId("train")] },
    ];
    await deploy(platform, [runs.environment.release(recsys({ steps }))]);
    const run = unwrap(await platform.start(project, runInput(), { mode: "follow" }));
    const summary = await ended(platform, run);
    const before = unwrap(await readRun(platform, summary, Date.now()));
    const task = before.view.steps[0]?.attempts[0]?.log ?? "";
    expect(before.view.steps[0]?.attempts[0]?.peakMemoryBytes).toBeUndefined();

    const [, bucket, prefix] = /^s3:\/\/([^/]+)\/(.*)$/.exec(summary.artifacts) ?? [];
    const undeclared = {
      files: 1,
      bytes: 4,
      paths: [{ path: "junk/", files: 1, bytes: 4 }],
      more: 0,
    };
    await runs.clients.s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: `${prefix}${reportKey("train", task)}`,
        Body: JSON.stringify({ schema: 1, exitCode: 0, peakMemoryBytes: 123_456_789, undeclared }),
      }),
    );
    const { view } = unwrap(await readRun(platform, summary, Date.now()));
    const figures = view.steps.map(({ attempts: [attempt] }) => [
      attempt?.peakMemoryBytes,
      attempt?.undeclared,
    ]);
    expect(figures).toEqual([
      [123_456_789, undeclared],
      [undefined, undefined],
    ]);
  });
});
