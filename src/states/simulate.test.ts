import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../core/json.ts";
import { simulate } from "./simulate.ts";

const definition: JsonObject = {
  StartAt: "T",
  States: {
    T: {
      Type: "Task",
      Resource: "arn:aws:states:::ecs:runTask.sync",
      TimeoutSeconds: 60,
      Retry: [{ ErrorEquals: ["States.TaskFailed"], IntervalSeconds: 600, MaxAttempts: 2 }],
      Next: "W",
    },
    W: { Type: "Wait", Seconds: 86_400, End: true },
  },
};

test("takes days in no time", async () => {
  const outcomes = [
    { state: "T", error: "States.TaskFailed", cause: { why: 1 }, seconds: 30 },
    { state: "T", output: { ok: true } },
  ];
  const run = await simulate(definition, {}, outcomes, { startAt: 0 });
  expect(run.status).toBe("SUCCEEDED");
  expect(run.output).toEqual({ ok: true });
  expect(run.history.at(-1)?.timestamp).toBe((30 + 600 + 1 + 86_400) * 1000);
  expect(run.events.filter((type) => type === "TaskScheduled")).toHaveLength(2);
  expect(run.history.find((event) => event.type === "TaskFailed")?.details["cause"]).toBe(
    '{"why":1}',
  );
});

test("distinguishes an invalid definition from a failed run", async () => {
  const run = await simulate({ StartAt: "A", States: { A: { Type: "Pass", Next: "B" } } }, {});
  expect(run).toMatchObject({
    status: "INVALID",
    error: "MISSING_TRANSITION_TARGET",
    cause: "Missing 'Next' target: B at /States/A/Next, Workflow has no terminal state",
    events: [],
  });
});

test("lets a try that never ends run into its limit", async () => {
  const run = await simulate(definition, {}, [], { otherwise: () => "never" });
  expect(run).toMatchObject({ status: "FAILED", error: "States.Timeout" });
  expect(run.events).toEqual([
    "ExecutionStarted",
    "TaskStateEntered",
    "TaskScheduled",
    "TaskStarted",
    "TaskSubmitted",
    "TaskTimedOut",
    "ExecutionFailed",
  ]);
});

test("distinguishes a call that failed from work that failed", async () => {
  const single: JsonObject = {
    StartAt: "T",
    States: { T: { Type: "Task", Resource: "arn:aws:states:::ecs:runTask.sync", End: true } },
  };
  const types = async (error: string): Promise<readonly string[]> =>
    (await simulate(single, {}, [{ state: "T", error, cause: "no" }])).events.slice(2, -1);
  expect(await types("ECS.ClientException")).toEqual([
    "TaskScheduled",
    "TaskStarted",
    "TaskSubmitFailed",
  ]);
  expect(await types("States.TaskFailed")).toEqual([
    "TaskScheduled",
    "TaskStarted",
    "TaskSubmitted",
    "TaskFailed",
  ]);
});

test("gives up on what waits for ever", async () => {
  const waiting: JsonObject = {
    StartAt: "T",
    States: { T: { Type: "Task", Resource: "arn:aws:lambda:::function:f", End: true } },
  };
  const run = await simulate(waiting, {}, [], { otherwise: () => "never" });
  expect(run).toMatchObject({ status: "ABORTED", error: "Simulation.Unending" });
});

test.each([
  [
    "the work failed",
    "arn:aws:states:::states:startExecution.sync:2",
    {},
    "States.TaskFailed",
    "TaskSubmitted TaskFailed",
  ],
  [
    "the call failed",
    "arn:aws:states:::states:startExecution.sync:2",
    {},
    "StepFunctions.ExecutionDoesNotExist",
    "TaskSubmitFailed",
  ],
  [
    "it took too long",
    "arn:aws:states:us-east-1:111111111111:activity:a",
    { TimeoutSeconds: 5 },
    "States.Timeout",
    "ActivityStarted ActivityTimedOut",
  ],
  [
    "it fell silent",
    "arn:aws:states:us-east-1:111111111111:activity:a",
    { HeartbeatSeconds: 5 },
    "States.Timeout",
    "ActivityStarted ActivityTimedOut",
  ],
])("%s", async (_name, Resource, limits, error, expected) => {
  const task: JsonObject = { Type: "Task", Resource, ...limits, End: true };
  const run = await simulate({ StartAt: "T", States: { T: task } }, {}, [{ state: "T", error }]);
  const [, , , ...rest] = run.events.filter((type) => type !== "TaskStarted");
  expect(rest.join(" ")).toBe(`${expected} ExecutionFailed`);
});

test("an activity that nobody fetches runs out of time without having been started", async () => {
  const Resource = "arn:aws:states:us-east-1:111111111111:activity:a";
  const task: JsonObject = { Type: "Task", Resource, TimeoutSeconds: 5, End: true };
  const run = await simulate({ StartAt: "T", States: { T: task } }, {}, [], {
    otherwise: () => "never",
  });
  expect(run.events.slice(2)).toEqual(["ActivityScheduled", "ActivityTimedOut", "ExecutionFailed"]);
});

describe("values in values, 20,000 times, fail what has them and nothing else", () => {
  const text = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
  const deep = JSON.parse(text) as Json;
  const machineOf = (state: JsonObject, language = "JSONata"): JsonObject => ({
    QueryLanguage: language,
    StartAt: "A",
    States: { A: { Type: "Pass", End: true, ...state } },
  });
  const task = { Type: "Task", Resource: "arn:aws:states:::ecs:runTask.sync", Arguments: {} };

  test.each<[string, JsonObject, Json, string]>([
    [
      "$parse",
      machineOf({ Output: "{% $parse($states.input.text) %}" }),
      { text },
      "States.QueryEvaluationError",
    ],
    [
      "$parse for a variable",
      machineOf({ Assign: { x: "{% $parse($states.input.text) %}" } }),
      { text },
      "States.QueryEvaluationError",
    ],
    [
      "States.StringToJson",
      machineOf({ Parameters: { "a.$": "States.StringToJson($.text)" } }, "JSONPath"),
      { text },
      "States.IntrinsicFailure",
    ],
    [
      "what was there is handed on",
      machineOf({ Output: "{% $states.input.deep %}" }),
      { deep },
      "States.DataLimitExceeded",
    ],
    ["what a task gives", machineOf(task), {}, "States.DataLimitExceeded"],
  ])("%s", async (_, machine, input, error) => {
    const run = await simulate(machine, input, [{ state: "A", output: deep }]);
    expect(run).toMatchObject({ status: "FAILED", error });
  });

  test("what a state hands on says how deep it may nest, and 1,000 levels are fine", async () => {
    const machine = machineOf({ Output: "{% $states.input.deep %}" });
    const run = await simulate(machine, { deep });
    expect(run.cause).toBe(
      "The state/task 'A' returned a result that nests deeper than 1000 levels.",
    );
    const fine = JSON.parse(`${"[".repeat(1000)}${"]".repeat(1000)}`) as Json;
    expect((await simulate(machine, { deep: fine })).status).toBe("SUCCEEDED");
  });
});
