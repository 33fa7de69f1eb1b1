import { runId } from "../../core/ids.ts";
import type { LocalContext } from "../context.ts";
import { startedBefore } from "../engine/follow.ts";
import { guarded } from "../errors.ts";
import { continueRun } from "../runs/start.ts";
import { endHanging } from "../runs/hanging.ts";
import { abandonedRuns, findRun, hangingRuns } from "../store/runs.ts";
import type { UpNews } from "../../platform/roles/up-events.ts";

/** The runs that this process drives for schedules, and those that it has resumed. */
export interface Running {
  count(): number;
  /** How many of each project. */
  byProject(): ReadonlyMap<string, number>;
  /** Ids of the runs. */
  runs(): readonly string[];
  /** Counts a run that this process drives, until its end, which is reported. */
  follow(run: string, project: string): void;
  /** Continues every run whose process is gone; one that can't be resumed is reported once. */
  resumeRuns(): Promise<void>;
  /** Resolves when none goes. */
  idle(): Promise<void>;
}

export function openRunning(
  context: LocalContext,
  report: (news: UpNews) => void,
  ended: () => void,
): Running {
  const { store, environment, clock, layout, drives } = context;
  const going = new Map<string, { readonly project: string; readonly settled: Promise<void> }>();
  const given = new Set<string>();

  const follow = (run: string, project: string): void => {
    const settled = (drives.get(run)?.finished ?? Promise.resolve()).then((how) => {
      going.delete(run);
      if (how === undefined || how.kind === "ended") reportEnd(run, project);
      if (how?.kind === "broken") reportBroken(run, project, how.error);
      if (how?.kind !== "released") ended();
    });
    going.set(run, { project, settled });
  };

  const reportEnd = (run: string, project: string): void => {
    const row = findRun(store, environment, run);
    if (row === undefined || row.status === "RUNNING") return;
    const { status, skipped, failure, startedAt } = row;
    const durationMs = (row.endedAt ?? clock.now()) - startedAt;
    report({ kind: "ended", project, run, status, skipped, durationMs, failure });
    for (const following of startedBefore(store, row)) {
      report({ kind: "starts-nothing", project, run, following });
    }
  };

  /** It is resumed in a while, unless that fails at once. */
  const reportBroken = (run: string, project: string, error: Error): void => {
    report({
      kind: "not-taken-up",
      project,
      run,
      error: { reason: "failed", message: error.message, resource: `run ${run}` },
    });
  };

  /** Signs of life of drivers that hung at the last look: after a sleep of the machine all do. */
  let hung = new Map<string, number>();
  const endHangingDrivers = async (): Promise<void> => {
    const before = hung;
    const hanging = hangingRuns(store, environment, clock.now());
    hung = new Map(hanging.map(({ run, heartbeat }) => [run, heartbeat]));
    for (const row of hanging) {
      if (before.get(row.run) === row.heartbeat) await endHanging(context, row);
    }
  };

  return {
    count: () => going.size,
    runs: () => [...going.keys()],
    follow,
    byProject() {
      const counts = new Map<string, number>();
      for (const { project } of going.values()) {
        counts.set(project, (counts.get(project) ?? 0) + 1);
      }
      return counts;
    },
    async resumeRuns() {
      await endHangingDrivers();
      for (const row of abandonedRuns(store, environment, clock.now())) {
        if (going.has(row.run) || given.has(row.run)) continue;
        const { run, project } = row;
        const taken = await guarded(layout, () =>
          continueRun(context, runId(run), { mode: "follow" }),
        );
        if (taken.ok) {
          report({ kind: "taken-up", project, run });
          follow(run, project);
        } else if (taken.error.reason !== "unavailable" && taken.error.reason !== "limit") {
          given.add(run);
          report({ kind: "not-taken-up", project, run, error: taken.error });
        }
      }
    },
    async idle() {
      while (going.size > 0) await Promise.all([...going.values()].map(({ settled }) => settled));
    },
  };
}
