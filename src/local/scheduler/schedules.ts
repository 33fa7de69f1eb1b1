import type { ProjectName } from "../../core/ids.ts";
import { projectName } from "../../core/ids.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { Platform, PlatformError } from "../../platform/port.ts";
import type { DeployedSchedule, ScheduleChange, ScheduleHold } from "../../platform/schedules.ts";
import type { LocalContext } from "../context.ts";
import { guarded, notDeployed } from "../errors.ts";
import { audit } from "../store/audit.ts";
import { deployedNow } from "../store/deployments.ts";
import { schedulerOf } from "../store/schedulers.ts";
import { allSchedules, holdSchedule, type ScheduleRow, scheduleOf } from "../store/schedules.ts";

type Schedules = Pick<Platform, "schedules" | "disableSchedule" | "enableSchedule">;

/** What can be asked about schedules, and done to them by hand. */
export function localSchedules(context: LocalContext): Schedules {
  const { layout, store, environment, clock } = context;

  /** One transaction: a deploy that comes in between finds the hold, or is found. */
  const change = (
    project: ProjectName,
    { actor, reason }: ScheduleChange,
    disable: boolean,
  ): Result<DeployedSchedule, PlatformError> =>
    store.write(() => {
      const row = scheduleOf(store, environment, project);
      if (row === undefined) {
        return err(
          deployedNow(store, environment, project) === undefined
            ? notDeployed(project, environment)
            : hasNone(project),
        );
      }
      const first = schedulerOf(store, environment)?.first ?? 0;
      const at = clock.now();
      const held = row.hold !== undefined;
      if (held === disable && (disable || row.enabled === row.spec.enabled)) {
        return ok(deployedSchedule(row, first));
      }
      const because = reason === undefined ? {} : { reason };
      const hold: ScheduleHold | undefined = disable ? { actor, at, ...because } : undefined;
      holdSchedule(store, environment, row, hold, at);
      const action = disable ? "disable-schedule" : "enable-schedule";
      audit(store, { at, environment, actor, action, project, details: because });
      const after = { ...row, hold, enabled: !disable && row.spec.enabled, changedAt: at };
      return ok(deployedSchedule(after, first));
    });

  return {
    schedules: () =>
      guarded(layout, () => {
        const first = schedulerOf(store, environment)?.first ?? 0;
        return ok(allSchedules(store, environment).map((row) => deployedSchedule(row, first)));
      }),
    disableSchedule: (project, by) => guarded(layout, () => change(project, by, true)),
    enableSchedule: (project, by) => guarded(layout, () => change(project, by, false)),
  };
}

function deployedSchedule(
  { project, spec, enabled, hold, changedAt }: ScheduleRow,
  first: number,
): DeployedSchedule {
  return {
    project: projectName(project),
    name: `sched-${project}`,
    state: enabled ? "enabled" : "disabled",
    configured: spec.enabled,
    expression: spec.expression,
    cron: spec.cron,
    ...(spec.after === undefined ? {} : { after: spec.after }),
    ...(spec.on === undefined ? {} : { on: spec.on }),
    timezone: spec.timezone,
    overlap: spec.overlap,
    deadline: spec.deadline,
    flexibleMinutes: 0,
    // Before there was an `up` for the first time, nobody expected anything to fire.
    since: Math.max(changedAt, first),
    hold,
  };
}

function hasNone(project: ProjectName): PlatformError {
  return {
    reason: "not-found",
    message: `${project} has no schedule`,
    help: "Give its config.yaml a `schedule` with `cron`, `after` or `on`, and deploy it.",
    resource: project,
  };
}
