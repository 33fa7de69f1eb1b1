import { describe, expect, test } from "vitest";
import type { HistoryEvent, HistoryEventType } from "../../src/core/history.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { project, sequence, step } from "../../src/pipeline/fixtures/project.ts";
import { diagnose } from "../../src/runs/diagnose.ts";
import { isSkippedRun } from "../../src/runs/close.ts";
import { foldRun, openFold } from "../../src/runs/fold.ts";
import type { StepView } from "../../src/runs/model.ts";
import { ecsHistories } from "../conformance/rows.ts";
import { run } from "../pipeline/run.ts";

const start = Date.UTC(2026, 0, 1);
const retry = { intervalSeconds: 10, backoffRate: 2, maxIntervalSeconds: 15 };
const failing = (state: string) => ({ state, error: "States.TaskFailed", cause: "no" });

/** What is known of a step just before the event of that type that comes so many-th (from 1). */
function stepBefore(
  history: readonly HistoryEvent[],
  steps: Parameters<typeof foldRun>[1],
  type: HistoryEventType,
  number: number,
  id: string,
): StepView | undefined {
  const found = history.filter((event) => event.type === type)[number - 1];
  if (!found) throw new Error(`no ${type} ${number}`);
  return foldRun(history.slice(0, found.id - 1), steps).steps.find((one) => one.id === id);
}

describe("a retry", () => {
  test("is waited for, until the time that its rule says", async () => {
    const steps = [step("a", { retries: 2, retry })];
    const { history } = await run(project({ steps }), {}, [failing("a"), failing("a")]);
    // An attempt takes a second; the waits are 10 and 15 seconds.
    const first = stepBefore(history, steps, "TaskScheduled", 2, "a");
    expect(first).toMatchObject({ status: "waiting", retryAt: start + 11_000, endedAt: undefined });
    const second = stepBefore(history, steps, "TaskScheduled", 3, "a");
    expect(second).toMatchObject({ status: "waiting", retryAt: start + 27_000 });
    const scheduled = history.filter(({ type }) => type === "TaskScheduled");
    expect(scheduled.map(({ timestamp }) => timestamp - start)).toEqual([0, 11_000, 27_000]);
    const [done] = foldRun(history, steps).steps;
    expect(done).toMatchObject({ status: "succeeded", retryAt: undefined, startedAt: start });
    expect(done?.attempts.map(({ number, status }) => `${number} ${status}`)).toEqual([
      "1 failed",
      "2 failed",
      "3 succeeded",
    ]);
  });

  test("of a service's error is waited for without a time: chance decides it", async () => {
    const steps = [step("a")];
    const service = { state: "a", error: "ECS.ServerException", cause: "later" };
    const { history } = await run(project({ steps }), {}, [service]);
    const waiting = stepBefore(history, steps, "TaskScheduled", 2, "a");
    expect(waiting).toMatchObject({ status: "waiting", retryAt: undefined });
  });

  test("of one item leaves the step running while another one runs", async () => {
    const forEach = { kind: "items", items: ["x", "y"], maxConcurrency: 2 } as const;
    const steps = [step("a", { forEach, retries: 1, retry })];
    const { history } = await run(project({ steps }), {}, [
      failing("Item of a"),
      { state: "Item of a", output: {}, seconds: 60 },
    ]);
    const view = stepBefore(history, steps, "TaskScheduled", 3, "a");
    expect(view).toMatchObject({ status: "running", retryAt: start + 11_000 });
    expect(foldRun(history, steps).steps[0]?.attempts.map((one) => [one.item, one.number])).toEqual(
      [
        [0, 1],
        [1, 1],
        [0, 2],
      ],
    );
  });
});

