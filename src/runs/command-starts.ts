import { isJsonObject, type Json } from "../core/json.ts";
import type { HistoryEvent } from "../core/history.ts";

/** When the commands of attempts began, as far as the events so far say it. */
export interface CommandStarts {
  /** Takes the next events; each one once, in order. */
  readonly add: (events: readonly HistoryEvent[]) => void;
  /** Milliseconds since the epoch, by the id of the event that scheduled the attempt. */
  readonly starts: ReadonlyMap<number, number>;
}

/**
 * Reads from the task documents when containers had started: `TaskStarted` says only that Step
 * Functions had asked for them. A document comes when its task has ended.
 */
export function openCommandStarts(): CommandStarts {
  /** The event that scheduled a task, by each event of its chain. */
  const scheduled = new Map<number, number>();
  const starts = new Map<number, number>();
  return {
    starts,
    add(events) {
      for (const { id, type, previousEventId, details } of events) {
        if (type === "TaskScheduled") {
          scheduled.set(id, id);
          continue;
        }
        const task = scheduled.get(previousEventId);
        if (task === undefined || !type.startsWith("Task")) continue;
        scheduled.delete(previousEventId);
        scheduled.set(id, task);
        const document = type === "TaskSucceeded" ? details["output"] : parsed(details["cause"]);
        const startedAt = isJsonObject(document) ? document["StartedAt"] : undefined;
        if (typeof startedAt === "number") starts.set(task, startedAt);
      }
    },
  };
}

function parsed(cause: Json | undefined): Json | undefined {
  if (typeof cause !== "string" || !cause.startsWith("{")) return cause;
  try {
    return JSON.parse(cause) as Json;
  } catch {
    return undefined; // AWS cuts a cause after 32,768 characters
  }
}
