import type { RunId } from "../../core/ids.ts";
import { ok, type Result } from "../../core/result.ts";
import type { LogFilter, PlatformError } from "../../platform/port.ts";
import type { AttemptName, LogLine } from "../../platform/log-lines.ts";
import type { Release } from "../../release/release.ts";
import { foldRun } from "../../runs/fold.ts";
import type { AttemptView } from "../../runs/model.ts";
import { logStreamPrefix } from "../resources/task-request.ts";
import { callForRun } from "./call-for-run.ts";
import { readChunk, readTail } from "./log-chunks.ts";
import { isSettled, openRun } from "./open-run.ts";
import type { OpenRun, RunsSession } from "./runs-session.ts";
import type { Page, PageRequest } from "../../platform/page.ts";

/** How far a reader has come in one attempt's stream. */
interface Place {
  /** The token that the chunk was asked for with, absent for the first one. */
  readonly t?: string;
  /** Lines of that chunk that were read. */
  readonly n: number;
  /** Nothing can come any more. */
  readonly end?: true;
}

/** By the attempt's task. */
type Places = Record<string, Place>;

/** One attempt's log: what was read of it and not given yet. */
interface Source {
  readonly step: string;
  readonly attempt: AttemptView;
  readonly stream: string;
  place: Place;
  lines: readonly { readonly timestamp: number; readonly text: string }[];
  /** Of `lines`, the next one. */
  at: number;
  state: "unread" | "reading" | "over";
  system: boolean;
}

/** How old a look at the history may be for new attempts to be looked for in it. Milliseconds. */
const freshMs = 1000;
/** Lines of an attempt arrive in CloudWatch within so long after its end. Milliseconds. */
const arrivesMs = 30_000;

/** The CloudWatch stream of an attempt, as the `awslogs` driver names it. */
export function logStream(release: Release, task: string): string {
  return `${logStreamPrefix}/${release.names.base}/${task}`;
}

/** One page of all attempts' logs, merged by time. */
export async function readLogs(
  session: RunsSession,
  run: RunId,
  filter: LogFilter,
  page: PageRequest,
): Promise<Result<Page<LogLine>, PlatformError>> {
  const opened = await openRun(session, run);
  if (!opened.ok) return opened;
  const release = await opened.value.release();
  if (!release.ok) return release;
  const { context } = session;
  const { history } = opened.value;
  if (!history.ended && context.timing.now() - history.readAt > freshMs) {
    const read = await history.readTo(Infinity);
    if (!read.ok) return read;
  }
  // Asked for before the lines are read: whatever comes later counts as not read yet.
  const growing = !isSettled(session, opened.value);
  const places: Places = page.cursor === undefined ? {} : (JSON.parse(page.cursor) as Places);
  const sources = sourcesOf(opened.value, release.value, filter, places);
  const reader = { session, run: opened.value, logGroup: release.value.names.logGroup };
  return callForRun(context, `read the logs of the run ${run}`, async () => {
    const items: LogLine[] = [];
    let whole = false;
    while (items.length < page.limit) {
      const source = await earliest(reader, sources);
      if (source === undefined) {
        whole = true;
        break;
      }
      items.push(lineOf(source));
      source.at += 1;
      source.place = { ...source.place, n: source.place.n + 1 };
    }
    if (items.length > 0) opened.value.quiet = 0;
    if (whole && !growing) return { items };
    const next = Object.fromEntries(
      sources.map(({ attempt, place }) => [String(attempt.task), place]),
    );
    return { items, next: JSON.stringify({ ...places, ...next }) };
  });
}

/** The last lines of one attempt. */
export async function readLogTail(
  session: RunsSession,
  run: RunId,
  { step, attempt, item }: AttemptName,
  count: number,
): Promise<Result<readonly string[], PlatformError>> {
  const opened = await openRun(session, run);
  if (!opened.ok) return opened;
  const release = await opened.value.release();
  if (!release.ok) return release;
  const { context } = session;
  const { history } = opened.value;
  const read = history.ended ? ok(undefined) : await history.readTo(Infinity);
  if (!read.ok) return read;
  const view = foldRun(history.events, release.value.steps);
  const log = view.steps
    .find(({ id }) => id === step)
    ?.attempts.find((one) => one.number === attempt && one.item === item)?.log;
  if (log === undefined) return ok([]);
  return callForRun(context, `read the logs of the run ${run}`, () =>
    readTail(context, release.value.names.logGroup, logStream(release.value, log), count),
  );
}

