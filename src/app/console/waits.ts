import { mapConcurrently } from "../../core/concurrency.ts";
import type { HistoryEvent } from "../../core/history.ts";
import { runId } from "../../core/ids.ts";
import type { Platform } from "../../platform/port.ts";
import { foldRun } from "../../runs/fold.ts";
import type { RunSummary } from "../../runs/model.ts";
import type { PoolClaim } from "../../runs/pools/turns.ts";
import { diagnosePoolWait } from "../../runs/pools/wait.ts";
import type { ConsoleDocumentOf } from "../documents/console.ts";
import { tailOf } from "../runs/pages.ts";
import { freshMs } from "./remembered.ts";

export type Wait = ConsoleDocumentOf<"tonight">["waits"][number];

const atATime = 8;

/**
 * What these runs in progress wait for: places in pools, places on this machine or instances, and
 * the times of retries. Of pools that can't be read nothing is said.
 *
 * @param now milliseconds since the epoch
 */
export async function waitsOfRuns(
  platform: Platform,
  runs: readonly RunSummary[],
  now: number,
): Promise<readonly Wait[]> {
  const claims = runs.length === 0 ? undefined : await platform.pools?.claims();
  const known = claims?.ok === true ? claims.value : [];
  const waits = await mapConcurrently(runs, atATime, (run) => waitsOf(platform, run, known, now));
  return waits.flat();
}

const kept = new WeakMap<
  Platform,
  { readonly runs: string; readonly at: number; readonly waits: ReturnType<typeof waitsOfRuns> }
>();

/**
 * The same, read once every 15 seconds for all who look, where nobody reports what changes: each
 * run is a history to read.
 */
export function keptWaitsOfRuns(
  platform: Platform,
  runs: readonly RunSummary[],
  now: number,
): ReturnType<typeof waitsOfRuns> {
  if (platform.fleet !== undefined) return waitsOfRuns(platform, runs, now);
  const names = runs.map(({ run }) => run).join(" ");
  const before = kept.get(platform);
  if (before?.runs === names && now - before.at < freshMs) return before.waits;
  const waits = waitsOfRuns(platform, runs, now);
  kept.set(platform, { runs: names, at: now, waits });
  return waits;
}

/** What the steps of a run in progress wait for; nothing where its history can't be read now. */
async function waitsOf(
  platform: Platform,
  run: RunSummary,
  claims: readonly PoolClaim[],
  now: number,
): Promise<readonly Wait[]> {
  const id = runId(run.run);
  const release = await platform.releaseOf(id);
  if (!release.ok) return [];
  const events = await tailOf<HistoryEvent>((page) => platform.events(id, page)).read();
  if (!events.ok) return [];
  const view = foldRun(events.value, release.value.steps);
  const { steps } = view;
  const pool = diagnosePoolWait(run.run, view, claims, now);
  const claim = claims.find((one) => one.run === run.run && one.step === pool?.step);
  const about = { run: run.run, project: run.project };
  const forPools =
    pool === undefined
      ? []
      : [
          {
            ...about,
            step: pool.step,
            reason: "place" as const,
            since: claim?.askedAt ?? now,
            until: undefined,
            message: pool.message,
          },
        ];
  const own = steps.flatMap((step): readonly Wait[] => {
    const waiting = step.attempts.filter(({ status }) => status === "scheduled");
    const since = Math.min(...waiting.map(({ scheduledAt }) => scheduledAt));
    const local = platform.kind === "local";
    const many = waiting.length > 1 ? ` (${waiting.length} items)` : "";
    const place = local ? "a place on this machine" : "an instance with room";
    return [
      ...(waiting.length === 0
        ? []
        : [
            {
              ...about,
              step: step.id,
              reason: local ? ("place" as const) : ("instance" as const),
              since,
              until: undefined,
              message: `${step.name} waits for ${place}${many}`,
            },
          ]),
      ...(step.retryAt === undefined
        ? []
        : [
            {
              ...about,
              step: step.id,
              reason: "retry" as const,
              since: step.attempts.at(-1)?.endedAt ?? run.startedAt,
              until: step.retryAt,
              message: `${step.name} is tried again later`,
            },
          ]),
    ];
  });
  return [...forPools, ...own];
}