describe("how a run ends", () => {
  test("a failure ends the steps beside it, and blames the right one", async () => {
    const steps = [step("slow"), step("bad"), step("last", { after: ["slow", "bad"] })];
    const { history } = await run(project({ steps }), {}, [
      failing("bad"),
      { state: "slow", output: {}, seconds: 600 },
    ]);
    const view = foldRun(history, steps);
    expect(view.steps.map(({ id, status, endedAt }) => [id, status, endedAt])).toEqual([
      ["slow", "aborted", start + 1000],
      ["bad", "failed", start + 1000],
      ["last", "pending", undefined],
    ]);
    expect(view.steps[0]?.attempts[0]).toMatchObject({ status: "aborted", endedAt: start + 1000 });
    expect(diagnose(view)?.step).toBe("bad");
  });

  test("an item that fails ends the others", async () => {
    const forEach = { kind: "items", items: ["x", "y", "z"], maxConcurrency: 2 } as const;
    const steps = [step("a", { forEach })];
    const { history } = await run(project({ steps }), {}, [
      { state: "Item of a", output: {}, seconds: 60 },
      failing("Item of a"),
    ]);
    const [view] = foldRun(history, steps).steps;
    expect(view?.status).toBe("failed");
    expect(view?.attempts.map(({ item, status }) => [item, status])).toEqual([
      [0, "aborted"],
      [1, "failed"],
    ]);
  });

  test("a list of items that can't be read is the failure of its step, without an attempt", async () => {
    const forEach = {
      kind: "artifact",
      step: sequence("a")[0]!.id,
      file: "x.json",
      maxConcurrency: 2,
    } as const;
    const steps = [step("a"), step("b", { after: ["a"], forEach })];
    const { history } = await run(project({ steps }), {}, [
      { state: "Read items of b", output: { Body: "{}" } },
    ]);
    const view = foldRun(history, steps);
    expect(view.steps[1]).toMatchObject({ status: "failed", attempts: [] });
    expect(diagnose(view)).toMatchObject({
      code: "run/invalid-items",
      step: "b",
      message: "b has no items to run for: a/x.json is no JSON list",
    });
  });

  test("the limit of the whole run times out what still goes", () => {
    const view = foldRun(cut(["TaskStarted", "ExecutionTimedOut"]), sequence("a", "b"));
    expect(view).toMatchObject({ status: "TIMED_OUT", error: undefined });
    expect(view.steps.map(({ status }) => status)).toEqual(["timed_out", "pending"]);
    expect(view.steps[0]?.attempts[0]?.status).toBe("timed_out");
  });

  test("a stop aborts what still goes", () => {
    const view = foldRun(cut(["TaskStarted", "ExecutionAborted"]), sequence("a", "b"));
    expect(view.steps.map(({ status }) => status)).toEqual(["aborted", "pending"]);
    expect(view.steps[0]?.attempts[0]).toMatchObject({ status: "aborted", endedAt: 5 });
  });

  test("a run that gave way is skipped, and so is all of it", () => {
    const events = [
      event(1, 0, "ExecutionStarted", { input: {} }),
      event(2, 1, "ExecutionSucceeded", { output: { esteira: "skipped" } }),
    ];
    const view = foldRun(events, sequence("a", "b"));
    expect(isSkippedRun(view)).toBe(true);
    expect(view.steps.map(({ status }) => status)).toEqual(["skipped", "skipped"]);
  });

  test("a redrive opens it again: attempts are counted on, retries begin anew", () => {
    const variables = [{ Name: "ESTEIRA_STEP", Value: "a" }];
    const parameters = { Overrides: { ContainerOverrides: [{ Environment: variables }] } };
    const before = cut(["TaskStarted", "TaskFailed", "ExecutionFailed"]);
    const again = [
      event(7, 6, "ExecutionRedriven"),
      event(8, 7, "TaskScheduled", { resourceType: "ecs", parameters }),
      event(9, 8, "TaskFailed", { error: "States.TaskFailed" }),
    ];
    const steps = [step("a", { retries: 1, retry })];
    expect(foldRun(before, steps)).toMatchObject({
      status: "FAILED",
      steps: [{ status: "failed" }],
    });
    const view = foldRun([...before, ...again], steps);
    expect(view).toMatchObject({ status: "RUNNING", endedAt: undefined, error: undefined });
    expect(view.steps[0]).toMatchObject({ status: "waiting", retryAt: 9 + 10_000 });
    expect(view.steps[0]?.attempts.map(({ number, task }) => [number, task])).toEqual([
      [1, 3],
      [2, 8],
    ]);
  });
});

