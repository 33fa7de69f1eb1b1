import { CHILD, textOf, type HistoryEvent } from "../../core/history.ts";
import { stepOfState } from "../../core/state-names.ts";

/** One line of what a simulated run does. Times are virtual milliseconds since its start. */
export interface TimelineEntry {
  readonly kind:
    /** One attempt of a task. */
    | "attempt"
    /** A Wait state. */
    | "wait"
    /** The wait between two attempts. */
    | "retry-wait"
    /** Any other state that was entered. */
    | "state";
  readonly state: string;
  /** Indexes of the items of the Maps around it, outermost first. */
  readonly items: readonly number[];
  /** Of the state's attempts, from 1; for a wait between two, the one that comes next. */
  readonly attempt: number | undefined;
  readonly startedAt: number;
  /**
   * Undefined for what was still in progress when the run ended, and for states that take no time.
   */
  readonly endedAt: number | undefined;
  readonly outcome: "succeeded" | "failed" | "timed out" | "given up" | "skipped" | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
}

type Open = { -readonly [Key in keyof TimelineEntry]: TimelineEntry[Key] };

/** A visit of a state. */
interface Visit {
  readonly state: string;
  readonly type: string;
  readonly items: readonly number[];
  readonly around: Visit | undefined;
  attempts: number;
  /** The visit of the Task that failed, for what a compiled step does about that. */
  readonly failed: Visit | undefined;
  /** What was begun last. */
  open: Open | undefined;
  left: boolean;
}

/** Shows a history as attempts, waits and states, in the order in which they began. */
export function timelineOf(history: readonly HistoryEvent[]): readonly TimelineEntry[] {
  const start = history[0]?.timestamp ?? 0;
  const entries: Open[] = [];
  const visits = new Map<number, Visit | undefined>();
  /** Items of the iterations that begin, by the event that says so. */
  const begun = new Map<number, readonly number[]>();
  for (const event of history) {
    const before = visits.get(event.previousEventId);
    const items = begun.get(event.previousEventId);
    const child = textOf(event.details, CHILD);
    const visit = event.type.endsWith("StateEntered")
      ? event.previousEventId === 0 && child !== undefined
        ? entered(event, ...inChild(child, visits))
        : entered(event, before, items)
      : placeOf(event, before);
    if (event.type === "MapIterationStarted") {
      const index = event.details["index"];
      begun.set(event.id, [...(visit?.items ?? []), typeof index === "number" ? index : 0]);
    }
    visits.set(event.id, visit);
    if (visit !== undefined) read(event, visit, event.timestamp - start, entries);
  }
  return entries.toSorted((a, b) => a.startedAt - b.startedAt);
}

/**
 * The Map run's state around a child execution (`EVENT:INDEX`), and the items that it stands for.
 */
function inChild(
  child: string,
  visits: ReadonlyMap<number, Visit | undefined>,
): [Visit | undefined, readonly number[]] {
  const [run = 0, index = 0] = child.split(":").map(Number);
  const map = visits.get(run);
  return [map, [...(map?.items ?? []), index]];
}

/** @param items where an iteration begins: those of its Maps */
function entered(
  event: HistoryEvent,
  before: Visit | undefined,
  items: readonly number[] | undefined,
): Visit {
  const inside = items !== undefined || (before?.type === "Parallel" && !before.left);
  const state = textOf(event.details, "name") ?? "";
  const role = stepOfState(state)?.role;
  const failed = before?.failed ?? (role === "judge" ? before : undefined);
  const isAgain = failed !== undefined && failed.state === state;
  return {
    state,
    type: event.type.slice(0, -"StateEntered".length),
    items: items ?? before?.items ?? [],
    around: inside ? before : before?.around,
    attempts: isAgain ? failed.attempts : 0,
    failed: role === "judge" || role === "wait" ? failed : undefined,
    open: undefined,
    left: false,
  };
}

function placeOf({ type, details }: HistoryEvent, before: Visit | undefined): Visit | undefined {
  if (type.endsWith("StateExited") || type.startsWith("MapIteration")) {
    const name = textOf(details, "name");
    return climb(before, (visit) => visit.state === name);
  }
  const group = /^(Map|Parallel)(?:State|Run)/.exec(type)?.[1];
  if (group === undefined) return before;
  return climb(before, (visit) => visit.type === group && !visit.left);
}

function climb(from: Visit | undefined, fits: (visit: Visit) => boolean): Visit | undefined {
  for (let visit = from; visit !== undefined; visit = visit.around) if (fits(visit)) return visit;
  return from;
}

function read(event: HistoryEvent, visit: Visit, at: number, entries: Open[]): void {
  const { type, details } = event;
  const begin = (fields: Pick<Open, "kind" | "attempt">): Open => {
    const entry: Open = {
      ...fields,
      state: visit.state,
      items: visit.items,
      startedAt: at,
      endedAt: undefined,
      outcome: undefined,
      error: undefined,
      cause: undefined,
    };
    entries.push(entry);
    return entry;
  };
  const last = visit.open;
  if (/^(Task|LambdaFunction|Activity)Scheduled$/.test(type)) {
    visit.attempts += 1;
    if (last?.endedAt !== undefined && at > last.endedAt) {
      const wait = begin({ kind: "retry-wait", attempt: visit.attempts });
      wait.startedAt = last.endedAt;
      wait.endedAt = at;
    }
    visit.open = begin({ kind: "attempt", attempt: visit.attempts });
    return;
  }
  if (type.endsWith("StateEntered")) {
    // A task is shown by its attempts.
    if (type === "TaskStateEntered") return;
    const { failed } = visit;
    if (type === "WaitStateEntered" && failed !== undefined) {
      visit.open = begin({ kind: "retry-wait", attempt: failed.attempts + 1 });
      visit.open.state = failed.state;
      return;
    }
    const kind = type === "WaitStateEntered" ? "wait" : "state";
    visit.open = begin({ kind, attempt: undefined });
    return;
  }
  if (type.endsWith("StateExited")) visit.left = true;
  if (last === undefined || last.endedAt !== undefined) return;
  const outcome = outcomeOf(type);
  if (outcome === undefined) return;
  last.endedAt = at;
  if (outcome === "left") return;
  last.outcome = outcome;
  last.error = textOf(details, "error");
  last.cause = textOf(details, "cause");
}

function outcomeOf(type: string): TimelineEntry["outcome"] | "left" {
  if (type.endsWith("StateExited")) return "left";
  if (type.endsWith("StateAborted")) return "given up";
  if (/^(Map|Parallel)StateFailed$/.test(type)) return "failed";
  switch (/^(?:Task|LambdaFunction|Activity)(\w+)$/.exec(type)?.[1]) {
    case "Succeeded":
      return "succeeded";
    case "TimedOut":
      return "timed out";
    case "Failed":
    case "StartFailed":
    case "SubmitFailed":
    case "ScheduleFailed":
      return "failed";
    default:
      return undefined;
  }
}
