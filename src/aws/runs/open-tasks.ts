import type { HistoryEvent } from "../../core/history.ts";
import { readTask } from "../../runs/task-reading.ts";

/** Ids of the ECS tasks that the history has begun and not seen the end of. */
export function openTasks(events: readonly HistoryEvent[]): readonly string[] {
  const open = new Map<number, string>();
  const attemptOf = new Map<number, number>();
  for (const { id, previousEventId, type, details } of events) {
    const attempt = type === "TaskScheduled" ? id : attemptOf.get(previousEventId);
    if (attempt === undefined) continue;
    switch (type) {
      case "TaskSubmitted": {
        const task = readTask(details["output"])?.id;
        if (task !== undefined) open.set(attempt, task);
        break;
      }
      case "TaskSucceeded":
      case "TaskFailed":
      case "TaskTimedOut":
        open.delete(attempt);
        continue;
      default:
    }
    attemptOf.set(id, attempt);
  }
  return [...open.values()];
}
