import type { ConsoleDocument } from "../../../src/app/documents/console.ts";
import { type Outcome, outcomeOfRun } from "../../parts/outcome.tsx";
import type { Stretch } from "./scale.ts";

export type Tonight = ConsoleDocument<"tonight">;
type Run = Tonight["runs"][number];

/** Something on the axis. */
export interface Bar extends Stretch {
  readonly kind: "run" | "wait" | "due" | "expected" | "late";
  readonly outcome: Outcome;
  readonly run: string | undefined;
}

export type LaneGroup = "trouble" | "under" | "due" | "done";

/** A project's line. */
export interface Lane {
  readonly project: string;
  readonly group: LaneGroup;
  readonly outcome: Outcome;
  readonly bars: readonly Bar[];
  /** What is worth a word, beside the bar that it is about. */
  readonly say: string | undefined;
  /** When the word's bar begins. */
  readonly sayAt: number;
  /** When it ends. */
  readonly sayTo: number;
  /** The run to open; absent: there is only the project. */
  readonly run: string | undefined;
}

export const laneGroups: readonly LaneGroup[] = ["trouble", "under", "due", "done"];

const bad = new Set<Outcome>(["failed", "timed-out", "interrupted"]);

/** A line for each project that did, does or will do something, in groups. */
export function lanesOf(tonight: Tonight): readonly Lane[] {
  const names = new Set([
    ...tonight.runs.map(({ project }) => project),
    ...tonight.waits.map(({ project }) => project),
    ...tonight.late.flatMap(({ project }) => project ?? []),
    ...tonight.due.map(({ project }) => project),
  ]);
  return [...names]
    .map((project) => laneOf(tonight, project))
    .toSorted(
      (a, b) =>
        laneGroups.indexOf(a.group) - laneGroups.indexOf(b.group) ||
        (a.bars[0]?.from ?? 0) - (b.bars[0]?.from ?? 0) ||
        (a.project < b.project ? -1 : 1),
    );
}

function laneOf(tonight: Tonight, project: string): Lane {
  const ours = <Item extends { readonly project: string | null }>(items: readonly Item[]) =>
    items.filter((item) => item.project === project);
  const runs = ours(tonight.runs);
  const [late] = ours(tonight.late);
  const [wait] = ours(tonight.waits);
  const due = ours(tonight.due);
  const usual = due[0]?.expectedMs ?? undefined;
  const last = runs.at(-1);
  const outcome = last === undefined ? undefined : outcomeOfRun(last);
  const bars: Bar[] = [
    ...runs.flatMap((run) => barsOfRun(run, tonight.at, usual, late !== undefined)),
    ...(wait === undefined
      ? []
      : [bar("wait", "waiting", wait.since, tonight.at, wait.run ?? undefined)]),
    ...due.map(({ at, expectedMs }) => bar("due", "due", at, at + (expectedMs ?? 0), undefined)),
    ...(late !== undefined && last === undefined
      ? [bar("late", "missed", late.since, late.since, undefined)]
      : []),
  ].toSorted((a, b) => a.from - b.from);
  const group: LaneGroup =
    late !== undefined || (outcome !== undefined && bad.has(outcome))
      ? "trouble"
      : wait !== undefined || outcome === "running"
        ? "under"
        : due.length > 0
          ? "due"
          : "done";
  const about = bars.findLast(({ kind }) => kind !== "due" || group === "due") ?? bars[0];
  return {
    project,
    group,
    outcome: laneOutcome(group, outcome, late !== undefined, last === undefined),
    bars,
    say: late?.message ?? wait?.message ?? last?.failure ?? undefined,
    sayAt: about?.from ?? tonight.at,
    sayTo: about?.to ?? tonight.at,
    run: late?.run ?? wait?.run ?? last?.run,
  };
}

function laneOutcome(
  group: LaneGroup,
  last: Outcome | undefined,
  late: boolean,
  none: boolean,
): Outcome {
  if (late) return none ? "missed" : "late";
  if (group === "under") return last === "running" ? "running" : "waiting";
  if (group === "due") return "due";
  return last ?? "none";
}

const bar = (
  kind: Bar["kind"],
  outcome: Outcome,
  from: number,
  to: number,
  run: string | undefined,
): Bar => ({ kind, outcome, from, to, run });

/** A run's bar; of one that runs also the rest that it usually takes. */
function barsOfRun(run: Run, now: number, usual: number | undefined, late: boolean): Bar[] {
  const outcome = outcomeOfRun(run);
  const shown = late && outcome === "running" ? "late" : outcome;
  const mine = bar("run", shown, run.startedAt, run.endedAt ?? now, run.run);
  const end = run.startedAt + (usual ?? 0);
  if (run.endedAt !== null || usual === undefined || end <= now) return [mine];
  return [mine, bar("expected", shown, now, end, run.run)];
}
