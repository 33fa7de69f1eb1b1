import type { Clock } from "../../core/clock.ts";
import type { HistoryEvent } from "../../core/history.ts";
import type { RunId } from "../../core/ids.ts";
import type { LogFilter, Platform } from "../../platform/port.ts";
import type { LogLine } from "../../platform/log-lines.ts";
import { openFold } from "../../runs/fold.ts";
import type { DeclaredStep, Diagnosis, RunView } from "../../runs/model.ts";
import { fromPlatform, type Failure } from "../failure.ts";
import { startedAttempts, attemptKey } from "./attempt-key.ts";
import { tailOf } from "./pages.ts";
import { waitingFor } from "./waiting-for.ts";

/** Something new about a run, in the order in which it is to be shown. */
export type RunFeedItem =
  /** What the history says since the last item of this kind, and the state of the run by that. */
  | { readonly kind: "events"; readonly events: readonly HistoryEvent[]; readonly view: RunView }
  /**
   * Lines of steps, oldest first; may be empty. Whatever happened before `until` (milliseconds
   * since the epoch) comes with them or before them; Infinity where no more lines are there yet.
   */
  | { readonly kind: "lines"; readonly lines: readonly LogLine[]; readonly until: number }
  /** Why the run doesn't get on: each reason once. */
  | { readonly kind: "waiting"; readonly diagnosis: Diagnosis }
  /** The last item: the run has ended, nobody drives it, or all that there is was given. */
  | { readonly kind: "end"; readonly view: RunView }
  /** The last item where the run can't be read any more. */
  | { readonly kind: "failure"; readonly failure: Failure };

export interface RunFeedOptions {
  readonly filter: LogFilter;
  /** Continue until the run ends; else only what there is by now. */
  readonly untilEnd: boolean;
  /** Lines from before this instant are left out. Milliseconds since the epoch. */
  readonly since: number;
  /** Ask now and then whether the run waits for an instance. */
  readonly waits: boolean;
  /** Its abort ends the wait for news, and the feed. */
  readonly signal?: AbortSignal;
}

/** What the feed needs of a platform; of a driver only whether there is one. */
export type FollowedPlatform = Pick<
  Platform,
  "capacity" | "events" | "logs" | "run" | "changed"
> & { readonly driver?: object };

/**
 * Follows a run: its events and the lines of its steps, as they come.
 *
 * @param steps of the release that the run was started from
 */
export async function* runFeed(
  clock: Clock,
  platform: FollowedPlatform,
  { id, steps }: { readonly id: RunId; readonly steps: readonly DeclaredStep[] },
  options: RunFeedOptions,
): AsyncGenerator<RunFeedItem, void, undefined> {
  const fold = openFold(steps);
  const events = tailOf((page) => platform.events(id, page));
  const logs = tailOf((page) => platform.logs(id, options.filter, page));
  const linesToShow = heldLines(options);
  const waits = waitingFor(clock, platform, id);
  // A run that a process drives can lose it, and nobody reports that.
  const driven = platform.driver !== undefined;
  while (options.signal?.aborted !== true) {
    // Events first: whatever they say has ended has written all its lines by then.
    const news = await events.read();
    if (!news.ok) {
      yield { kind: "failure", failure: fromPlatform(news.error) };
      return;
    }
    fold.add(news.value);
    const view = fold.view();
    yield { kind: "events", events: news.value, view };
    let quiet = news.value.length === 0;
    // A page at a time: a step may write more than memory holds.
    let page = await logs.next();
    for (;;) {
      if (!page.ok) {
        yield { kind: "failure", failure: fromPlatform(page.error) };
        return;
      }
      quiet &&= page.value.length === 0;
      const behind = page.value.length === 0 ? page : await logs.next();
      const last = behind.ok && behind.value.length === 0;
      const until = last ? Infinity : (page.value.at(-1)?.timestamp ?? -Infinity);
      yield { kind: "lines", lines: linesToShow(page.value, view), until };
      if (last) break;
      page = behind;
    }
    const ended = view.status !== "RUNNING" && events.ended() && logs.ended();
    if (ended || !options.untilEnd || (driven && quiet && (await isInterrupted(platform, id)))) {
      yield { kind: "end", view };
      return;
    }
    const diagnosis = options.waits && quiet ? await waits.look(view) : undefined;
    if (diagnosis !== undefined) yield { kind: "waiting", diagnosis };
    await platform.changed(id, driven ? 1000 : 60_000, options.signal);
  }
}

/**
 * Keeps lines back that came before the news that their attempt had begun, and gives them with the
 * first page after it.
 */
function heldLines({
  since,
  untilEnd,
}: RunFeedOptions): (page: readonly LogLine[], view: RunView) => readonly LogLine[] {
  let held: readonly LogLine[] = [];
  return (page, view) => {
    const all = [...held, ...page.filter(({ timestamp }) => timestamp >= since)];
    if (!untilEnd || view.status !== "RUNNING") {
      held = [];
      return all;
    }
    const known = startedAttempts(view);
    held = all.filter((line) => !known.has(attemptKey(line)));
    return all.filter((line) => known.has(attemptKey(line)));
  };
}

/** Nothing will come of a run that nobody drives, until somebody resumes it. */
async function isInterrupted(platform: Pick<Platform, "run">, id: RunId): Promise<boolean> {
  const found = await platform.run(id);
  return found.ok && found.value.interrupted;
}
