import { projectName } from "../../core/ids.ts";
import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import {
  type Fleet,
  type Severity,
  SEVERITIES,
  type StretchSum,
} from "../../platform/roles/fleet.ts";
import type { RunSummary } from "../../runs/model.ts";
import type { PlatformSession } from "../workspace.ts";

/** How long what was read of an account is used, in milliseconds: one poller, however many look. */
const freshMs = 15_000;
/** Runs of a fleet that are read in one go; older ones are not shown. */
const mostRuns = 2000;
const pageSize = 200;

/**
 * The state of many projects, by the platform's role, or where it has none by its lists of runs:
 * read once every 15 seconds for all who look.
 */
export function fleetOf({ platform }: Pick<PlatformSession, "platform">): Fleet {
  if (platform.fleet !== undefined) return platform.fleet;
  const known = pooled.get(platform);
  if (known !== undefined) return known;
  const made = fleetByLists(platform);
  pooled.set(platform, made);
  return made;
}

const pooled = new WeakMap<object, Fleet>();

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

/**
 * Gives what was read last while it is fresh; those who ask at the same time wait for one answer.
 */
function remembered<T>(
  now: () => number,
  read: () => Promise<Result<T, PlatformError>>,
): () => Promise<Result<T, PlatformError>> {
  let last: { readonly at: number; readonly answer: Promise<Result<T, PlatformError>> } | undefined;
  return () => {
    if (last === undefined || now() - last.at >= freshMs) last = { at: now(), answer: read() };
    return last.answer;
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

/** The state of a run as a cell shows it. */
export function severityOf(run: RunSummary): Severity {
  if (run.skipped) return "skipped";
  if (run.interrupted) return "interrupted";
  switch (run.status) {
    case "FAILED":
      return "failed";
    case "TIMED_OUT":
      return "timed_out";
    case "ABORTED":
      return "aborted";
    case "SUCCEEDED":
      return "succeeded";
    default:
      return "running";
  }
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
    const worse =
      before === undefined || SEVERITIES.indexOf(outcome) < SEVERITIES.indexOf(before.outcome);
    const { project, run, startedAt, endedAt } = one;
    sums.set(key, {
      ...(worse ? { project, stretch, outcome, run, startedAt, endedAt } : before),
      runs: (before?.runs ?? 0) + 1,
    });
  }
  return [...sums.values()];
}
