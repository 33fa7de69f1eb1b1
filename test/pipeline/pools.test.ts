import { expect, test } from "vitest";

import { validateDefinition } from "../../src/states/validate/validate.ts";
import { compilePipeline } from "../../src/pipeline/compile.ts";
import { project, sequence, step } from "../../src/pipeline/fixtures/project.ts";

const target = {
  cluster: "ml-cluster-recsys",
  capacityProvider: "cp-recsys",
  container: "recsys",
  model: false,
} as const;
const pools = { warehouse: 2, gpu: 1 };

test("without `pools` nothing stands around a step, whatever pools there are", () => {
  const steps = sequence("load", "train");
  expect(compilePipeline(project({ steps, priority: 5 }), { ...target, pools })).toEqual(
    compilePipeline(project({ steps }), target),
  );
});

test("a step with pools waits for a token, and gives its places back when it has succeeded", () => {
  const steps = [step("load", { pools: ["warehouse", "gpu"] }), step("train", { after: ["load"] })];
  const definition = compilePipeline(project({ steps, priority: 5 }), { ...target, pools });
  expect(definition?.["States"]).toMatchObject({
    "Run load?": { Choices: [{ Next: "Take places for load" }], Default: "Skip load" },
    "Take places for load": {
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
      TimeoutSeconds: 604_800,
      Arguments: {
        FunctionName: "${pools_function}",
        Payload: {
          esteira: "pool-take",
          project: "recsys",
          run: "{% $run_id %}",
          step: "load",
          token: "{% $states.context.Task.Token %}",
          pools: { gpu: 1, warehouse: 2 },
          priority: 5,
        },
      },
      Next: "load",
    },
    load: { Type: "Task", Next: "Give back places of load" },
    "Give back places of load": {
      Arguments: {
        Payload: { esteira: "pool-give", project: "recsys", run: "{% $run_id %}", step: "load" },
      },
      Catch: [{ ErrorEquals: ["States.ALL"], Output: {}, Next: "Run train?" }],
      Next: "Run train?",
    },
  });
  expect(definition === undefined ? [] : validateDefinition(definition)).toEqual([]);
});

test("a step that ends the run, and one with items, have them too", () => {
  const last = step("load", {
    pools: ["gpu"],
    forEach: { kind: "items", items: ["a", "b"], maxConcurrency: 2 },
  });
  const definition = compilePipeline(project({ steps: [last] }), { ...target, pools });
  expect(definition?.["States"]).toMatchObject({
    "Take places for load": { Output: "{% $states.input %}", Next: "load" },
    load: { Type: "Map", Next: "Give back places of load" },
    "Give back places of load": { Catch: [{ Next: "Keep places of load" }], End: true },
    "Keep places of load": { Type: "Pass", End: true },
  });
  expect(definition === undefined ? [] : validateDefinition(definition)).toEqual([]);
});
