import { expect, test } from "vitest";
import { textOf, type HistoryEvent } from "../../src/core/history.ts";
import { isJsonObject, type Json, type JsonObject } from "../../src/core/json.ts";
import { openExecution } from "../../src/states/interpreter.ts";
import type { Signal } from "../../src/states/types.ts";
import { ecsHistories, type EcsHistory } from "./rows.ts";

/** The signals that a recorded history says about, for its only task: the event with id 3. */
function signalsOf(history: EcsHistory): Signal[] {
  const task = 3;
  return history.events.flatMap(({ type, details }): Signal[] => {
    const output = details["output"] ?? null;
    switch (type) {
      case "ExecutionStarted":
        return [{ kind: "start" }];
      case "TaskStarted":
        return [{ kind: "task-started", task }];
      case "TaskSubmitted":
        return [{ kind: "task-submitted", task, output }];
      case "TaskSucceeded":
        return [{ kind: "task-succeeded", task, output }];
      case "TaskFailed":
        return [
          {
            kind: "task-failed",
            task,
            error: textOf(details, "error") ?? "",
            cause: JSON.stringify(details["cause"]),
          },
        ];
      default:
        return [];
    }
  });
}

/**
 * An event as the recordings write it: no role, no place, text with an object in it as that object.
 */
function asRecorded(event: HistoryEvent): JsonObject {
  const { roleArn: _role, region: _region, ...details } = event.details;
  const { cause } = details;
  const opened: Json | undefined =
    typeof cause === "string" && cause.startsWith("{") ? (JSON.parse(cause) as Json) : cause;
  return {
    id: event.id,
    prev: event.previousEventId,
    type: event.type,
    details: opened === undefined ? details : { ...details, cause: opened },
  };
}

function withoutPlace(details: JsonObject): JsonObject {
  const { region: _region, ...rest } = details;
  return isJsonObject(rest) ? rest : details;
}

test.each(ecsHistories().map((history) => [history.id, history] as const))(
  "%s",
  async (_id, history) => {
    const opened = openExecution(history.definition, {
      id: "arn:aws:states:eu-central-1:111111111111:execution:machine:run",
      name: "run",
      roleArn: "arn:aws:iam::111111111111:role/states",
      stateMachineId: "arn:aws:states:eu-central-1:111111111111:stateMachine:machine",
      stateMachineName: "machine",
      input: history.input,
    });
    if (!opened.ok) throw new Error(JSON.stringify(opened.error));
    const events: HistoryEvent[] = [];
    for (const [index, signal] of signalsOf(history).entries()) {
      events.push(...(await opened.value.deliver(signal, 1000 * index)).events);
    }
    expect(events.map(asRecorded)).toEqual(
      history.events.map((event) => ({ ...event, details: withoutPlace(event.details) })),
    );
    expect(opened.value.outcome?.status).toBe(history.status);
  },
);
