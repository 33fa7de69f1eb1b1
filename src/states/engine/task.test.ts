import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../core/json.ts";
import { brief, follow } from "../../../test/states/follow.ts";

const lambda = "arn:aws:lambda:us-east-1:111111111111:function:work";
const task = (more: JsonObject = {}): JsonObject => ({
  Type: "Task",
  Resource: lambda,
  End: true,
  ...more,
});
const one = (state: JsonObject, more: JsonObject = {}): JsonObject => ({
  StartAt: "S",
  States: { S: state },
  ...more,
});

describe("a task", () => {
  test("is tried again after growing waits, then caught", async () => {
    const run = follow(
      {
        StartAt: "S",
        States: {
          S: task({
            Retry: [
              {
                ErrorEquals: ["States.TaskFailed"],
                IntervalSeconds: 10,
                BackoffRate: 3,
                MaxAttempts: 2,
                MaxDelaySeconds: 25,
              },
            ],
            Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: "Caught" }],
          }),
          Caught: { Type: "Pass", End: true },
        },
      },
      { kept: true },
    );
    const first = await run.deliver({ kind: "start" }, 0);
    expect(first.commands).toEqual([
      {
        kind: "start-task",
        task: 3,
        state: "S",
        resource: lambda,
        parameters: { kept: true },
        retryCount: 0,
        progress: "scheduled",
      },
    ]);
    const failed = await run.deliver(
      { kind: "task-failed", task: 3, error: "Oops", cause: "c" },
      1000,
    );
    expect(failed.commands).toEqual([{ kind: "wake", at: 11_000 }]);
    const again = await run.deliver({ kind: "wake" }, 11_000);
    expect(again.commands).toMatchObject([{ kind: "start-task", task: 5, retryCount: 1 }]);
    const twice = await run.deliver(
      { kind: "task-failed", task: 5, error: "Oops", cause: "c" },
      12_000,
    );
    expect(twice.commands).toEqual([{ kind: "wake", at: 37_000 }]);
    await run.deliver({ kind: "wake" }, 37_000);
    const last = await run.deliver(
      { kind: "task-failed", task: 7, error: "Oops", cause: "c" },
      38_000,
    );
    expect(last.outcome).toEqual({
      status: "SUCCEEDED",
      output: { kept: true, error: { Error: "Oops", Cause: "c" } },
    });
  });

  test("ends at its time limit, counted from its start", async () => {
    const run = follow(one(task({ TimeoutSeconds: 5 })));
    await run.deliver({ kind: "start" }, 0);
    const started = await run.deliver({ kind: "task-started", task: 3 }, 10_000);
    expect(started.commands).toEqual([{ kind: "wake", at: 15_000 }]);
    const end = await run.deliver({ kind: "wake" }, 15_000);
    expect(end.commands).toEqual([{ kind: "stop-task", task: 3, reason: "timeout" }]);
    expect(end.outcome).toEqual({ status: "FAILED", error: "States.Timeout" });
    expect(brief(end.events)).toEqual(["LambdaFunctionTimedOut 5<4", "ExecutionFailed 6<5"]);
    const late = await run.deliver({ kind: "task-succeeded", task: 3, output: 1 }, 16_000);
    expect(late).toEqual({ events: [], commands: [] });
  });

  test("lives as long as its heart beats", async () => {
    const run = follow(one(task({ TimeoutSeconds: 100, HeartbeatSeconds: 10 })));
    await run.deliver({ kind: "start" }, 0);
    await run.deliver({ kind: "task-started", task: 3 }, 0);
    const beat = await run.deliver({ kind: "task-heartbeat", task: 3 }, 8000);
    expect(beat.commands).toEqual([{ kind: "wake", at: 18_000 }]);
    const end = await run.deliver({ kind: "wake" }, 18_000);
    expect(end.outcome).toEqual({ status: "FAILED", error: "States.HeartbeatTimeout" });
  });

  test("that waits for a token has one, the same in each repetition", async () => {
    const resource = "arn:aws:states:::sqs:sendMessage.waitForTaskToken";
    const definition = one(
      task({ Resource: resource, Parameters: { "token.$": "$$.Task.Token" } }),
    );
    const [a, b] = await Promise.all(
      [1, 2].map(async () => (await follow(definition).deliver({ kind: "start" }, 5)).commands[0]),
    );
    expect(a).toEqual(b);
    expect(a).toMatchObject({
      parameters: { token: expect.stringMatching(/^[0-9a-f-]{36}$/) as Json },
    });
  });

  test("fails by how far it had come", async () => {
    const definition = one(task({ Resource: "arn:aws:states:::ecs:runTask.sync" }));
    const types: string[] = [];
    for (const steps of [[], ["task-started"], ["task-started", "task-submitted"]] as const) {
      const run = follow(definition);
      await run.deliver({ kind: "start" }, 0);
      for (const kind of steps) await run.deliver({ kind, task: 3, output: {} }, 1);
      const turn = await run.deliver({ kind: "task-failed", task: 3, error: "E", cause: "c" }, 2);
      types.push(turn.events[0]?.type ?? "");
    }
    expect(types).toEqual(["TaskStartFailed", "TaskSubmitFailed", "TaskFailed"]);
  });
});

describe("a task's result that is too large", () => {
  const tooLarge = (name: string): string =>
    `The state/task '${name}' returned a result with a size exceeding the maximum number of bytes service limit.`;
  const output = "x".repeat(262_144);

  test.each([
    ["arn:aws:states:::lambda:invoke", "lambda", "TaskFailed"],
    [lambda, lambda, "LambdaFunctionFailed"],
  ])("fails %s, and States.ALL catches it", async (resource, name, type) => {
    const run = follow({
      StartAt: "S",
      States: {
        S: task({
          Resource: resource,
          Catch: [{ ErrorEquals: ["States.ALL"], Next: "Caught" }],
        }),
        Caught: { Type: "Pass", End: true },
      },
    });
    await run.deliver({ kind: "start" }, 0);
    await run.deliver({ kind: "task-started", task: 3 }, 0);
    const end = await run.deliver({ kind: "task-succeeded", task: 3, output }, 1000);
    expect(end.events.map((event) => event.type)).toEqual([
      type,
      "TaskStateExited",
      "PassStateEntered",
      "PassStateExited",
      "ExecutionSucceeded",
    ]);
    expect(end.outcome).toEqual({
      status: "SUCCEEDED",
      output: { Error: "States.DataLimitExceeded", Cause: tooLarge(name) },
    });
  });

  test("isn't caught by States.ALL where a Parallel's is", async () => {
    const branch = (name: string): JsonObject => ({
      StartAt: name,
      States: { [name]: { Type: "Pass", End: true } },
    });
    const run = follow(
      {
        StartAt: "P",
        States: {
          P: {
            Type: "Parallel",
            Branches: [branch("A"), branch("B")],
            Catch: [{ ErrorEquals: ["States.ALL"], Next: "Caught" }],
            End: true,
          },
          Caught: { Type: "Pass", End: true },
        },
      },
      "x".repeat(140_000),
    );
    const end = await run.deliver({ kind: "start" }, 0);
    expect(end.outcome).toEqual({
      status: "FAILED",
      error: "States.DataLimitExceeded",
      cause: tooLarge("P"),
    });
  });
});
