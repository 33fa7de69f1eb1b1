import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import type { RunId } from "../../src/core/ids.ts";
import {
  detailsOf,
  input,
  type LocalPlatform,
  logsOf,
  makeWorkspace,
  openPlatform,
  runOf,
  taskOf,
  taskState,
  value,
  type Workspace,
} from "./fixture.ts";

let workspace: Workspace;
let platform: LocalPlatform;

beforeEach(async () => {
  workspace = makeWorkspace();
  platform = await openPlatform(workspace.root);
});
afterEach(async () => {
  await platform.close();
  workspace[Symbol.dispose]();
});

async function outputOf(run: RunId): Promise<string[]> {
  const lines = await logsOf(platform, run);
  return lines
    .filter(({ stream }) => stream === "stdout")
    .map(({ step, attempt, text }) => `${step} ${attempt}: ${text}`);
}

test("a time limit of the state ends the attempt, and the next try waits until it is gone", async () => {
  const marks = workspace.root;
  const first = `if [ ! -e "$MARKS/first" ]; then touch "$MARKS/first"; trap 'sleep 0.5; touch "$MARKS/gone"; exit 1' TERM; while :; do sleep 0.05; done; fi`;
  const { run, summary } = await runOf(platform, workspace.root, {
    steps: { a: `${first}\nif [ -e "$MARKS/gone" ]; then echo alone; else echo together; fi` },
    definition: {
      QueryLanguage: "JSONata",
      StartAt: "a",
      States: {
        a: taskState("a", {
          TimeoutSeconds: 1,
          Retry: [
            { ErrorEquals: ["States.Timeout"], IntervalSeconds: 1, MaxAttempts: 1, BackoffRate: 1 },
          ],
          End: true,
        }),
      },
    },
    changes: taskOf({ environment: { MARKS: marks } }),
  });
  expect(await detailsOf(platform, run, "TaskTimedOut")).toMatchObject({ error: "States.Timeout" });
  expect(summary.status).toBe("SUCCEEDED");
  expect(await outputOf(run)).toEqual(["a 2: alone"]);
});

test("a branch that fails ends what runs beside it", async () => {
  const marks = workspace.root;
  const { run, summary } = await runOf(platform, workspace.root, {
    steps: {
      bad: `while [ ! -e "$MARKS/on" ]; do sleep 0.05; done; exit 4`,
      long: `touch "$MARKS/on"; trap 'echo asked to stop; exit 1' TERM; while :; do sleep 0.05; done`,
    },
    definition: {
      QueryLanguage: "JSONata",
      StartAt: "both",
      States: {
        both: {
          Type: "Parallel",
          End: true,
          Branches: ["bad", "long"].map((id) => ({
            StartAt: id,
            States: { [id]: taskState(id, { End: true }) },
          })),
        },
      },
    },
    changes: taskOf({ environment: { MARKS: marks } }),
  });
  expect(summary).toMatchObject({
    status: "FAILED",
    failure: expect.stringContaining("bad") as string,
  });
  expect(await outputOf(run)).toEqual(["long 1: asked to stop"]);
});

test("a list that a step left among the artifacts is read as from S3", async () => {
  const { run, summary } = await runOf(platform, workspace.root, {
    steps: { each: `echo "item $ITEM"` },
    definition: {
      QueryLanguage: "JSONata",
      StartAt: "read",
      States: {
        read: {
          Type: "Task",
          Resource: "arn:aws:states:::aws-sdk:s3:getObject",
          Arguments: { Bucket: "${artifacts_bucket}", Key: "${artifacts_prefix}probe/list.json" },
          Output: "{% $parse($states.result.Body) %}",
          Catch: [{ ErrorEquals: ["S3.NoSuchKeyException"], Next: "none" }],
          Next: "map",
        },
        none: { Type: "Fail", Error: "NoList", Cause: "{% $states.input.Cause %}" },
        map: {
          Type: "Map",
          Items: "{% $states.input %}",
          ItemProcessor: {
            ProcessorConfig: { Mode: "INLINE" },
            StartAt: "each",
            States: {
              each: taskState("each", {
                environment: { ITEM: "{% $states.context.Map.Item.Value %}" },
                End: true,
              }),
            },
          },
          End: true,
        },
      },
    },
  });
  expect(summary.status).toBe("FAILED");
  expect(await detailsOf(platform, run, "ExecutionFailed")).toMatchObject({ error: "NoList" });
  expect(await detailsOf(platform, run, "TaskFailed")).toMatchObject({
    error: "S3.NoSuchKeyException",
  });

  const folder = join(workspace.root, ".esteira/artifacts/probe");
  writeFileSync(join(folder, "list.json"), `["x","y"]`);
  const { project } = value(await platform.releaseOf(run));
  const second = value(await platform.start(project, input(), { mode: "follow" }));
  expect(value(await platform.driver.settled(second)).status).toBe("SUCCEEDED");
  const said = (await logsOf(platform, second)).map(({ item, text }) => `${item}: ${text}`);
  expect(said.toSorted()).toEqual(["0: item x", "1: item y"]);
});

test("what a machine asks for beyond that fails its task and names it", async () => {
  const { run } = await runOf(platform, workspace.root, {
    steps: { a: "true" },
    definition: {
      StartAt: "call",
      States: {
        call: { Type: "Task", Resource: "arn:aws:states:::sns:publish", Parameters: {}, End: true },
      },
    },
  });
  expect(await detailsOf(platform, run, "TaskFailed")).toMatchObject({
    cause: "The local platform doesn't carry out arn:aws:states:::sns:publish",
  });
});
