import type { HistoryEvent } from "../../../core/history.ts";
import { runId, type RunId } from "../../../core/ids.ts";
import { ok, type Result } from "../../../core/result.ts";
import type { LogFilter, LogLine, Platform } from "../../../platform/port.ts";
import type { Release } from "../../../release/release.ts";
import { openFold } from "../../../runs/fold.ts";
import type { Diagnosis, RunView } from "../../../runs/model.ts";
import type { CliContext } from "../../terminal/context.ts";
import { failed, fromPlatform, type Failure } from "../../../app/failure.ts";
import { ticking, type Live } from "../../terminal/live.ts";
import { tailOf } from "../../../app/runs/pages.ts";
import {
  busyLine,
  gutterFor,
  logLine,
  milestoneLine,
  type Busy,
  type Gutter,
} from "../../render/follow.ts";
import { milestones, type Milestone } from "../../render/milestones.ts";
import { printJson } from "../../terminal/json-output.ts";
import { waitingFor } from "../../../app/runs/waiting-for.ts";

export interface FollowOptions {
  readonly json: boolean;
  readonly filter: LogFilter;
  /** Changes of state between the lines, and at the bottom of a terminal what runs right now. */
  readonly states: boolean;
  /** Go on until the run ends; else only what there is by now. */
  readonly untilEnd: boolean;
  /** Leave when nobody reads any more: for who only shows a run and doesn't drive it. */
  readonly untilReader: boolean;
  /** Where the lines go. */
  readonly live: Live;
  /** What happened before this instant isn't told again. Milliseconds since the epoch. */
  readonly since: number;
}

/**
 * Shows a run as it goes. Resolves with what the history says when the run has ended, or when all
 * that there is was shown.
 */
export async function follow(
  context: CliContext,
  platform: Platform,
  run: string,
  options: FollowOptions,
): Promise<Result<RunView, Failure>> {
  const id = runId(run);
  const release = await platform.releaseOf(id);
  if (!release.ok) return failed(fromPlatform(release.error));
  const fold = openFold(release.value.steps);
  const events = tailOf((page) => platform.events(id, page));
  const logs = tailOf((page) => platform.logs(id, options.filter, page));
  const told = new Set<string>();
  // Lines that came before the news that their attempt had begun.
  let held: readonly LogLine[] = [];
  const linesToShow = (page: readonly LogLine[], view: RunView): readonly LogLine[] => {
    const all = [...held, ...page.filter(({ timestamp }) => timestamp >= options.since)];
    if (!options.untilEnd || view.status !== "RUNNING") {
      held = [];
      return all;
    }
    const known = startedAttempts(view);
    held = all.filter((line) => !known.has(attemptKey(line)));
    return all.filter((line) => known.has(attemptKey(line)));
  };
  // A run that a process drives can lose it, and nobody tells.
  const driven = platform.driver !== undefined;
  const show = options.json
    ? jsonListener(context)
    : terminalListener(context, release.value, options);
  const waits = waitingFor(context.clock, platform, id);
  try {
    for (;;) {
      // Events first: whatever they say has ended has written all its lines by then.
      const newEvents = await events.read();
      if (!newEvents.ok) return failed(fromPlatform(newEvents.error));
      fold.add(newEvents.value);
      const view = fold.view();
      let happened = milestones(view).filter(
        ({ key, at }) => !told.has(key) && at >= options.since,
      );
      for (const { key } of happened) told.add(key);
      show.events(newEvents.value);
      // A page at a time: a step may write more than memory holds.
      let page = await logs.next();
      let quiet = newEvents.value.length === 0;
      for (;;) {
        if (!page.ok) return failed(fromPlatform(page.error));
        const last = page.value.length === 0;
        quiet &&= last;
        const behind = last ? page : await logs.next();
        const isLast = last || (behind.ok && behind.value.length === 0);
        const due = isLast ? happened : happened.filter(dueWith(page.value));
        happened = happened.filter((milestone) => !due.includes(milestone));
        show.news(view, due, linesToShow(page.value, view));
        if (options.untilReader && context.out.closed()) return ok(view);
        if (isLast) break;
        page = behind;
      }
      const ended = view.status !== "RUNNING" && events.ended() && logs.ended();
      if (ended || !options.untilEnd) return ok(view);
      if (driven && quiet && (await isInterrupted(platform, id))) return ok(view);
      if (options.states && options.untilEnd && quiet) {
        const waiting = await waits.look(view);
        if (waiting !== undefined) show.waiting(waiting);
      }
      await platform.changed(id, driven ? 1000 : 60_000);
    }
  } finally {
    show.end();
  }
}

/**
 * What is told with a page of lines that others follow: what happened up to its end, and that its
 * lines' attempts have begun.
 */
function dueWith(page: readonly LogLine[]): (milestone: Milestone) => boolean {
  const keys = new Set(page.map(attemptKey));
  const until = page.at(-1)?.timestamp ?? -Infinity;
  return (milestone) =>
    milestone.at <= until ||
    (milestone.happened.kind === "started" && keys.has(attemptKey(milestone)));
}

/** Nothing will come of a run that nobody drives, until somebody takes it up. */
async function isInterrupted(platform: Platform, id: RunId): Promise<boolean> {
  const run = await platform.run(id);
  return run.ok && run.value.interrupted;
}

function attemptKey(of: Pick<LogLine, "step" | "item" | "attempt">): string {
  return `${of.step}/${of.item ?? ""}/${of.attempt}`;
}

function startedAttempts(view: RunView): ReadonlySet<string> {
  return new Set(
    view.steps.flatMap(({ id, attempts }) =>
      attempts
        .filter(({ startedAt, endedAt }) => startedAt !== undefined || endedAt !== undefined)
        .map(({ item, number }) => attemptKey({ step: id, item, attempt: number })),
    ),
  );
}

interface Listener {
  readonly events: (events: readonly HistoryEvent[]) => void;
  readonly waiting: (diagnosis: Diagnosis) => void;
  readonly news: (view: RunView, happened: readonly Milestone[], lines: readonly LogLine[]) => void;
  readonly end: () => void;
}

/** One JSON document a line: `{schema, type: "event" | "log", …}`. */
function jsonListener(context: CliContext): Listener {
  const print = (type: string, value: object): void => {
    printJson(context, { type, ...value });
  };
  return {
    events: (events) => {
      for (const event of events) print("event", { event });
    },
    news: (_view, _happened, lines) => {
      for (const line of lines) print("log", line);
    },
    waiting: (diagnosis) => print("waiting", { diagnosis }),
    end: () => undefined,
  };
}

function terminalListener(context: CliContext, release: Release, options: FollowOptions): Listener {
  const { out } = context;
  const { live } = options;
  const gutter = gutterOf(release, out);
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
    events: () => undefined,
    news: (view, happened, lines) => {
      busy = busyNow(view);
      const marks = options.states ? happened : [];
      live.print(inOrder(marks, lines, gutter));
    },
    waiting: ({ message, help }) => {
      live.print([out.style.yellow(`… ${message}`), `  ${out.style.dim(help)}`]);
    },
    end: () => {
      ticks?.[Symbol.dispose]();
      live.clear();
    },
  };
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
    items: forEach === undefined ? 0 : forEach.kind === "items" ? forEach.items.length : 10,
  }));
  return gutterFor(steps, out.style, out.color);
}
