import type { Json, JsonObject } from "../../core/json.ts";
import type { Thread } from "./model.ts";

/**
 * The context object of a thread's current state.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
 *
 * @param item the item that a Map state looks at while it makes an iteration's input
 */
export function contextOf(thread: Thread, item = thread.item): JsonObject {
  const { engine, chapter } = thread;
  const context: Record<string, Json> = {
    Execution: {
      Id: chapter.executionId,
      Input: chapter.input,
      Name: chapter.executionName,
      RoleArn: engine.identity.roleArn,
      StartTime: isoTime(chapter.startedAt),
      RedriveCount: 0,
    },
    StateMachine: {
      Id: engine.identity.stateMachineId,
      Name: engine.identity.stateMachineName,
    },
    State: {
      Name: thread.state.name,
      EnteredTime: isoTime(thread.enteredAt),
      RetryCount: thread.retryCount,
    },
  };
  if (item !== undefined) {
    context["Map"] = {
      Item: {
        Index: item.index,
        Value: item.value,
        ...(item.key === undefined ? {} : { Key: item.key }),
        ...(item.source === undefined ? {} : { Source: item.source }),
      },
    };
  }
  if (thread.taskToken !== undefined) context["Task"] = { Token: thread.taskToken };
  return context;
}

/** `2026-01-31T03:00:00.000Z` */
export function isoTime(at: number): string {
  return new Date(at).toISOString();
}
