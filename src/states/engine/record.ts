import { CHILD, type HistoryEvent, type HistoryEventType } from "../../core/history.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Chapter, Engine, Thread } from "./model.ts";
import { EndOfTape, sameJson, TapeMismatch } from "./tape.ts";

/**
 * Events that one execution's history holds at most; the last of them says so.
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export const maxEvents = 25_000;

const endings: ReadonlySet<HistoryEventType> = new Set([
  "ExecutionSucceeded",
  "ExecutionFailed",
  "ExecutionTimedOut",
  "ExecutionAborted",
]);

/** Records the thread's next event. Returns its id. */
export function record(thread: Thread, type: HistoryEventType, details: JsonObject): number {
  const id = recordAfter(thread.engine, thread.chapter, thread.last, type, details);
  thread.last = id;
  return id;
}

/**
 * Records an event that the thread's next one doesn't follow: on AWS, what reports a Parallel's or
 * Map's success is beside the chain of events, not in it.
 */
export function recordAside(thread: Thread, type: HistoryEventType, details: JsonObject): number {
  return recordAfter(thread.engine, thread.chapter, thread.last, type, details);
}

/** Records an event that follows the event `previous`. Returns its id. */
export function recordAfter(
  engine: Engine,
  chapter: Chapter,
  previous: number,
  type: HistoryEventType,
  details: JsonObject,
): number {
  if (engine.overflow !== undefined) return previous;
  if (chapter.count >= maxEvents - 1 && !endings.has(type)) {
    engine.overflow = chapter;
    return previous;
  }
  const id = engine.eventCount + 1;
  const event: HistoryEvent = {
    id,
    previousEventId: previous,
    type,
    timestamp: engine.now,
    details: chapter.child === undefined ? details : { ...details, [CHILD]: chapter.child },
  };
  const tape = engine.tape;
  if (tape === undefined) engine.events.push(event);
  else replayed(engine, event);
  engine.eventCount = id;
  chapter.count += 1;
  return id;
}

/**
 * Checks a regenerated event against the recorded one; past the end of the record it becomes a new
 * event.
 */
function replayed(engine: Engine, event: HistoryEvent): void {
  const tape = engine.tape;
  if (tape === undefined) return;
  const recorded = tape.events[tape.position];
  if (recorded === undefined) {
    if (tape.continueAt === undefined) throw new EndOfTape();
    engine.tape = undefined;
    engine.now = tape.continueAt;
    engine.events.push({ ...event, timestamp: engine.now });
    return;
  }
  if (
    recorded.id !== event.id ||
    recorded.type !== event.type ||
    recorded.previousEventId !== event.previousEventId ||
    !sameJson(recorded.details, event.details)
  ) {
    throw new TapeMismatch(recorded, event);
  }
  tape.position += 1;
  engine.now = recorded.timestamp;
}
