import { expect, test } from "vitest";
import { follow, identityWith } from "../../test/states/follow.ts";
import type { JsonObject } from "../core/json.ts";
import { replayExecution } from "./replay.ts";

const definition: JsonObject = {
  StartAt: "A",
  States: {
    A: { Type: "Pass", Result: { a: 1 }, Next: "T" },
    T: {
      Type: "Task",
      Resource: "arn:aws:states:::ecs:runTask.sync",
      TimeoutSeconds: 60,
      Parameters: { Cluster: "c" },
      Retry: [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 5, MaxAttempts: 1 }],
      End: true,
    },
  },
};

async function recorded(): Promise<ReturnType<typeof follow>> {
  const run = follow(definition);
  await run.deliver({ kind: "start" }, 1000);
  await run.deliver({ kind: "task-started", task: 5 }, 2000);
  await run.deliver({ kind: "task-submitted", task: 5, output: { id: 1 } }, 2000);
  return run;
}

test("a history is resumed with the work that was under way", async () => {
  const { history } = await recorded();
  const taken = await replayExecution(definition, identityWith({}), history);
  if (!taken.ok) throw new Error(taken.error.reason);
  expect(taken.value.eventCount).toBe(7);
  expect(taken.value.pending()).toEqual([
    {
      kind: "start-task",
      task: 5,
      state: "T",
      resource: "arn:aws:states:::ecs:runTask.sync",
      parameters: { Cluster: "c", StartedBy: "AWS Step Functions" },
      retryCount: 0,
      progress: "submitted",
    },
    { kind: "wake", at: 62_000 },
  ]);
  const end = await taken.value.deliver({ kind: "task-succeeded", task: 5, output: 1 }, 9000);
  expect(end.outcome).toEqual({ status: "SUCCEEDED", output: 1 });
});

test("a history that ends inside a turn continues with the next signal, at its time", async () => {
  const { history } = await recorded();
  const taken = await replayExecution(definition, identityWith({}), history.slice(0, 3));
  if (!taken.ok) throw new Error(taken.error.reason);
  expect(taken.value.pending()).toEqual([{ kind: "wake", at: 1000 }]);
  const rest = await taken.value.deliver({ kind: "wake" }, 5000);
  expect(rest.events.map((event) => [event.id, event.type, event.timestamp])).toEqual([
    [4, "TaskStateEntered", 5000],
    [5, "TaskScheduled", 5000],
  ]);
  expect(rest.commands).toMatchObject([{ kind: "start-task", task: 5, progress: "scheduled" }]);
});

test("an empty history begins with the start", async () => {
  const taken = await replayExecution(definition, identityWith({}), []);
  if (!taken.ok) throw new Error(taken.error.reason);
  expect((await taken.value.deliver({ kind: "start" }, 1)).events).toHaveLength(5);
});

test("a task that was given up is to be stopped once more", async () => {
  const run = await recorded();
  await run.deliver({ kind: "wake" }, 62_000);
  const taken = await replayExecution(definition, identityWith({}), run.history);
  expect(taken.ok && taken.value.pending()).toEqual([
    { kind: "stop-task", task: 5, reason: "timeout" },
    { kind: "wake", at: 67_000 },
  ]);
});

test("a waiting heartbeat starts anew, since nobody knows when the last one came", async () => {
  const beating: JsonObject = {
    StartAt: "T",
    States: {
      T: { Type: "Task", Resource: "arn:aws:lambda:::function:f", HeartbeatSeconds: 10, End: true },
    },
  };
  const run = follow(beating);
  await run.deliver({ kind: "start" }, 0);
  await run.deliver({ kind: "task-started", task: 3 }, 0);
  const taken = await replayExecution(beating, identityWith({}), run.history);
  if (!taken.ok) throw new Error(taken.error.reason);
  expect(await taken.value.deliver({ kind: "wake" }, 500_000)).toEqual({
    events: [],
    commands: [{ kind: "wake", at: 510_000 }],
  });
});

test.each([
  [
    "another definition",
    {
      ...definition,
      States: {
        ...(definition["States"] as JsonObject),
        A: { Type: "Wait", Seconds: 0, Next: "T" },
      },
    },
    "Event 2 of the history is PassStateEntered, but this definition leads to WaitStateEntered.",
  ],
  [
    "another result",
    {
      ...definition,
      States: {
        ...(definition["States"] as JsonObject),
        A: { Type: "Pass", Result: { a: 2 }, Next: "T" },
      },
    },
    "Event 3 of the history is PassStateExited, but this definition leads to the same type with other details.",
  ],
])("%s is reported with the event that doesn't fit", async (_name, other, message) => {
  const { history } = await recorded();
  const taken = await replayExecution(other, identityWith({}), history);
  expect(taken.ok ? "" : taken.error.reason === "mismatch" ? taken.error.message : "").toBe(
    message,
  );
});

test("events after the end fit nowhere", async () => {
  const run = await recorded();
  await run.deliver({ kind: "task-succeeded", task: 5, output: 1 }, 9000);
  const extra = [
    ...run.history,
    { ...run.history[1], id: run.history.length + 1 },
  ] as typeof run.history;
  const taken = await replayExecution(definition, identityWith({}), extra);
  expect(taken.ok ? "" : taken.error).toMatchObject({
    event: 11,
    message:
      "Event 11 of the history is PassStateEntered, but this definition leads to no such event there.",
  });
});
