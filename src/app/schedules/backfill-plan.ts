import { projectName } from "../../core/ids.ts";
import { ok, type Result } from "../../core/result.ts";
import { fireTimes } from "../../schedule/fire-times.ts";
import { type BackfillItem, planBackfill } from "../../platform/backfill.ts";
import type { ScheduleSpec } from "../../release/release.ts";
import { deployedProject } from "../deploy/deployed-project.ts";
import { failed, fromPlatform, refused, usage, type Failure } from "../failure.ts";
import { suggestion } from "../names.ts";
import type { PlatformSession } from "../workspace.ts";
import { dateRange } from "./date-range.ts";

/** Days, or times by the schedule's clock, as a person writes them. */
export interface BackfillRange {
  readonly from: string;
  readonly to: string;
}

/** More than that is a mistyped year. */
const mostFires = 10_000;

/**
 * What is to be done to make up for the fires of a project's schedule in a range.
 *
 * @param now milliseconds since the epoch: later fires are left out
 */
export async function plannedBackfill(
  session: PlatformSession,
  project: string,
  wanted: BackfillRange,
  now: number,
): Promise<
  Result<{ readonly timezone: string; readonly items: readonly BackfillItem[] }, Failure>
> {
  const schedule = await scheduleOf(session, project);
  if (!schedule.ok) return schedule;
  const fires = firesOf(wanted, schedule.value, now);
  if (!fires.ok) return fires;
  const planned = await planBackfill(session.platform, projectName(project), fires.value);
  if (!planned.ok) return failed(fromPlatform(planned.error));
  return ok({ timezone: schedule.value.timezone, items: planned.value });
}

async function scheduleOf(
  session: PlatformSession,
  project: string,
): Promise<Result<ScheduleSpec, Failure>> {
  const deployed = await deployedProject(session, project);
  if (!deployed.ok) return deployed;
  const { schedule } = deployed.value.release;
  if (schedule?.cron !== undefined) return ok(schedule);
  const first = schedule?.after?.projects[0];
  if (first !== undefined) {
    return refused(
      `no clock starts ${project} in ${session.environment}: it follows other projects`,
      `Make up for one of them and what follows it with \`${suggestion(session.environment, "backfill", first)} --from DAY --to DAY --with-downstream\`.`,
    );
  }
  if (schedule?.on !== undefined) {
    return refused(
      `no clock starts ${project} in ${session.environment}: data does when it arrives`,
      `Start single runs with \`${suggestion(session.environment, "run", project)}\`.`,
    );
  }
  return refused(
    `${project} has no schedule in ${session.environment}, so there are no times to make up for`,
    `Start single runs with \`${suggestion(session.environment, "run", project)}\`.`,
  );
}

function firesOf(
  wanted: BackfillRange,
  { expression, timezone, cron }: ScheduleSpec,
  now: number,
): Result<readonly number[], Failure> {
  const range = dateRange(wanted.from, wanted.to, timezone);
  if (!range.ok) return usage(range.error, `Times are those of the schedule's zone, ${timezone}.`);
  const fires: number[] = [];
  for (const at of fireTimes(
    expression,
    timezone,
    range.value.from,
    Math.min(range.value.to, now + 1),
  )) {
    if (fires.push(at) > mostFires) {
      return refused(
        `that is more than ${mostFires} runs`,
        "Name a shorter range; one backfill after the other does the same.",
      );
    }
  }
  if (fires.length > 0) return ok(fires);
  const future = range.value.from > now ? " yet: it lies in the future" : "";
  return refused(
    `the schedule ${cron} (${timezone}) has not fired between ${wanted.from} and ${wanted.to}${future}`,
    "Name a range in which it would have.",
  );
}
