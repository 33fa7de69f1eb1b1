import type { HistoryEvent } from "../../core/history.ts";
import { runId } from "../../core/ids.ts";
import { ok, type Result } from "../../core/result.ts";
import type { Platform } from "../../platform/port.ts";
import type { Release } from "../../release/release.ts";
import { openCommandStarts } from "../../runs/command-starts.ts";
import { openFold } from "../../runs/fold.ts";
import type { RunSummary, RunView } from "../../runs/model.ts";
import { failed, fromPlatform, type Failure } from "../failure.ts";
import { tailOf, type Tail } from "../runs/pages.ts";

/** A run's history, folded as far as it has been read. */
export interface OpenView {
  readonly release: Release;
  readonly view: RunView;
  /** When the commands of attempts began, by the event that scheduled them. */
  readonly commandStarts: ReadonlyMap<number, number>;
}

interface Reader {
  readonly release: Release;
  readonly tail: Tail<HistoryEvent>;
  readonly take: (events: readonly HistoryEvent[]) => void;
  readonly look: () => RunView;
  readonly starts: ReadonlyMap<number, number>;
  last: RunView | undefined;
  /** Those who ask at the same time wait for one reading. */
  reading: Promise<Result<OpenView, Failure>> | undefined;
}

/** By platform and run: histories of runs that somebody looks at are read once, and then on. */
const readers = new WeakMap<object, Map<string, Reader>>();
/** A page of a project's durations opens 60. */
const mostOpen = 200;

/** What the history of a run says, step by step. */
export async function viewOf(
  platform: Platform,
  run: RunSummary,
): Promise<Result<RunView, Failure>> {
  const opened = await openView(platform, run);
  return opened.ok ? ok(opened.value.view) : opened;
}

/** The same, with its release and when the commands began. */
export async function openView(
  platform: Platform,
  run: RunSummary,
): Promise<Result<OpenView, Failure>> {
  const known = readers.get(platform) ?? new Map<string, Reader>();
  readers.set(platform, known);
  const before = known.get(run.run);
  // One that had ended and was resumed as itself has a history that grows again.
  const usable = before !== undefined && !(before.tail.ended() && !isEndOf(before, run));
  const reader = usable ? ok(before) : await openReader(platform, run.run);
  if (!reader.ok) return reader;
  known.delete(run.run);
  known.set(run.run, reader.value);
  const [oldest] = known.keys();
  if (known.size > mostOpen && oldest !== undefined) known.delete(oldest);
  reader.value.reading ??= readOn(reader.value).finally(() => {
    reader.value.reading = undefined;
  });
  return reader.value.reading;
}

function isEndOf({ last }: Reader, { endedAt, status }: RunSummary): boolean {
  return last?.endedAt === endedAt && last?.status === status;
}

async function openReader(platform: Platform, run: string): Promise<Result<Reader, Failure>> {
  const id = runId(run);
  const release = await platform.releaseOf(id);
  if (!release.ok) return failed(fromPlatform(release.error));
  const fold = openFold(release.value.steps);
  const starts = openCommandStarts();
  return ok({
    release: release.value,
    tail: tailOf<HistoryEvent>((page) => platform.events(id, page)),
    take: (events) => {
      fold.add(events);
      starts.add(events);
    },
    look: fold.view,
    starts: starts.starts,
    last: undefined,
    reading: undefined,
  });
}

async function readOn(reader: Reader): Promise<Result<OpenView, Failure>> {
  const events = await reader.tail.read();
  if (!events.ok) return failed(fromPlatform(events.error));
  if (events.value.length > 0 || reader.last === undefined) {
    reader.take(events.value);
    reader.last = reader.look();
  }
  const { release, starts, last } = reader;
  return ok({ release, view: last, commandStarts: starts });
}
