import { expect, test } from "vitest";

import type { HistoryEvent, HistoryEventType } from "../../core/history.ts";
import type { JsonObject } from "../../core/json.ts";
import { openTasks } from "./open-tasks.ts";

test("tasks that the history has seen begin and not end, siblings and retries apart", () => {
  const submitted = (id: string) => ({
    output: { Tasks: [{ TaskArn: `arn:aws:ecs:x:task/c/${id}` }] },
  });
  expect(
    openTasks([
      event(1, 0, "TaskScheduled"),
      event(2, 0, "TaskScheduled"),
      event(3, 1, "TaskStarted"),
      event(4, 3, "TaskSubmitted", submitted("a")),
      event(5, 2, "TaskStarted"),
      event(6, 5, "TaskSubmitted", submitted("b")),
      event(7, 4, "TaskFailed"),
      event(8, 7, "TaskScheduled"),
      event(9, 8, "TaskStarted"),
      event(10, 9, "TaskSubmitted", submitted("c")),
    ]),
  ).toEqual(["b", "c"]);
});

function event(
  id: number,
  previousEventId: number,
  type: HistoryEventType,
  details: JsonObject = {},
): HistoryEvent {
  return { id, previousEventId, type, timestamp: id, details };
}
