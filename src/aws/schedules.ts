import type { ProjectName } from "../core/ids.ts";
import { all, err, ok, type Result } from "../core/result.ts";
import type { DeployedRelease, Platform, PlatformError } from "../platform/port.ts";
import type { DeployedSchedule, ScheduleChange, ScheduleHold } from "../platform/schedules.ts";
import type { ScheduleSpec } from "../release/release.ts";
import { appendAudit } from "./bucket/audit-trail.ts";
import { getHold, type HoldDocument, listHolds, putHold } from "./bucket/holds.ts";
import { ownerOfRelease } from "./deploy/desired.ts";
import { describeOwner, isSameOwner } from "./sdk/ownership.ts";
import { deployedRelease, deployedReleases } from "./releases/kept.ts";
import { setScheduleState } from "./resources/schedule-state.ts";
import { schedule } from "./resources/schedule.ts";
import type { ObservedSchedule } from "./resources/schedule-spec.ts";
import type { AccountSession } from "./deploy/session.ts";
import { noteProjects } from "./fleet/projects.ts";
import type { AwsContext } from "./sdk/context.ts";

type Schedules = Pick<Platform, "schedules" | "disableSchedule" | "enableSchedule">;

/** What can be asked about schedules in an account, and done to them by hand. */
export function awsSchedules(session: AccountSession): Schedules {
  return {
    schedules: () => readSchedules(session),
    disableSchedule: (project, change) => changeAndNote(session, project, change, true),
    enableSchedule: (project, change) => changeAndNote(session, project, change, false),
  };
}

async function changeAndNote(
  session: AccountSession,
  project: ProjectName,
  change: ScheduleChange,
  disable: boolean,
): Promise<Result<DeployedSchedule, PlatformError>> {
  const changed = await changeSchedule(session, project, change, disable);
  // What the fleet's index doesn't hear of now it finds within the hour.
  if (changed.ok) await noteProjects(session, [{ project, schedule: changed.value }]);
  return changed;
}

/** Of every deployed release that has one: as EventBridge has it now. */
async function readSchedules(
  session: AccountSession,
): Promise<Result<readonly DeployedSchedule[], PlatformError>> {
  const answers = await Promise.all([deployedReleases(session), listHolds(session.store)]);
  const read = all(answers);
  return read.ok ? schedulesOf(session.context, ...read.value) : read;
}

/** The schedules of these releases as EventBridge has them now. @param holds by project */
export async function schedulesOf(
  context: AwsContext,
  deployed: readonly DeployedRelease[],
  holds: ReadonlyMap<string, HoldDocument>,
): Promise<Result<readonly DeployedSchedule[], PlatformError>> {
  const releases = deployed.filter(({ release }) => release.schedule !== undefined);
  const names = releases.flatMap(({ release: { schedule: spec, names: of } }) =>
    spec?.cron === undefined ? [] : of.schedule,
  );
  const observed = await schedule.observe(context, names);
  if (!observed.ok) return observed;
  return ok(
    releases.flatMap(
      (one) =>
        deployedSchedule(
          one,
          ours(one, observed.value),
          holds.get(one.release.project)?.scheduleDisabled,
        ) ?? [],
    ),
  );
}

/**
 * Writes the decision down before the schedule is touched, and takes it back after: whatever
 * happens in between, no deploy enables a schedule that somebody has disabled.
 */
async function changeSchedule(
  session: AccountSession,
  project: ProjectName,
  change: ScheduleChange,
  disable: boolean,
): Promise<Result<DeployedSchedule, PlatformError>> {
  const { context, store } = session;
  const found = await findSchedule(session, project);
  if (!found.ok) return found;
  const { deployed, observed } = found.value;
  const held = await getHold(store, project);
  if (!held.ok) return held;
  const { scheduleDisabled: before, ...others } = held.value ?? ({ schema: 1, project } as const);
  const configured = (observed?.configured ?? "ENABLED") === "ENABLED";
  const state = !disable && configured ? "ENABLED" : "DISABLED";
  if ((before !== undefined) === disable && (observed?.spec.state ?? state) === state) {
    return ok(shown(deployed, observed, before));
  }

  const hold: ScheduleHold | undefined = disable
    ? {
        actor: change.actor,
        at: context.timing.now(),
        ...(change.reason === undefined ? {} : { reason: change.reason }),
      }
    : undefined;
  const document: HoldDocument =
    hold === undefined ? others : { ...others, scheduleDisabled: hold };
  if (disable) {
    const written = await putHold(store, document);
    if (!written.ok) return written;
  }
  const set =
    observed === undefined ? ok(undefined) : await setScheduleState(context, observed.name, state);
  if (!set.ok) return set;
  if (!disable) {
    const written = await putHold(store, document);
    if (!written.ok) return written;
  }
  const audited = await appendAudit(
    store,
    {
      schema: 1,
      at: context.timing.now(),
      actor: change.actor,
      action: disable ? "disable-schedule" : "enable-schedule",
      project,
      ...(session.commit === undefined ? {} : { commit: session.commit }),
      summary: {},
      outcome: "succeeded",
      ...(change.reason === undefined ? {} : { details: { reason: change.reason } }),
    },
    context.timing,
  );
  if (!audited.ok) return audited;
  if (observed === undefined) return ok(shown(deployed, undefined, hold));
  const changed = { ...observed, changedAt: context.timing.now() };
  return ok(shown(deployed, { ...changed, spec: { ...observed.spec, state } }, hold));
}

