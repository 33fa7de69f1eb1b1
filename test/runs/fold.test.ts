import { join } from "node:path";
import { expect, test } from "vitest";
import { loadWorkspace } from "../../src/config/load.ts";
import type { HistoryEvent } from "../../src/core/history.ts";
import type { Json } from "../../src/core/json.ts";
import { compilePipeline } from "../../src/pipeline/compile.ts";
import { fillPlaceholders } from "../../src/release/placeholders.ts";
import { zoneOffsets } from "../../src/schedule/zone-offsets.ts";
import { foldRun } from "../../src/runs/fold.ts";
import type { RunView } from "../../src/runs/model.ts";
import { failureOf, taskDocument, type TaskFacts } from "../../src/runs/task-document.ts";
import { simulate, type TaskOutcome } from "../../src/states/simulate.ts";

const rentcars = join(import.meta.dirname, "../../examples/rentcars");
const { projects } = await loadWorkspace(rentcars, "local");

const facts: TaskFacts = {
  taskArn: "arn:aws:ecs:us-east-1:111111111111:task/ml-cluster-x/0123456789abcdef",
  cluster: "ml-cluster-x",
  taskDefinition: "x:1",
  container: "x",
  image: "x",
  cpu: 1024,
  memory: 1024,
  createdAt: 0,
};

const failure = (state: string, exitCode: number): TaskOutcome => {
  const document = taskDocument(facts, {
    kind: "exited",
    exitCode,
    outOfMemory: false,
    timedOut: false,
    stopped: false,
    startedAt: 0,
    stoppedAt: 1,
  });
  return { state, ...failureOf(document) };
};

/** Runs a project of the example in virtual time and folds what its history says. */
async function run(name: string, outcomes: readonly TaskOutcome[], input: Json = {}) {
  const project = projects.find((one) => one.name === name);
  if (project === undefined) throw new Error(`no project ${name}`);
  const definition = compilePipeline(project, {
    cluster: "c",
    capacityProvider: "p",
    container: "x",
    model: false,
  });
  if (definition === undefined) throw new Error(`${name} has no steps`);
  const deployed = fillPlaceholders(definition, {
    task_definition: "t",
    artifacts_uri: "s3://bucket/artifacts",
    artifacts_bucket: "bucket",
    artifacts_prefix: "artifacts/",
    pools_function: "pools",
    zone_offsets: JSON.stringify(zoneOffsets(project.schedule?.timezone ?? "UTC")),
  });
  const simulation = await simulate(deployed, input, outcomes);
  return {
    view: foldRun(simulation.history, project.steps),
    history: simulation.history,
    steps: project.steps,
  };
}

const items: TaskOutcome = {
  state: "Read items of describe_maker",
  output: { Body: '["ford", "fiat"]' },
};
const statuses = (view: RunView) =>
  Object.fromEntries(view.steps.map((step) => [step.id, step.status]));

test("a graph with items and a retry: every attempt is found where it belongs", async () => {
  const { view } = await run("fleet-report", [items, failure("check_quality", 3)]);
  expect(view.status).toBe("SUCCEEDED");
  expect(statuses(view)).toEqual({
    list_makers: "succeeded",
    describe_maker: "succeeded",
    check_quality: "succeeded",
    write_report: "succeeded",
  });
  const attempts = view.steps.map((step) =>
    step.attempts.map(({ number, item, status, exitCode }) => [number, item, status, exitCode]),
  );
  expect(attempts).toEqual([
    [[1, undefined, "succeeded", undefined]],
    [
      [1, 0, "succeeded", undefined],
      [1, 1, "succeeded", undefined],
    ],
    [
      [1, undefined, "failed", 3],
      [2, undefined, "succeeded", undefined],
    ],
    [[1, undefined, "succeeded", undefined]],
  ]);
});

test("a run that fails blames the step that failed; what ran beside it was aborted", async () => {
  const { view } = await run("fleet-report", [
    items,
    failure("check_quality", 3),
    failure("check_quality", 4),
  ]);
  expect(view.status).toBe("FAILED");
  expect(view.error).toBe("States.TaskFailed");
  const [, , quality, report] = view.steps;
  expect(quality?.status).toBe("failed");
  expect(quality?.attempts.map(({ exitCode }) => exitCode)).toEqual([3, 4]);
  expect(report?.status).toBe("pending");
});

test("steps that the input passes over are skipped", async () => {
  const { view } = await run("recsys", [], { skip: ["extract_features"] });
  expect(statuses(view)).toEqual({ extract_features: "skipped", score_model: "succeeded" });
});

test("a history may end anywhere: nothing is called finished before it is", async () => {
  const { history, steps } = await run("fleet-report", [items, failure("check_quality", 3)]);
  for (let length = 0; length < history.length; length += 1) {
    const part: readonly HistoryEvent[] = history.slice(0, length);
    const view = foldRun(part, steps);
    expect(view.status).toBe("RUNNING");
    for (const step of view.steps) {
      const exited = part.some(
        ({ type, details, previousEventId }) =>
          type.endsWith("StateExited") &&
          details["name"] === step.id &&
          // What is left with a failure is begun again.
          history[previousEventId - 1]?.type !== "TaskFailed",
      );
      expect(step.status === "succeeded", `${step.id} after ${length} events`).toBe(exited);
    }
  }
});
