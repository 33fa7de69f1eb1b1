import type { LogLine } from "../../../platform/log-lines.ts";
import type { Release } from "../../../release/release.ts";
import { unreachable } from "../../../core/unreachable.ts";
import type { RunView } from "../../../runs/model.ts";
import { attemptKey } from "../../../app/runs/attempt-key.ts";
import type { RunFeedItem } from "../../../app/runs/run-feed.ts";
import type { CliContext } from "../../terminal/context.ts";
import { ticking, type Live } from "../../terminal/live.ts";
import {
  busyLine,
  gutterFor,
  logLine,
  milestoneLine,
  type Busy,
  type Gutter,
} from "../../render/follow.ts";
import { milestones, type Milestone } from "../../render/milestones.ts";

/** Shows the items of a run's feed. */
export interface FollowListener {
  readonly show: (item: Exclude<RunFeedItem, { readonly kind: "end" | "failure" }>) => void;
  readonly end: () => void;
}

/**
 * Shows a run to people: lines of steps with, where `states` is wanted, their changes of state
 * between them, and at the bottom of a terminal what runs right now.
 */
export function terminalListener(
  context: CliContext,
  release: Release,
  options: {
    readonly states: boolean;
    readonly untilEnd: boolean;
    readonly since: number;
    readonly live: Live;
  },
): FollowListener {
  const { out } = context;
  const { live, since } = options;
  const gutter = gutterOf(release, out);
  const shown = new Set<string>();
  let pending: readonly Milestone[] = [];
  let busy: readonly Busy[] = [];
  const ticks =
    options.states && options.untilEnd
      ? ticking(out, (frame) => {
          const now = context.clock.now();
          const long = busy.filter(({ since }) => now - since >= 1000);
          live.draw(
            long.length === 0
              ? []
              : [busyLine(long, frame, now, { style: out.style, width: out.width() })],
          );
        })
      : undefined;
  return {
    show: (item) => {
      switch (item.kind) {
        case "events": {
          busy = busyNow(item.view);
          if (!options.states) break;
          const found = milestones(item.view).filter(
            ({ key, at }) => !shown.has(key) && at >= since,
          );
          for (const { key } of found) shown.add(key);
          pending = [...pending, ...found];
          break;
        }
        case "lines": {
          const due = pending.filter(dueWith(item.lines, item.until));
          pending = pending.filter((milestone) => !due.includes(milestone));
          live.print(inOrder(due, item.lines, gutter));
          break;
        }
        case "waiting": {
          const { message, help } = item.diagnosis;
          live.print([out.style.yellow(`… ${message}`), `  ${out.style.dim(help)}`]);
          break;
        }
        default:
          unreachable(item);
      }
    },
    end: () => {
      ticks?.[Symbol.dispose]();
      live.clear();
    },
  };
}

/**
 * What is shown with a page of lines: what happened up to its end, and that its lines' attempts
 * have begun.
 */
function dueWith(lines: readonly LogLine[], until: number): (milestone: Milestone) => boolean {
  const keys = new Set(lines.map(attemptKey));
  return (milestone) =>
    milestone.at <= until ||
    (milestone.happened.kind === "started" && keys.has(attemptKey(milestone)));
}

function busyNow(view: RunView): readonly Busy[] {
  return view.steps.flatMap((step) => {
    const running = step.attempts.flatMap(({ number, item, status, startedAt }) =>
      status === "running" && startedAt !== undefined
        ? [{ step: step.id, attempt: number, item, since: startedAt, waiting: false }]
        : [],
    );
    if (running.length > 0 || step.status !== "waiting") return running;
    const last = step.attempts.at(-1);
    const since = last?.endedAt ?? last?.scheduledAt ?? view.startedAt ?? 0;
    return [{ step: step.id, attempt: 1, item: undefined, since, waiting: true }];
  });
}

/**
 * By time, and whatever the clocks say: an attempt's beginning before its lines, its end behind
 * them.
 */
function inOrder(
  happened: readonly Milestone[],
  lines: readonly LogLine[],
  gutter: Gutter,
): string[] {
  const first = new Map<string, number>();
  const last = new Map<string, number>();
  for (const line of lines) {
    const key = attemptKey(line);
    if (!first.has(key)) first.set(key, line.timestamp);
    last.set(key, line.timestamp);
  }
  const entries = [
    ...happened.map((milestone) => {
      const begins = milestone.happened.kind === "started";
      const key = attemptKey(milestone);
      const at = begins
        ? Math.min(milestone.at, first.get(key) ?? Infinity)
        : Math.max(milestone.at, last.get(key) ?? 0);
      return { at, rank: begins ? 0 : 2, text: milestoneLine(milestone, gutter) };
    }),
    ...lines.map((line) => ({ at: line.timestamp, rank: 1, text: logLine(line, gutter) })),
  ];
  return entries.toSorted((a, b) => a.at - b.at || a.rank - b.rank).map(({ text }) => text);
}

function gutterOf(release: Release, out: CliContext["out"]): Gutter {
  const steps = release.steps.map(({ id, retries, forEach }) => ({
    id,
    retries,
    items:
      forEach === undefined
        ? 0
        : forEach.kind === "items"
          ? forEach.items.length
          : (forEach.maxItems ?? 10),
  }));
  return gutterFor(steps, out.style, out.color);
}
