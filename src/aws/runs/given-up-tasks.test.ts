import { expect, test } from "vitest";

import { CHILD, type HistoryEvent, type HistoryEventType } from "../../core/history.ts";
import type { JsonObject } from "../../core/json.ts";
import { givenUpTasks } from "./given-up-tasks.ts";

test("each end of an attempt gives its own task up, and the retry's is waited for", () => {
  expect([
    ...givenUpTasks([
      ...attempt(1, 0, "late"),
      event(4, 3, "TaskTimedOut"),
      ...attempt(5, 4, "failed"),
      event(8, 7, "TaskFailed"),
      ...attempt(9, 8, "sibling"),
      event(12, 11, "TaskStateAborted"),
      ...attempt(13, 12, "done"),
      event(16, 15, "TaskSucceeded"),
      ...attempt(17, 16, "waited for"),
    ]),
  ]).toEqual([
    ["late", { at: 4, why: "gave up this task at its time limit" }],
    ["failed", { at: 8, why: "took this task for failed" }],
    ["sibling", { at: 12, why: "gave up this task with its step" }],
    ["done", { at: 16, why: "took this task for finished" }],
  ]);
});

test("parallel branches are distinguished by what led to their events", () => {
  const events = [
    event(1, 0, "TaskScheduled"),
    event(2, 0, "TaskScheduled"),
    event(3, 2, "TaskStarted"),
    event(4, 1, "TaskStarted"),
    event(5, 3, "TaskSubmitted", submitted("second")),
    event(6, 4, "TaskSubmitted", submitted("first")),
    event(7, 5, "TaskTimedOut"),
  ];
  expect([...givenUpTasks(events).keys()]).toEqual(["second"]);
});

test("an execution's end gives up its own tasks; after a redrive the new ones are waited for", () => {
  const item = (one: HistoryEvent): HistoryEvent => ({
    ...one,
    details: { ...one.details, [CHILD]: "7:0" },
  });
  const events = [
    ...attempt(1, 0, "of the run"),
    ...attempt(4, 0, "of an item").map(item),
    event(7, 3, "ExecutionAborted"),
    event(8, 7, "ExecutionRedriven"),
    ...attempt(9, 8, "redriven"),
  ];
  expect([...givenUpTasks(events)]).toEqual([["of the run", { at: 7, why: "has ended" }]]);
  const over = [...events, item(event(12, 6, "ExecutionTimedOut"))];
  expect([...givenUpTasks(over).keys()]).toEqual(["of the run", "of an item"]);
});

function attempt(id: number, previous: number, task: string): HistoryEvent[] {
  return [
    event(id, previous, "TaskScheduled"),
    event(id + 1, id, "TaskStarted"),
    event(id + 2, id + 1, "TaskSubmitted", submitted(task)),
  ];
}

function submitted(id: string): JsonObject {
  return { output: { Tasks: [{ TaskArn: `arn:aws:ecs:x:task/c/${id}` }] } };
}

function event(
  id: number,
  previousEventId: number,
  type: HistoryEventType,
  details: JsonObject = {},
): HistoryEvent {
  return { id, previousEventId, type, timestamp: id, details };
}
