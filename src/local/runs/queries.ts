import { type RunId } from "../../core/ids.ts";
import type { Mask } from "../../core/mask.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { Platform, PlatformError } from "../../platform/port.ts";
import type { LocalContext } from "../context.ts";
import { guarded, noSuchRun } from "../errors.ts";
import { logTail } from "./log-tail.ts";
import { readLogs } from "./run-logs.ts";
import { secretsMask } from "../engine/secrets-mask.ts";
import { attemptsOfRun } from "../store/attempts.ts";
import { deployById } from "../store/deployments.ts";
import { readEvents } from "../store/events.ts";
import { startedBefore } from "../engine/follow.ts";
import { findRun, listRuns, type RunPlace, succeededFires } from "../store/runs.ts";
import { type RunRow, summaryOf } from "../store/run-row.ts";
import type { Page, PageRequest } from "../../platform/page.ts";

type Queries = Pick<
  Platform,
  "run" | "releaseOf" | "startedBefore" | "succeededFires" | "runs" | "events" | "logs" | "logTail"
>;

/** What can be asked about runs. */
export function runQueries(context: LocalContext): Queries {
  const { layout, store, environment, clock } = context;

  /**
   * Finds the run; a run that this process had to give up says so instead of seeming to continue.
   */
  const about = <T>(
    run: RunId,
    answer: (row: RunRow) => Result<T, PlatformError>,
  ): Promise<Result<T, PlatformError>> =>
    guarded(layout, () => {
      const row = findRun(store, environment, run);
      return row === undefined ? err(noSuchRun(run, environment)) : answer(row);
    });

  const unlessBroken = <T>(row: RunRow, page: () => Page<T>): Result<Page<T>, PlatformError> => {
    const error = context.drives.brokenBy(row.run);
    if (error === undefined || row.status !== "RUNNING") return ok(page());
    throw error;
  };

  return {
    run: (run) => about(run, (row) => ok(summaryOf(row, clock.now(), layout))),
    releaseOf: (run) =>
      about(run, (row) => {
        const deploy = deployById(store, row.deploy);
        if (deploy === undefined) throw new Error(`run ${run} has no deploy ${row.deploy}`);
        return ok(deploy.release);
      }),
    startedBefore: ({ run }) =>
      guarded(layout, () => {
        const row = findRun(store, environment, run);
        return ok(row === undefined ? [] : startedBefore(store, row));
      }),
    succeededFires: (project, fromMs, toMs) =>
      guarded(layout, () => ok(succeededFires(store, environment, project, fromMs, toMs))),
    runs: (filter, page) =>
      guarded(layout, () => {
        const limit = Math.max(1, page.limit);
        const place = page.cursor === undefined ? undefined : (JSON.parse(page.cursor) as RunPlace);
        // One more than asked for says whether there is a next page.
        const rows = listRuns(store, environment, filter, place, limit + 1);
        const items = rows.slice(0, limit).map((row) => summaryOf(row, clock.now(), layout));
        const last = rows[limit - 1];
        if (rows.length <= limit || last === undefined) return ok({ items });
        const next: RunPlace = { startedAt: last.startedAt, id: last.id };
        return ok({ items, next: JSON.stringify(next) });
      }),
    events: (run, page) =>
      about(run, (row) => unlessBroken(row, () => eventsOf(context, row, page))),
    logTail: (run, { step, attempt, item }, count) =>
      about(run, (row) => {
        const found = attemptsOfRun(store, row.id).find(
          (one) => one.step === step && one.number === attempt && one.item === item,
        );
        return ok(
          found === undefined ? [] : logTail(found.directory, count).map(maskFor(context, row)),
        );
      }),
    logs: (run, filter, page) =>
      about(run, (row) =>
        unlessBroken(row, () => {
          const mask = maskFor(context, row);
          const { items, ...rest } = readLogs(store, row, filter, page);
          return { ...rest, items: items.map((line) => ({ ...line, text: mask(line.text) })) };
        }),
      ),
  };
}

/** A log holds what the step wrote; who reads it by Esteira doesn't see declared secrets. */
export function maskFor({ layout, store, processEnvironment }: LocalContext, row: RunRow): Mask {
  const secrets = deployById(store, row.deploy)?.release.task.secrets ?? {};
  return secretsMask(layout, row.project, secrets, processEnvironment);
}

function eventsOf(context: LocalContext, row: RunRow, page: PageRequest) {
  const after = page.cursor === undefined ? 0 : Number(page.cursor);
  const items = readEvents(context.store, row.id, after, Math.max(1, page.limit));
  const last = items.at(-1)?.id ?? after;
  // The row was read before the events: what it doesn't count yet comes with the next page.
  const complete = row.status !== "RUNNING" && last >= row.eventCount;
  return complete ? { items } : { items, next: String(last) };
}
