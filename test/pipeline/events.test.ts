import { expect, test } from "vitest";
import { itemsPlaces } from "../../src/config/events.ts";
import type { Step } from "../../src/config/model.ts";
import { project, step } from "../../src/pipeline/fixtures/project.ts";
import { taskDocument } from "../../src/runs/task-document.ts";
import { run } from "./run.ts";

function withItems(count: number): Step {
  const items = Array.from({ length: count }, (_, n) => `${n}`);
  return step("each", { retries: 1, forEach: { kind: "items", items, maxConcurrency: 1 } });
}

function isInline(count: number): boolean {
  return [...itemsPlaces([withItems(count)]).values()].every(({ distributed }) => !distributed);
}

/** The most items that a step runs for in the run's own history. */
function mostInline(): number {
  let [most, tooMany] = [1, 25_000];
  while (tooMany - most > 1) {
    const middle = Math.floor((most + tooMany) / 2);
    if (isInline(middle)) most = middle;
    else tooMany = middle;
  }
  return most;
}

const facts = {
  taskArn: "arn:aws:ecs:us-east-1:111111111111:task/cluster/task",
  cluster: "arn:aws:ecs:us-east-1:111111111111:cluster/cluster",
  taskDefinition: "arn:aws:ecs:us-east-1:111111111111:task-definition/recsys:1",
  container: "recsys",
  image: "image",
  cpu: 1024,
  memory: 2048,
  createdAt: 0,
};
const ended = {
  kind: "exited",
  exitCode: 1,
  outOfMemory: false,
  timedOut: false,
  stopped: false,
  startedAt: 0,
  stoppedAt: 0,
} as const;

test("the most items that stay in a run's history fit it with every try that they may have", async () => {
  const most = mostInline();
  expect(most).toBeGreaterThan(500);
  const state = "Item of each";
  const failed = { state, error: "States.TaskFailed", cause: taskDocument(facts, ended) };
  const lost = { ...failed, cause: { ...failed.cause, StopCode: "SpotInterruption" } };
  const tries = [lost, lost, lost, failed, { state, output: {} }];
  const outcomes = Array.from({ length: most }, () => tries).flat();
  const steps = [withItems(most)];
  const { status, history, order } = await run(project({ steps }), {}, outcomes);
  expect({ status, tries: order.length }).toEqual({ status: "SUCCEEDED", tries: 5 * most });
  expect(history.length).toBeLessThanOrEqual(25_000);
  // And it isn't counted much higher than it is.
  expect(history.length).toBeGreaterThan(22_000);
}, 180_000);
