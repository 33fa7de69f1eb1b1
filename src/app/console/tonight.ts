import { ok, type Result } from "../../core/result.ts";
import { fireTimes } from "../../schedule/fire-times.ts";
import { readScheduleExpression } from "../../schedule/eventbridge-expression.ts";
import type { DeployedSchedule } from "../../platform/schedules.ts";
import type { RunSummary } from "../../runs/model.ts";
import type { ConsoleDocumentOf } from "../documents/console.ts";
import { failed, fromPlatform, type Failure } from "../failure.ts";
import type { PlatformSession } from "../workspace.ts";
import { briefRun } from "./brief-run.ts";
import type { ConsoleContext } from "./context.ts";
import { fleetOf } from "./fleet-reading.ts";
import { type Wait, keptWaitsOfRuns } from "./waits.ts";

type Tonight = ConsoleDocumentOf<"tonight">;
type Due = Tonight["due"][number];

const halfDay = 12 * 3_600_000;
/** What one page shows of each list. */
const mostRuns = 3000;
const mostDue = 3000;
/** Runs in progress whose histories are looked into for what they wait for. */
const mostOpened = 50;

/** Twelve hours back and ahead: what ran, runs, waits, is late and is due. */
export async function readTonight(
  context: ConsoleContext,
  session: PlatformSession,
): Promise<Result<Tonight, Failure>> {
  const { platform, environment } = session;
  const now = context.host.clock.now();
  const [from, to] = [now - halfDay, now + halfDay];
  const fleet = fleetOf(session, context.zone);
  const runs = await fleet.runsSince(from, mostRuns + 1);
  if (!runs.ok) return failed(fromPlatform(runs.error));
  const schedules = await fleet.schedules();
  if (!schedules.ok) return failed(fromPlatform(schedules.error));
  const shown = runs.value.slice(-mostRuns);
  const going = shown.filter(({ status, interrupted }) => status === "RUNNING" && !interrupted);
  const waits = await keptWaitsOfRuns(platform, going.slice(0, mostOpened), now);
  const queued = (await platform.watching.queued?.()) ?? ok([]);
  const typical = typicalDurations(shown);
  const due = dueFires(schedules.value, now, to);
  return ok({
    environment,
    at: now,
    zone: context.zone,
    from,
    to,
    runs: shown.map(briefRun),
    waits: [...waits, ...(queued.ok ? queued.value.map(turnOf) : [])],
    late: context.late.findings(session),
    due: due.slice(0, mostDue).map((one) => ({ ...one, expectedMs: typical.get(one.project) })),
    more: runs.value.length > mostRuns || due.length > mostDue || going.length > mostOpened,
  });
}

function turnOf({
  project,
  scheduledTime,
}: {
  readonly project: string;
  readonly scheduledTime: number;
}): Wait {
  return {
    run: undefined,
    project,
    step: undefined,
    reason: "turn",
    since: scheduledTime,
    until: undefined,
    message: `${project} was due and waits for its turn`,
  };
}

/** How long the good runs took that are on the page: the middle one of each project. */
function typicalDurations(runs: readonly RunSummary[]): ReadonlyMap<string, number> {
  const durations = Map.groupBy(
    runs.filter(({ status, skipped }) => status === "SUCCEEDED" && !skipped),
    ({ project }) => project,
  );
  return new Map(
    [...durations].map(([project, good]) => {
      const sorted = good
        .map(({ startedAt, endedAt }) => (endedAt ?? startedAt) - startedAt)
        .toSorted((a, b) => a - b);
      return [project, sorted[Math.floor(sorted.length / 2)] ?? 0];
    }),
  );
}

/** Fires from now on, the next first; each schedule gives at most a hundred. */
function dueFires(
  schedules: readonly DeployedSchedule[],
  now: number,
  to: number,
): readonly Omit<Due, "expectedMs">[] {
  return schedules
    .filter(({ state, expression }) => state === "enabled" && readScheduleExpression(expression).ok)
    .flatMap(({ project, expression, timezone }) =>
      firstFires(expression, timezone, now + 1, to).map((at) => ({ project, at })),
    )
    .toSorted((a, b) => a.at - b.at);
}

/** A schedule of every minute would fill the page. */
const mostFires = 100;

function firstFires(expression: string, timezone: string, from: number, to: number): number[] {
  const fires: number[] = [];
  for (const at of fireTimes(expression, timezone, from, to)) {
    if (fires.push(at) >= mostFires) break;
  }
  return fires;
}
