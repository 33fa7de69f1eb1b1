import { ok, type Result } from "../../core/result.ts";
import type { FleetIndex } from "../../platform/roles/fleet-index.ts";
import type { OwnWatching } from "../../platform/watch/own-watching.ts";
import { WATCHED_MS, type WatchPort } from "../../platform/watch/watch.ts";
import type { Platform, PlatformError } from "../../platform/port.ts";
import type { RunSummary } from "../../runs/model.ts";
import type { PromotionsLook } from "../schedules/promotions-look.ts";
import { watchPort } from "../schedules/watch-port.ts";

/** How long what changes slowly and takes a question a project counts, in milliseconds. */
const slowMs = 15 * 60_000;

/** So many runs the index gives at most: of more it has the newest. */
const mostRuns = 8000;

/** Runs in progress whose histories are looked into: those that have gone longest. */
export const MOST_OPENED = 50;

/** A platform as one look sees it. */
export interface LatePort {
  readonly port: WatchPort;
  /** How far back fires can be looked at, in milliseconds. */
  readonly watched: number;
  /** Runs in progress whose histories are looked into; absent: all. */
  readonly mostOpened?: number;
}

/**
 * A platform as the console looks at it each minute. Where it keeps an index of all projects, that
 * says what fires and what ran, in some requests for all of them, and what takes one a project is
 * asked each quarter of an hour. Otherwise each project is asked, as `watch` does it.
 *
 * @param now by which clock what was read gets old
 */
export function latePort(
  platform: Platform,
  promotions: PromotionsLook,
  now: () => number,
): () => Promise<LatePort> {
  const whole = watchPort(platform, promotions);
  const { unstartable, stale, spent } = platform.watching;
  const slow: Pick<OwnWatching, "unstartable" | "stale" | "spent"> = {
    ...(unstartable === undefined ? {} : { unstartable: kept(now, unstartable) }),
    ...(stale === undefined ? {} : { stale: kept(now, stale) }),
    ...(spent === undefined ? {} : { spent: kept(now, spent) }),
  };
  return async () => {
    const { fleetIndex } = platform;
    const read = fleetIndex && (await readIndex(fleetIndex, now() - WATCHED_MS));
    if (read === undefined) return { port: { ...whole, ...slow }, watched: WATCHED_MS };
    const { succeeded: _asksEachProject, ...asked } = whole;
    const { schedules, runs } = read;
    const oldest = runs.length < mostRuns ? 0 : (runs.at(-1)?.startedAt ?? 0);
    return {
      port: {
        ...asked,
        ...slow,
        schedules: () => Promise.resolve(ok(schedules)),
        runs: ({ project, status }) =>
          Promise.resolve(
            ok({
              items: runs.filter(
                (run) =>
                  (project === undefined || run.project === project) &&
                  (status === undefined || run.status === status),
              ),
            }),
          ),
      },
      watched: Math.min(WATCHED_MS, now() - oldest),
      mostOpened: MOST_OPENED,
    };
  };
}

/** Undefined where the index isn't kept, or can't be read: the projects can be asked. */
async function readIndex(index: FleetIndex, since: number) {
  const [standing, recent] = await Promise.all([index.standing(), index.runsSince(since)]);
  if (!standing.ok || !recent.ok) return undefined;
  if (standing.value === undefined || recent.value === undefined) return undefined;
  const { projects, newest } = standing.value;
  return {
    schedules: projects.flatMap(({ schedule }) => schedule ?? []),
    runs: eachOnce([...recent.value, ...newest]),
  };
}

/** The newest first. */
function eachOnce(runs: readonly RunSummary[]): readonly RunSummary[] {
  return [...new Map(runs.map((one) => [one.run, one])).values()].toSorted(
    (a, b) => b.startedAt - a.startedAt,
  );
}

/** An answer that counts for a while; one that failed doesn't. */
function kept<Value>(
  now: () => number,
  ask: () => Promise<Result<Value, PlatformError>>,
): () => Promise<Result<Value, PlatformError>> {
  let last: { readonly at: number; readonly answer: Result<Value, PlatformError> } | undefined;
  return async () => {
    if (last?.answer.ok === true && now() - last.at < slowMs) return last.answer;
    last = { at: now(), answer: await ask() };
    return last.answer;
  };
}
