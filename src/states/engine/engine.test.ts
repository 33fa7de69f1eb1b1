import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../core/json.ts";
import { brief, follow } from "../testing.ts";

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

describe("branches", () => {
  const parallel = (...states: JsonObject[]): JsonObject =>
    one({
      Type: "Parallel",
      End: true,
      Branches: states.map((state, index) => ({
        StartAt: `B${index}`,
        States: { [`B${index}`]: state },
      })),
    });

  test("give their outputs in their order, whatever the order of their ends", async () => {
    const run = follow(
      parallel({ Type: "Wait", Seconds: 9, End: true }, { Type: "Pass", Result: 2, End: true }),
      1,
    );
    await run.deliver({ kind: "start" }, 0);
    const end = await run.deliver({ kind: "wake" }, 9000);
    expect(end.outcome).toEqual({ status: "SUCCEEDED", output: [1, 2] });
  });

  test("of a failed sibling are given up, their work is stopped", async () => {
    const run = follow(parallel(task(), { Type: "Wait", Seconds: 9, End: true }, task()));
    await run.deliver({ kind: "start" }, 0);
    const end = await run.deliver({ kind: "task-failed", task: 5, error: "E", cause: "c" }, 1);
    expect(end.commands).toEqual([{ kind: "stop-task", task: 8, reason: "aborted" }]);
    expect(end.events.map((event) => event.type)).toEqual([
      "LambdaFunctionStartFailed",
      "WaitStateAborted",
      "TaskStateAborted",
      "ParallelStateFailed",
      "ExecutionFailed",
    ]);
  });

  test("see outer variables, and keep their own to themselves", async () => {
    const inner: JsonObject = {
      QueryLanguage: "JSONata",
      Type: "Pass",
      Assign: { own: 2 },
      Output: "{% $shared %}",
      Next: "After",
    };
    const run = follow({
      QueryLanguage: "JSONata",
      StartAt: "A",
      States: {
        A: { Type: "Pass", Assign: { shared: 1 }, Next: "P" },
        P: {
          Type: "Parallel",
          Branches: [
            {
              StartAt: "I",
              States: {
                I: inner,
                After: { Type: "Pass", Output: "{% $own + $shared %}", End: true },
              },
            },
          ],
          Next: "Z",
        },
        Z: { Type: "Pass", Output: "{% $exists($own) %}", End: true },
      },
    });
    const end = await run.deliver({ kind: "start" }, 0);
    expect(
      end.events.find((event) => event.type === "ParallelStateExited")?.details["output"],
    ).toEqual([3]);
    expect(end.outcome).toEqual({ status: "SUCCEEDED", output: false });
  });

  test("that break the definition's rules end the whole execution at once", async () => {
    const run = follow(parallel({ Type: "Pass", Parameters: { "x.$": "$.gone" }, End: true }));
    const end = await run.deliver({ kind: "start" }, 0);
    expect(brief(end.events)).toEqual([
      "ExecutionStarted 1<0",
      "ParallelStateEntered 2<0",
      "ParallelStateStarted 3<2",
      "PassStateEntered 4<3",
      "ExecutionFailed 5<4",
    ]);
    expect(end.outcome).toEqual({
      status: "FAILED",
      error: "States.Runtime",
      cause:
        "An error occurred while executing the state 'B0' (entered at the event id #4). The JSONPath '$.gone' specified for the field 'x.$' could not be found in the input '{}'",
    });
  });
});

describe("an execution", () => {
  test("has a time limit of its own, which leaves neither error nor cause", async () => {
    const run = follow(one({ Type: "Wait", Seconds: 100, End: true }, { TimeoutSeconds: 7 }));
    const first = await run.deliver({ kind: "start" }, 0);
    expect(first.commands).toEqual([{ kind: "wake", at: 7000 }]);
    const end = await run.deliver({ kind: "wake" }, 7000);
    expect(end.outcome).toEqual({ status: "TIMED_OUT" });
    expect(brief(end.events)).toEqual(["ExecutionTimedOut 3<2"]);
  });

  test("can be aborted; its work is stopped", async () => {
    const run = follow(one(task()));
    await run.deliver({ kind: "start" }, 0);
    const end = await run.deliver({ kind: "abort", error: "Stopped", cause: "by hand" }, 5);
    expect(end.commands).toEqual([{ kind: "stop-task", task: 3, reason: "aborted" }]);
    expect(end.outcome).toEqual({ status: "ABORTED", error: "Stopped", cause: "by hand" });
    expect(end.events).toEqual([
      {
        id: 4,
        previousEventId: 3,
        type: "ExecutionAborted",
        timestamp: 5,
        details: { error: "Stopped", cause: "by hand" },
      },
    ]);
  });

  test("fails when its history is full", async () => {
    const run = follow(
      {
        StartAt: "A",
        States: {
          A: {
            Type: "Choice",
            Choices: [{ Variable: "$.n", NumericEquals: 1, Next: "B" }],
            Default: "End",
          },
          B: { Type: "Pass", Next: "A" },
          End: { Type: "Succeed" },
        },
      },
      { n: 1 },
    );
    const end = await run.deliver({ kind: "start" }, 0);
    expect(end.events).toHaveLength(25_000);
    expect(end.outcome).toEqual({
      status: "FAILED",
      error: "States.Runtime",
      cause: "The execution reached the maximum number of history events (25000).",
    });
  });

  test("fails where a state's output is too large", async () => {
    const run = follow(
      one({ Type: "Pass", Parameters: { "a.$": "$", "b.$": "$" }, End: true }),
      "x".repeat(140_000),
    );
    const end = await run.deliver({ kind: "start" }, 0);
    expect(end.outcome).toEqual({
      status: "FAILED",
      error: "States.DataLimitExceeded",
      cause:
        "The state/task 'S' returned a result with a size exceeding the maximum number of bytes service limit.",
    });
  });

  test("fails where no choice matches", async () => {
    const run = follow(
      {
        StartAt: "C",
        States: {
          C: { Type: "Choice", Choices: [{ Variable: "$.n", NumericEquals: 1, Next: "End" }] },
          End: { Type: "Succeed" },
        },
      },
      { n: 2 },
    );
    const end = await run.deliver({ kind: "start" }, 0);
    expect(end.outcome).toEqual({
      status: "FAILED",
      error: "States.Runtime",
      cause:
        "An error occurred while executing the state 'C' (entered at the event id #2). Failed to transition out of the state. The state does not point to a next state.",
    });
  });

  test("takes signals that overlap one after the other", async () => {
    const run = follow({
      QueryLanguage: "JSONata",
      StartAt: "P",
      States: { P: { Type: "Pass", Output: "{% $sum([1, 2]) %}", Next: "T" }, T: task() },
    });
    const [start, success] = await Promise.all([
      run.deliver({ kind: "start" }, 0),
      run.deliver({ kind: "task-succeeded", task: 5, output: 7 }, 1),
    ]);
    expect(start.outcome).toBeUndefined();
    expect(success.outcome).toEqual({ status: "SUCCEEDED", output: 7 });
  });
});
