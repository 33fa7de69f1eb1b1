import { createReadStream, existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

import type { RunId } from "../../core/ids.ts";
import type { Mask } from "../../core/mask.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { AttemptName } from "../../platform/log-lines.ts";
import type { AttemptLogs, LogPart } from "../../platform/roles/attempt-logs.ts";
import type { LocalContext } from "../context.ts";
import { guarded, noSuchRun } from "../errors.ts";
import { attemptFiles } from "../executors/attempt-files.ts";
import { attemptsOfRun } from "../store/attempts.ts";
import { findRun } from "../store/runs.ts";
import { maskFor } from "../runs/queries.ts";
import { parseLogLine } from "../runs/log-line.ts";
import { type LineIndex, openLineIndex } from "./line-index.ts";
import { linesFrom, numberAt, offsetOf, placedLine, startOfLast, withLog } from "./log-file.ts";
import { searchLog } from "./log-search.ts";

/** Logs whose lines are remembered; a place of a thousand lines each is some kilobytes. */
const mostIndexes = 50;
/** How long an answer waits for lines to be counted, in milliseconds. */
const patienceMs = 80;

/** Logs on this machine: files of lines, by their numbers. */
export function localAttemptLogs(context: LocalContext): AttemptLogs {
  const { layout, store, environment } = context;
  const indexes = new Map<string, LineIndex>();

  const indexOf = (path: string): LineIndex => {
    const index = indexes.get(path) ?? openLineIndex(path);
    indexes.delete(path);
    indexes.set(path, index);
    const [oldest] = indexes.keys();
    if (indexes.size > mostIndexes && oldest !== undefined) indexes.delete(oldest);
    return index;
  };

  /** Finds an attempt's log; undefined where it has none yet. */
  const about = <T>(
    run: RunId,
    { step, attempt, item }: AttemptName,
    answer: (log: Log | undefined) => Promise<Result<T, PlatformError>>,
  ): Promise<Result<T, PlatformError>> =>
    guarded(layout, async () => {
      const row = findRun(store, environment, run);
      if (row === undefined) return err(noSuchRun(run, environment));
      const found = attemptsOfRun(store, row.id).find(
        (one) => one.step === step && one.number === attempt && one.item === item,
      );
      if (found === undefined) return answer(undefined);
      const growing = row.status === "RUNNING" && found.state !== "ended";
      const path = join(found.directory, attemptFiles.log);
      return answer({ path, growing, mask: maskFor(context, row) });
    });

  return {
    by: "line",
    read: (run, attempt, { lines, fromLine }) =>
      about(run, attempt, async (log) => {
        if (log === undefined) return ok(nothing);
        const index = indexOf(log.path);
        const counting = index.update();
        // Small logs are counted by then; of a large one the last lines come at once.
        if (fromLine === undefined) await Promise.race([counting, sleep(patienceMs)]);
        else await counting;
        const part = await withLog(log.path, async (file, size): Promise<LogPart> => {
          const start =
            fromLine === undefined
              ? await startOfLast(file, size, lines)
              : await offsetOf(file, index, Math.max(1, fromLine));
          const first = await numberAt(file, index, start);
          const raw = await linesFrom(file, start, size, lines);
          const error = index.firstError;
          const errorAt = error === undefined ? undefined : await numberAt(file, index, error);
          return {
            lines: raw.map((line, place) =>
              placedLine(line, first === undefined ? undefined : first + place, log.mask),
            ),
            total: index.complete ? totalOf(index, size, raw.at(-1)) : undefined,
            bytes: size,
            growing: log.growing,
            firstError:
              errorAt === undefined ? undefined : { id: String(errorAt), number: errorAt },
            previous: undefined,
            next: undefined,
          };
        });
        return ok(part ?? { ...nothing, growing: log.growing });
      }),
    search: (run, attempt, wanted) =>
      about(run, attempt, async (log) => {
        if (log === undefined) return ok(nothingFound);
        const index = indexOf(log.path);
        await Promise.race([index.update(), sleep(patienceMs)]);
        const found = await withLog(log.path, (file, size) =>
          searchLog(file, size, index, wanted, log.mask),
        );
        return ok(found ?? nothingFound);
      }),
    whole: (run, attempt) =>
      about(run, attempt, (log) =>
        Promise.resolve(ok(log === undefined || !existsSync(log.path) ? empty() : wholeLog(log))),
      ),
  };
}

interface Log {
  readonly path: string;
  readonly growing: boolean;
  readonly mask: Mask;
}

const nothing: LogPart = {
  lines: [],
  total: 0,
  bytes: 0,
  growing: true,
  firstError: undefined,
  previous: undefined,
  next: undefined,
};

const nothingFound = {
  hits: [],
  lines: 0,
  from: undefined,
  until: undefined,
  share: 1,
  next: undefined,
} as const;

/** A last line that has no break yet counts where it is shown. */
function totalOf(
  index: LineIndex,
  size: number,
  last: { readonly offset: number; readonly bytes: Buffer } | undefined,
): number {
  const open = last !== undefined && last.offset + last.bytes.length >= size;
  return index.lines + (open ? 1 : 0);
}

async function* empty(): AsyncGenerator<Uint8Array, void, undefined> {
  // Nothing was written yet.
}

/** What the step wrote, without our marks before each line, and without what is secret. */
async function* wholeLog({ path, mask }: Log): AsyncGenerator<Uint8Array, void, undefined> {
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Infinity });
  let batch = "";
  for await (const line of lines) {
    batch += `${mask(parseLogLine(line).text)}\n`;
    if (batch.length < 64 * 1024) continue;
    yield Buffer.from(batch);
    batch = "";
  }
  if (batch !== "") yield Buffer.from(batch);
}
