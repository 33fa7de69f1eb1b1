import { expect, test } from "vitest";

import { projectName, type RunId } from "../../src/core/ids.ts";
import type { Platform } from "../../src/platform/port.ts";
import { foldRun } from "../../src/runs/fold.ts";
import { runInput } from "../../src/runs/input.ts";
import { describeWith } from "../rig/parts.ts";
import { deploy } from "./deploy-fixture.ts";
import { moto, useMoto } from "./rig/moto.ts";
import type { Script } from "./rig/sfn-tasks.ts";
import { unwrap } from "./rig/unwrap.ts";
import { ended, once, runsEnvironment } from "./runs-fixture.ts";

const project = projectName("recsys");
const follow = { mode: "follow" } as const;

/** As ECS describes a task whose instance was terminated under it. */
const reclaimed = {
  end: {
    document: {
      StopCode: "TerminationNotice",
      StoppedReason: "Host EC2 (instance i-0da6526579af3bd1b) terminated.",
      Containers: [{ Name: "recsys", LastStatus: "RUNNING" }],
    },
  },
};

describeWith(moto(), "setbacks on AWS", (part) => {
  const server = useMoto(part);

  const attemptsOf = async (platform: Platform, run: RunId) => {
    const { items } = unwrap(await platform.events(run, { limit: 1000 }));
    return foldRun(items, once.steps).steps.map(({ id, status, attempts }) => ({
      id,
      status,
      setbacks: attempts.map(({ setback }) => setback),
    }));
  };

  test("a step whose instance is reclaimed is started again, without using one of its retries", async () => {
    const script: Script = ({ step, attempt }) =>
      step === "score_model" && attempt <= 2 ? reclaimed : { end: 0 };
    await using runs = await runsEnvironment(server(), { script });
    const platform = await runs.open();
    await deploy(platform, [runs.environment.release(once)]);
    const run = unwrap(await platform.start(project, runInput(), follow));
    expect(await ended(platform, run)).toMatchObject({ status: "SUCCEEDED", failure: undefined });
    expect(await attemptsOf(platform, run)).toEqual([
      { id: "extract_features", status: "succeeded", setbacks: [undefined] },
      {
        id: "score_model",
        status: "succeeded",
        setbacks: [
          { kind: "instance-lost", number: 1, of: 3 },
          { kind: "instance-lost", number: 2, of: 3 },
          undefined,
        ],
      },
    ]);
  });

  test("one that loses too many fails, and resume runs the step itself in a new run", async () => {
    let instances = "reclaimed";
    const script: Script = ({ step }) =>
      step === "score_model" && instances === "reclaimed" ? reclaimed : { end: 0 };
    await using runs = await runsEnvironment(server(), { script });
    const platform = await runs.open();
    await deploy(platform, [runs.environment.release(once)]);
    const run = unwrap(await platform.start(project, runInput(), follow));
    expect(await ended(platform, run)).toMatchObject({
      status: "FAILED",
      failure: "score_model was ended because AWS took its spot instance back",
    });
    instances = "there";
    const next = unwrap(await platform.resume(run, { ...follow, actor: "bob" }));
    expect(next).not.toBe(run);
    expect(await ended(platform, next)).toMatchObject({
      status: "SUCCEEDED",
      origin: run,
      trigger: "resume",
    });
    expect(await attemptsOf(platform, next)).toEqual([
      { id: "extract_features", status: "skipped", setbacks: [] },
      { id: "score_model", status: "succeeded", setbacks: [undefined] },
    ]);
  });
});
