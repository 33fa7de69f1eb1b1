import type { LocalContext } from "../context.ts";
import { allCursors, putCursor, schedulesRevision } from "../store/fires.ts";
import { allSchedules, type ScheduleRow } from "../store/schedules.ts";
import { type FireRule, nextDue, setBackMs } from "./due.ts";
import type { UpNews } from "../../platform/roles/up-events.ts";

/** A schedule that fires. */
export interface Entry extends FireRule {
  readonly project: string;
  readonly overlap: "allow" | "skip";
  readonly changedAt: number;
  /** Until here all is seen to. Milliseconds since the epoch. */
  since: number;
  /** When something is due next; `Infinity` for never. */
  nextAt: number;
}

/** The schedules of the environment as they are in the store, and when each is due. */
export interface Timetable {
  /** Reads them again where somebody has changed one; says what. */
  refresh(now: number): void;
  /** Those of which something is due. */
  due(now: number): readonly Entry[];
  next(): Entry | undefined;
}

export function openTimetable(
  context: Pick<LocalContext, "store" | "environment">,
  options: {
    /**
     * Whether a process has run the schedules before: then what was due since a deploy has been
     * missed, else nobody expected it.
     */
    readonly everRan: boolean;
    /** Fires whose run has not begun. */
    readonly waiting: number;
    readonly report: (news: UpNews) => void;
  },
): Timetable {
  const { store, environment } = context;
  const { everRan, report, waiting } = options;
  let entries = new Map<string, Entry>();
  let rows = new Map<string, ScheduleRow>();
  let revision = -1;

  const load = (now: number): void => {
    const cursors = allCursors(store, environment);
    const first = rows.size === 0 && revision === -1;
    const after = new Map(allSchedules(store, environment).map((row) => [row.project, row]));
    const fresh: Entry[] = [];
    const loaded = new Map<string, Entry>();
    for (const row of after.values()) {
      if (!row.enabled || row.spec.cron === undefined) continue;
      const known = entries.get(row.project);
      if (known?.changedAt === row.changedAt) {
        loaded.set(row.project, known);
        continue;
      }
      const { project, changedAt, spec } = row;
      const cursor = cursors.get(project);
      const seen = cursor?.changedAt === changedAt ? cursor.until : undefined;
      const since = seen ?? (everRan || !first ? changedAt : now);
      const { expression, timezone, overlap } = spec;
      const rule = { expression, timezone };
      const entry = { ...rule, project, overlap, changedAt, since, nextAt: nextDue(rule, since) };
      loaded.set(project, entry);
      if (seen === undefined) fresh.push(entry);
    }
    if (fresh.length > 0) {
      store.write(() => {
        for (const { project, changedAt, since } of fresh) {
          putCursor(store, environment, project, { changedAt, until: since });
        }
      }, "relaxed");
    }
    const before = rows;
    entries = loaded;
    rows = after;
    if (first) {
      const soonest = next();
      report({
        kind: "started",
        schedules: after.size,
        enabled: [...after.values()].filter(({ enabled }) => enabled).length,
        waiting,
        next: soonest && {
          project: soonest.project,
          at: soonest.nextAt,
          timezone: soonest.timezone,
        },
      });
    } else {
      reportChanges(before, after, report);
    }
  };

  const next = (): Entry | undefined => {
    let soonest: Entry | undefined;
    for (const entry of entries.values()) {
      if (entry.nextAt < (soonest?.nextAt ?? Infinity)) soonest = entry;
    }
    return soonest;
  };

  return {
    refresh(now) {
      const latest = schedulesRevision(store);
      if (latest !== revision) load(now);
      revision = latest;
    },
    due: (now) =>
      [...entries.values()].filter(
        // A clock that went back by a lot makes what was seen to in the future void.
        ({ nextAt, since }) => nextAt <= now || since - now > setBackMs,
      ),
    next,
  };
}

function reportChanges(
  before: ReadonlyMap<string, ScheduleRow>,
  after: ReadonlyMap<string, ScheduleRow>,
  report: (news: UpNews) => void,
): void {
  for (const [project, row] of after) {
    const old = before.get(project);
    if (old?.changedAt === row.changedAt && old.enabled === row.enabled) continue;
    const change =
      old === undefined
        ? "added"
        : old.enabled === row.enabled
          ? "changed"
          : row.enabled
            ? "enabled"
            : "disabled";
    report({ kind: "schedule", project, change });
  }
  for (const project of before.keys()) {
    if (!after.has(project)) report({ kind: "schedule", project, change: "removed" });
  }
}
