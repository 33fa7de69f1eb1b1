import { projectName } from "../../core/ids.ts";
import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { type Fleet, isWorse, severityOf, type StretchSum } from "../../platform/roles/fleet.ts";
import { failedDeploys } from "../../platform/failed-deploys.ts";
import type { RunSummary } from "../../runs/model.ts";
import { heldProjects } from "../runs/overview.ts";
import type { PlatformSession } from "../workspace.ts";
import { fleetByIndex, type FleetReading } from "./fleet-by-index.ts";
import { freshMs, remembered } from "./remembered.ts";

/** Runs of a fleet that are read in one go; older ones are not shown. */
const mostRuns = 2000;
const pageSize = 200;

/**
 * The state of many projects, by the platform's role; where it has none, by the index that it keeps
 * or else by its lists of runs: read once every 15 seconds for all who look.
 *
 * @param zone IANA name of the zone whose nights are asked for
 */
export function fleetOf(
  { platform }: Pick<PlatformSession, "platform">,
  zone = "UTC",
): FleetReading {
  if (platform.fleet !== undefined) return { ...platform.fleet, ...decided(platform) };
  const known = pooled.get(platform) ?? new Map<string, FleetReading>();
  pooled.set(platform, known);
  const before = known.get(zone);
  if (before !== undefined) return before;
  const lists = { ...fleetByLists(platform), ...decided(platform) };
  const { fleetIndex } = platform;
  const made = fleetIndex === undefined ? lists : fleetByIndex(fleetIndex, lists, zone);
  known.set(zone, made);
  return made;
}

const pooled = new WeakMap<object, Map<string, FleetReading>>();

function decided(platform: PlatformSession["platform"]): Omit<FleetReading, keyof Fleet> {
  return {
    schedules: () => platform.schedules(),
    failedDeploys: () => failedDeploys(platform),
    holds: () => heldProjects(platform),
  };
}

type Listed = Pick<PlatformSession["platform"], "listDeployed" | "runs">;

/** @param now by which clock what was read gets old */
export function fleetByLists(platform: Listed, now: () => number = Date.now): Fleet {
  let read = 0;
  const recent = remembered(now, async () => {
    read += 1;
    return recentRuns(platform);
  });
  const deployed = remembered(now, () => platform.listDeployed());
  return {
    // Nobody reports a change of an account: what was read is good for a while.
    version: () => `${read}.${Math.floor(now() / freshMs)}`,
    async deployed() {
      const found = await deployed();
      if (!found.ok) return found;
      return ok(
        found.value.map(({ release, fingerprint, deployedAt, decided }) => ({
          project: release.project,
          version: release.version,
          fingerprint,
          deployedAt,
          owner: release.owners.technical ?? release.owners.business,
          model: { name: release.model.name, version: decided["model"] },
        })),
      );
    },
    async newestRuns(projects) {
      const runs = await recent();
      if (!runs.ok) return runs;
      const newest = new Map<string, RunSummary>();
      for (const run of runs.value) if (!newest.has(run.project)) newest.set(run.project, run);
      return ok([...newest.values()].filter(({ project }) => projects.includes(project)));
    },
    async stretches(bounds) {
      const runs = await recent();
      return runs.ok ? ok(sumUp(runs.value, bounds)) : runs;
    },
    async runsSince(since, limit) {
      const runs = await recent();
      if (!runs.ok) return runs;
      const going = runs.value.filter(
        ({ startedAt, endedAt }) => startedAt >= since || endedAt === undefined || endedAt >= since,
      );
      return ok(going.slice(0, limit).toReversed());
    },
    async lastGood(project, before) {
      const filter = { project: projectName(project), status: "SUCCEEDED" } as const;
      const page = await platform.runs(filter, { limit: 50 });
      if (!page.ok) return page;
      return ok(page.value.items.find(({ startedAt, skipped }) => startedAt < before && !skipped));
    },
  };
}

/** The newest first, back to 14 days. */
async function recentRuns(
  platform: Pick<Listed, "runs">,
): Promise<Result<readonly RunSummary[], PlatformError>> {
  const runs: RunSummary[] = [];
  let cursor: string | undefined;
  do {
    const page = await platform.runs(
      {},
      { limit: pageSize, ...(cursor === undefined ? {} : { cursor }) },
    );
    if (!page.ok) return page;
    runs.push(...page.value.items);
    cursor = page.value.next;
    const oldest = page.value.items.at(-1)?.startedAt ?? 0;
    if (oldest < Date.now() - 15 * 86_400_000) break;
  } while (cursor !== undefined && runs.length < mostRuns);
  return ok(runs);
}

/** What each project did in each stretch. @param runs the newest first */
export function sumUp(
  runs: readonly RunSummary[],
  bounds: readonly number[],
): readonly StretchSum[] {
  const sums = new Map<string, StretchSum>();
  for (const one of runs) {
    const stretch = bounds.findLastIndex((from) => from <= one.startedAt);
    if (stretch < 0 || stretch >= bounds.length - 1) continue;
    const key = `${stretch} ${one.project}`;
    const before = sums.get(key);
    const outcome = severityOf(one);
    const worse = before === undefined || isWorse(outcome, before.outcome);
    const { project, run, startedAt, endedAt } = one;
    sums.set(key, {
      ...(worse ? { project, stretch, outcome, run, startedAt, endedAt } : before),
      runs: (before?.runs ?? 0) + 1,
    });
  }
  return [...sums.values()];
}