function sourcesOf(
  { history }: OpenRun,
  release: Release,
  filter: LogFilter,
  places: Places,
): Source[] {
  const view = foldRun(history.events, release.steps);
  return view.steps
    .filter(({ id }) => filter.step === undefined || id === filter.step)
    .flatMap(({ id, attempts }) =>
      attempts.flatMap((attempt): Source[] => {
        if (attempt.log === undefined) return [];
        const place = places[String(attempt.task)] ?? { n: 0 };
        return [
          {
            step: id,
            attempt,
            stream: logStream(release, attempt.log),
            place,
            lines: [],
            at: 0,
            state: place.end === true ? "over" : "unread",
            system: false,
          },
        ];
      }),
    );
}

function lineOf({ step, attempt, lines, at, system }: Source): LogLine {
  const { timestamp = 0, text = "" } = lines[at] ?? {};
  return {
    timestamp,
    step,
    attempt: attempt.number,
    item: attempt.item,
    stream: system ? "system" : "stdout",
    text,
  };
}

interface Reader {
  readonly session: RunsSession;
  readonly run: OpenRun;
  readonly logGroup: string;
}

/**
 * The source whose next line is the oldest, read as far as that asks for. A stream has nothing from
 * before its attempt was asked for, so those of attempts that come later aren't opened yet; one
 * whose lines are used up is read on before any other.
 */
async function earliest(reader: Reader, sources: readonly Source[]): Promise<Source | undefined> {
  for (;;) {
    let best: Source | undefined;
    let bestAt = Infinity;
    for (const source of sources) {
      const at = timeOfNext(source);
      if (at !== undefined && (best === undefined || at < bestAt)) [best, bestAt] = [source, at];
    }
    if (best === undefined || best.at < best.lines.length) return best;
    await readOn(reader, best);
  }
}

function timeOfNext({ attempt, lines, at, state }: Source): number | undefined {
  const line = lines[at];
  if (line !== undefined) return line.timestamp;
  if (state === "over") return undefined;
  return state === "unread" ? attempt.scheduledAt : -Infinity;
}

async function readOn({ session, run, logGroup }: Reader, source: Source): Promise<void> {
  const { context } = session;
  const { stream } = source;
  source.state = "reading";
  for (;;) {
    const kept = run.chunks.get(stream);
    const fresh = kept === undefined || kept.token !== source.place.t;
    if (!fresh && kept.chunk.lines.length <= source.place.n) {
      // All of it was given: what comes next is asked for with the next token, or again with this
      // one.
      const moved = kept.chunk.next !== undefined && kept.chunk.next !== source.place.t;
      if (moved) source.place = { t: kept.chunk.next, n: 0 };
    }
    const usable = run.chunks.get(stream);
    const chunk =
      usable !== undefined &&
      usable.token === source.place.t &&
      usable.chunk.lines.length > source.place.n
        ? usable.chunk
        : await readChunk(context, logGroup, stream, source.place.t);
    run.chunks.set(stream, { token: source.place.t, chunk });
    source.lines = chunk.lines.slice(source.place.n);
    source.at = 0;
    if (source.lines.length > 0) return;
    const moved = chunk.lines.length > 0 && chunk.next !== source.place.t;
    if (moved) continue;
    source.state = "over";
    if (hasArrived(source.attempt, context.timing.now()))
      close(run, source, logGroup, chunk.missing);
    return;
  }
}

function hasArrived({ endedAt }: AttemptView, now: number): boolean {
  return endedAt !== undefined && now - endedAt > arrivesMs;
}

/**
 * The attempt is over and its stream was read to its end, or isn't there: that is said, once, where
 * the command had begun.
 */
function close(
  run: OpenRun,
  source: Source,
  logGroup: string,
  missing: "stream" | "group" | undefined,
): void {
  run.chunks.delete(source.stream);
  if (missing !== undefined && source.attempt.exitCode !== undefined && source.place.n === 0) {
    const { endedAt, scheduledAt } = source.attempt;
    const text =
      missing === "group"
        ? `Its log is gone: the log group ${logGroup} doesn't exist. The next deploy makes it again.`
        : `Its log is gone: ${logGroup} has no stream ${source.stream}. Log groups keep lines for log_retention_days.`;
    source.lines = [{ timestamp: endedAt ?? scheduledAt, text }];
    source.system = true;
    return; // over once it was given
  }
  source.place = { ...source.place, end: true };
}
