import type { HistoryEvent as RecordedEvent } from "@aws-sdk/client-sfn";

import type { HistoryEvent, HistoryEventType } from "../../core/history.ts";
import type { Json, JsonObject } from "../../core/json.ts";

/** Details that AWS gives as JSON text and that are values here. */
const payloads: ReadonlySet<string> = new Set(["input", "output", "parameters", "item"]);

/**
 * An event as GetExecutionHistory gives it, in our shape: whichever of the fifty fields holds its
 * details, they are in `details`. What only says whether a payload was cut (`inputDetails`) is
 * left out.
 */
export function historyEvent(recorded: RecordedEvent): HistoryEvent {
  const { id = 0, previousEventId = 0, type = "", timestamp } = recorded;
  const found = Object.entries(recorded).find(([key]) => key.endsWith("EventDetails"));
  return {
    id,
    previousEventId,
    type: type as HistoryEventType,
    timestamp: timestamp?.getTime() ?? 0,
    details: detailsOf((found?.[1] ?? {}) as object),
  };
}

function detailsOf(details: object): JsonObject {
  return Object.fromEntries(
    Object.entries(details as Record<string, unknown>).flatMap(([key, value]) => {
      if (value === undefined || key.endsWith("Details")) return [];
      if (payloads.has(key) && typeof value === "string") return [[key, payload(value)]];
      return [[key, plain(value)]];
    }),
  );
}

/** A payload's value; the text itself where AWS has cut it. */
export function payload(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function plain(value: unknown): Json {
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Date) return value.getTime();
  return value as Json;
}