test("AWS's own history of a task that could not start is understood", () => {
  const recorded = ecsHistories().find(({ status }) => status === "FAILED");
  if (!recorded) throw new Error("there is no recording of a failure");
  const events = recorded.events.map(({ id, prev, type, details }) =>
    event(id, prev, type, details),
  );
  const view = foldRun(events, [{ id: "ecstask", name: "ecstask" }]);
  expect(view.steps).toMatchObject([
    {
      status: "failed",
      attempts: [
        { task: 3, number: 1, status: "failed", error: "States.TaskFailed", exitCode: undefined },
      ],
    },
  ]);
  expect(diagnose(view)).toMatchObject({ code: "run/image-missing", step: "ecstask" });
});

test("AWS's own history of a task that succeeded is understood", () => {
  const recorded = ecsHistories().find(({ definition }) =>
    JSON.stringify(definition).includes(".sync"),
  );
  if (!recorded) throw new Error("there is no recording");
  const events = recorded.events.map(({ id, prev, type, details }) =>
    event(id, prev, type, details),
  );
  const view = foldRun(events, [{ id: "ecstask", name: "ecstask" }]);
  expect(view.steps[0]).toMatchObject({
    status: "succeeded",
    attempts: [{ status: "succeeded", exitCode: 0, log: "<task_arn:1>" }],
  });
});

test("read event by event it comes to the same as read at once", async () => {
  const forEach = { kind: "items", items: ["1", "2", "3"], maxConcurrency: 2 } as const;
  const steps = [
    step("a", { retries: 1, retry }),
    step("b", { forEach }),
    step("c", { after: ["a", "b"] }),
  ];
  const { history } = await run(project({ steps }), {}, [failing("a")]);
  const fold = openFold(steps);
  for (const [index, one] of history.entries()) {
    fold.add([one]);
    expect(fold.view()).toEqual(foldRun(history.slice(0, index + 1), steps));
  }
});

test("events of kinds that nobody knows, and a history without its beginning, do no harm", async () => {
  const steps = sequence("a", "b");
  const { history } = await run(project({ steps }), {});
  const odd = history.map((one) =>
    one.type.startsWith("Pass") ? { ...one, type: "SomethingNew" as HistoryEventType } : one,
  );
  expect(foldRun(odd, steps).steps.map(({ status }) => status)).toEqual(["succeeded", "succeeded"]);
  const late = history.slice(history.findIndex(({ type }) => type === "TaskScheduled"));
  expect(foldRun(late, steps).steps[0]?.attempts).toMatchObject([
    { number: 1, status: "succeeded" },
  ]);
  expect(foldRun([], steps)).toMatchObject({
    status: "RUNNING",
    startedAt: undefined,
    input: null,
  });
});

function event(
  id: number,
  previousEventId: number,
  type: HistoryEventType,
  details: JsonObject = {},
): HistoryEvent {
  return { id, previousEventId, type, timestamp: id, details };
}

/** A history of the step `a` that continues with these events, each after the one before. */
function cut(types: readonly HistoryEventType[]): HistoryEvent[] {
  return [
    event(1, 0, "ExecutionStarted", { input: {} }),
    event(2, 0, "TaskStateEntered", { name: "a" }),
    event(3, 2, "TaskScheduled", { resourceType: "ecs" }),
    ...types.map((type, index) =>
      event(
        4 + index,
        3 + index,
        type,
        type.endsWith("Failed") ? { error: "States.TaskFailed" } : {},
      ),
    ),
  ];
}
