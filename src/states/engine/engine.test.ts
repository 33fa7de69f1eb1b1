import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../core/json.ts";
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
  test("has its own time limit, which leaves neither error nor cause", async () => {
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
