import { ok, type Result } from "../../core/result.ts";
import type { FailedDeploy } from "../../platform/records.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { DeployedSchedule } from "../../platform/schedules.ts";
import { type Fleet, isWorse, severityOf, type StretchSum } from "../../platform/roles/fleet.ts";
import type { FleetIndex, Standing, StandingWithNights } from "../../platform/roles/fleet-index.ts";
import { lastNights } from "../../schedule/nights.ts";
import { freshMs, remembered } from "./remembered.ts";

/** The state of many projects, with what is decided of each. */
export interface FleetReading extends Fleet {
  schedules(): Promise<Result<readonly DeployedSchedule[], PlatformError>>;
  /** Projects whose last deploy failed. */
  failedDeploys(): Promise<ReadonlyMap<string, FailedDeploy>>;
  /** Why deploys skip projects. */
  holds(): Promise<ReadonlyMap<string, string>>;
}

/** Nights that a page of all projects shows. */
export const shownNights = 14;

/**
 * The state of many projects by the index that their environment keeps: some requests for all of
 * them.
 *
 * @param otherwise asks each project: where the index isn't kept
 * @param now by which clock what was read gets old
 */
export function fleetByIndex(
  index: FleetIndex,
  otherwise: FleetReading,
  zone: string,
  now: () => number = Date.now,
): FleetReading {
  const whole = remembered(now, () =>
    index.nights(lastNights(now(), zone, shownNights)[0]?.date ?? ""),
  );
  const brief = remembered(now, () => index.standing());
  /** The cheaper of both, unless the other one is there. */
  const standing = (): Promise<Result<Standing | undefined, PlatformError>> =>
    whole.isFresh() ? whole() : brief();
  const since = new Map<number, ReturnType<FleetIndex["runsSince"]>>();

  const answer = async <Found, Value>(
    read: () => Promise<Result<Found | undefined, PlatformError>>,
    use: (found: Found) => Value,
    ask: () => Promise<Result<Value, PlatformError>>,
  ): Promise<Result<Value, PlatformError>> => {
    const found = await read();
    // Whatever is wrong with the index: the projects can be asked.
    return found.ok && found.value !== undefined ? ok(use(found.value)) : ask();
  };
  const decidedOf = async <Value>(
    use: (project: Standing["projects"][number]) => Value | undefined,
    ask: () => Promise<ReadonlyMap<string, Value>>,
  ): Promise<ReadonlyMap<string, Value>> => {
    const found = await standing();
    if (!found.ok || found.value === undefined) return ask();
    return new Map(
      found.value.projects.flatMap((one): [string, Value][] => {
        const value = use(one);
        return value === undefined ? [] : [[one.project, value]];
      }),
    );
  };

  return {
    version: () => `${otherwise.version()}.${Math.floor(now() / freshMs)}`,
    deployed: () =>
      answer(
        whole,
        ({ projects }) => projects.flatMap(({ deploy }) => deploy ?? []),
        () => otherwise.deployed(),
      ),
    newestRuns: (projects) =>
      answer(
        whole,
        ({ newest }) => newest.filter(({ project }) => projects.includes(project)),
        () => otherwise.newestRuns(projects),
      ),
    stretches: (bounds) =>
      answer(
        whole,
        (found) => stretchesOf(found, bounds),
        () => otherwise.stretches(bounds),
      ),
    async runsSince(from, limit) {
      const moment = Math.floor(from / freshMs);
      let read = since.get(moment);
      if (read === undefined) {
        since.clear();
        read = index.runsSince(moment * freshMs);
        since.set(moment, read);
      }
      const found = await read;
      return found.ok && found.value !== undefined
        ? ok(found.value.slice(0, limit).toReversed())
        : otherwise.runsSince(from, limit);
    },
    lastGood: (project, before) => otherwise.lastGood(project, before),
    schedules: () =>
      answer(
        standing,
        ({ projects }) => projects.flatMap(({ schedule }) => schedule ?? []),
        () => otherwise.schedules(),
      ),
    failedDeploys: () =>
      decidedOf(
        ({ failedDeploy }) => failedDeploy,
        () => otherwise.failedDeploys(),
      ),
    holds: () =>
      decidedOf(
        ({ hold }) => hold,
        () => otherwise.holds(),
      ),
  };
}

/**
 * Rows of nights as sums of stretches, by when the run began that counts: the index's zone may be
 * another one. What goes is added here.
 */
function stretchesOf(
  { nights, open }: StandingWithNights,
  bounds: readonly number[],
): readonly StretchSum[] {
  const sums = new Map<string, StretchSum>();
  const add = ({ stretch, ...sum }: StretchSum): void => {
    if (stretch < 0 || stretch >= bounds.length - 1) return;
    const key = `${stretch} ${sum.project}`;
    const before = sums.get(key);
    const shown = before === undefined || isWorse(sum.outcome, before.outcome) ? sum : before;
    sums.set(key, { ...shown, stretch, runs: sum.runs + (before?.runs ?? 0) });
  };
  const stretchOf = (startedAt: number): number =>
    bounds.findLastIndex((from) => from <= startedAt);
  for (const row of nights) add({ ...row, stretch: stretchOf(row.startedAt) });
  for (const one of open) {
    const { project, run, startedAt, endedAt } = one;
    const outcome = severityOf(one);
    add({ project, run, startedAt, endedAt, outcome, runs: 1, stretch: stretchOf(startedAt) });
  }
  return [...sums.values()];
}
