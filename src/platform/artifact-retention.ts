import type { RunSummary } from "../runs/model.ts";

/** What is known of a run whose artifacts are there. */
export type KnownRun = Pick<
  RunSummary,
  "run" | "origin" | "status" | "skipped" | "startedAt" | "endedAt"
>;

const DAY_MS = 86_400_000;

/**
 * The origins of artifacts that are older than they have to be kept. Never among them: those of
 * open runs, of the last good run, and what the newest entry of a step's cache names. What no run
 * is known of stays too: environments may share a place, and it may be another one's.
 *
 * @param origins whose artifacts are there, of one project
 * @param runs all of the project's that are known, in any order
 * @param needed origins that stay in any case
 * @param days `keep_artifacts_days`
 */
export function expiredArtifacts(
  origins: readonly string[],
  runs: readonly KnownRun[],
  needed: ReadonlySet<string>,
  days: number,
  now: number,
): readonly string[] {
  const before = now - days * DAY_MS;
  const kept = new Set(needed);
  const lastUse = new Map<string, number>();
  let good: KnownRun | undefined;
  for (const run of runs) {
    if (run.endedAt === undefined) kept.add(run.origin);
    const used = run.endedAt ?? run.startedAt;
    lastUse.set(run.origin, Math.max(used, lastUse.get(run.origin) ?? 0));
    if (run.status !== "SUCCEEDED" || run.skipped) continue;
    if (good === undefined || used > (good.endedAt ?? good.startedAt)) good = run;
  }
  if (good !== undefined) kept.add(good.origin);
  return origins.filter((origin) => {
    const at = lastUse.get(origin);
    return !kept.has(origin) && at !== undefined && at < before;
  });
}
