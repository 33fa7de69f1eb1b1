import { expect, test } from "vitest";

import { historyEvent } from "./history-events.ts";

const timestamp = new Date(1_769_828_407_250);
const at = { timestamp, id: 7, previousEventId: 6 };
const read = { timestamp: 1_769_828_407_250, id: 7, previousEventId: 6 };

test("payloads are values, whichever field of the API an event's details are in", () => {
  expect(
    historyEvent({
      ...at,
      type: "TaskStateEntered",
      stateEnteredEventDetails: {
        name: "score_model",
        input: '{"a":[1]}',
        inputDetails: { truncated: false },
      },
    }),
  ).toEqual({
    ...read,
    type: "TaskStateEntered",
    details: { name: "score_model", input: { a: [1] } },
  });
  expect(
    historyEvent({
      ...at,
      type: "TaskScheduled",
      taskScheduledEventDetails: {
        resourceType: "ecs",
        resource: "runTask.sync",
        region: "us-east-1",
        parameters: '{"Cluster":"ml-cluster-recsys"}',
        timeoutInSeconds: 4500,
        heartbeatInSeconds: undefined,
      },
    }).details,
  ).toEqual({
    resourceType: "ecs",
    resource: "runTask.sync",
    region: "us-east-1",
    parameters: { Cluster: "ml-cluster-recsys" },
    timeoutInSeconds: 4500,
  });
  expect(
    historyEvent({
      ...at,
      type: "MapIterationStarted",
      mapIterationStartedEventDetails: { name: "each", index: 3 },
    }).details,
  ).toEqual({ name: "each", index: 3 });
  expect(
    historyEvent({
      ...at,
      type: "ExecutionRedriven",
      executionRedrivenEventDetails: { redriveCount: 1 },
    }).details,
  ).toEqual({ redriveCount: 1 });
});

test("a cause stays the text that it is, and so does a payload that AWS has cut", () => {
  const cause = '{"StopCode":"EssentialContainerExited"}';
  expect(
    historyEvent({
      ...at,
      type: "TaskFailed",
      taskFailedEventDetails: {
        resourceType: "ecs",
        resource: "runTask.sync",
        error: "States.TaskFailed",
        cause,
      },
    }).details,
  ).toEqual({ resourceType: "ecs", resource: "runTask.sync", error: "States.TaskFailed", cause });
  expect(
    historyEvent({
      ...at,
      type: "TaskSucceeded",
      taskSucceededEventDetails: {
        resourceType: "ecs",
        resource: "runTask.sync",
        output: '{"Attachments":[{"Det',
        outputDetails: { truncated: true },
      },
    }).details["output"],
  ).toBe('{"Attachments":[{"Det');
});

test("an event may have no details at all", () => {
  expect(historyEvent({ ...at, type: "ExecutionTimedOut" })).toEqual({
    ...read,
    type: "ExecutionTimedOut",
    details: {},
  });
});
