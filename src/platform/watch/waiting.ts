import type { RunSummary } from "../../runs/model.ts";
import type { WaitedFor, WaitingFollower } from "../../runs/watch/facts.ts";
import { type AfterRule, keyOf, localDate } from "../../schedule/after.ts";

/** What a run says to those that follow its project. */
export type SeenRun = Pick<
  RunSummary,
  "run" | "status" | "skipped" | "trigger" | "startedAt" | "endedAt" | "scheduledTime"
>;

/**
 * What a project that follows others waits for: for the newest date, or scheduled time, that any of
 * them has a run of. Undefined where it waits for nothing: it has started for that, or will.
 *
 * @param runs the newest runs of the projects that it follows and of itself, each newest first
 */
export function waitingFor(
  project: string,
  {
    after: { projects, match },
    timezone,
  }: { readonly after: AfterRule; readonly timezone: string },
  runs: ReadonlyMap<string, readonly SeenRun[]>,
): WaitingFollower | undefined {
  const of = (name: string): readonly SeenRun[] => runs.get(name) ?? [];
  const own = of(project).find(({ trigger }) => trigger === "after");
  const keyOfRun = ({ scheduledTime, startedAt }: SeenRun): string | undefined =>
    match === "any"
      ? "any"
      : keyOf(
          { time: scheduledTime ?? startedAt, scheduled: scheduledTime !== undefined },
          match,
          timezone,
        );
  const newest = projects
    .flatMap(of)
    .toSorted((a, b) => (keyOfRun(b) ?? "").localeCompare(keyOfRun(a) ?? ""))[0];
  const key = newest && keyOfRun(newest);
  if (newest === undefined || key === undefined) return undefined;
  if (match !== "any" && own !== undefined && (keyOfRun(own) ?? "") >= key) return undefined;
  const waits = projects.flatMap((name): WaitedFor[] => {
    const counting = of(name).filter(
      (run) =>
        keyOfRun(run) === key &&
        (match !== "any" || own === undefined || (run.endedAt ?? Infinity) > own.startedAt),
    );
    if (counting.some(({ status, skipped }) => status === "SUCCEEDED" && !skipped)) return [];
    const [last] = counting;
    return [last === undefined ? { project: name, why: "not-run" } : because(name, last)];
  });
  // Without a date, nothing new means that nothing is waited for.
  const idle = match === "any" && waits.length === projects.length && waits.every(isNotRun);
  if (waits.length === 0 || idle) return undefined;
  const date =
    match === "any" ? undefined : localDate(newest.scheduledTime ?? newest.startedAt, timezone);
  return { project, ...(date === undefined ? {} : { date }), waits };
}

function because(project: string, { run, status, skipped, endedAt }: SeenRun): WaitedFor {
  const at = endedAt === undefined ? {} : { at: endedAt };
  if (skipped) return { project, why: "skipped", run, ...at };
  if (status === "ABORTED") return { project, why: "stopped", run, ...at };
  return status === "RUNNING" || status === "PENDING_REDRIVE"
    ? { project, why: "running", run }
    : { project, why: "failed", run, ...at };
}

function isNotRun({ why }: WaitedFor): boolean {
  return why === "not-run";
}