interface Found {
  readonly deployed: DeployedRelease;
  /** Undefined where no clock starts it, so that EventBridge has none. */
  readonly observed: ObservedSchedule | undefined;
}

async function findSchedule(
  session: AccountSession,
  project: ProjectName,
): Promise<Result<Found, PlatformError>> {
  const { context } = session;
  const deployed = await deployedRelease(session, project);
  if (!deployed.ok) return deployed;
  const environment = context.environment.name;
  if (deployed.value === undefined) {
    return err({
      reason: "not-deployed",
      message: `${project} is not deployed in the environment ${environment}`,
      help: `Deploy it first: esteira deploy ${project} -e ${environment}`,
      resource: project,
    });
  }
  const { release } = deployed.value;
  if (release.schedule === undefined) {
    return err({
      reason: "not-found",
      message: `${project} has no schedule`,
      help: "Give its config.yaml a `schedule` with `cron`, `after` or `on`, and deploy it.",
      resource: project,
    });
  }
  if (release.schedule.cron === undefined)
    return ok({ deployed: deployed.value, observed: undefined });
  const name = release.names.schedule;
  const read = await schedule.observe(context, [name]);
  if (!read.ok) return read;
  const observed = read.value.get(name);
  if (observed === undefined) {
    return err({
      reason: "not-found",
      message: `the schedule ${name} is gone: somebody has removed it since the deploy`,
      help: `\`esteira deploy ${project} -e ${environment} --refresh\` makes it again.`,
      resource: `schedule ${name}`,
    });
  }
  const owner = ownerOfRelease(release);
  if (!isSameOwner(observed.owner, owner)) {
    const whose = observed.owner === undefined ? "nobody" : describeOwner(observed.owner);
    return err({
      reason: "refused",
      message: `the schedule ${name} is not ${project}'s: it belongs to ${whose}`,
      help: `\`esteira plan ${project} -e ${environment} --refresh\` shows what differs.`,
      resource: `schedule ${name}`,
    });
  }
  return ok({ deployed: deployed.value, observed });
}

/** What is under the schedule's name, where it is the project's. */
function ours(
  { release }: DeployedRelease,
  observed: ReadonlyMap<string, ObservedSchedule>,
): ObservedSchedule | undefined {
  const found = observed.get(release.names.schedule);
  return found !== undefined && isSameOwner(found.owner, ownerOfRelease(release))
    ? found
    : undefined;
}

function deployedSchedule(
  { release, deployedAt }: DeployedRelease,
  observed: ObservedSchedule | undefined,
  hold: ScheduleHold | undefined,
): DeployedSchedule | undefined {
  const spec = release.schedule;
  if (spec === undefined) return undefined;
  if (spec.cron === undefined) return unclockedSchedule(release, spec, deployedAt, hold);
  const expression = observed?.spec.expression ?? spec.expression;
  return {
    project: release.project,
    name: release.names.schedule,
    state:
      observed === undefined
        ? "missing"
        : observed.spec.state === "ENABLED"
          ? "enabled"
          : "disabled",
    configured: (observed?.configured ?? (spec.enabled ? "ENABLED" : "DISABLED")) === "ENABLED",
    expression,
    cron: expression === spec.expression ? spec.cron : undefined,
    ...(spec.after === undefined ? {} : { after: spec.after }),
    ...(spec.on === undefined ? {} : { on: spec.on }),
    timezone: observed?.spec.timezone ?? spec.timezone,
    overlap: spec.overlap,
    deadline: spec.deadline,
    flexibleMinutes: observed?.spec.flexibleMinutes ?? 0,
    since: observed === undefined ? deployedAt : observed.changedAt,
    // One that was enabled in the console is held by nobody any more.
    hold: observed?.spec.state === "ENABLED" ? undefined : hold,
  };
}

/** What no clock starts has nothing at EventBridge: its release and a hold say all there is. */
function unclockedSchedule(
  { project, names }: DeployedRelease["release"],
  { enabled, expression, after, on, timezone, overlap, deadline }: ScheduleSpec,
  deployedAt: number,
  hold: ScheduleHold | undefined,
): DeployedSchedule {
  return {
    project,
    name: names.schedule,
    state: enabled && hold === undefined ? "enabled" : "disabled",
    configured: enabled,
    expression,
    cron: undefined,
    ...(after === undefined ? {} : { after }),
    ...(on === undefined ? {} : { on }),
    timezone,
    overlap,
    deadline,
    flexibleMinutes: 0,
    since: Math.max(deployedAt, hold?.at ?? 0),
    hold,
  };
}

function shown(
  deployed: DeployedRelease,
  observed: ObservedSchedule | undefined,
  hold: ScheduleHold | undefined,
): DeployedSchedule {
  const found = deployedSchedule(deployed, observed, hold);
  if (found === undefined) throw new Error(`${deployed.release.project} has no schedule`);
  return found;
}
