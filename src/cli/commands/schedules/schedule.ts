import { projectName } from "../../../core/ids.ts";
import { ok, type Result } from "../../../core/result.ts";
import type { PlatformError } from "../../../platform/port.ts";
import type { DeployedSchedule } from "../../../platform/schedules.ts";
import type { ActionOf, EnvironmentFlags } from "../definition.ts";
import type { CliContext } from "../../terminal/context.ts";
import { deployedProject } from "../../../app/deploy/deployed-project.ts";
import type { Exit } from "../../../app/exit-codes.ts";
import { failed, type Failure, fromPlatform, notFound } from "../../../app/failure.ts";
import { printJson } from "../../terminal/json-output.ts";
import { suggestion } from "../../../app/names.ts";
import {
  otherStarts,
  renderFires,
  renderSchedule,
  renderSchedules,
  stateText,
} from "../../render/schedules.ts";
import type { scheduleListCommand } from "./schedule-list-command.ts";
import type { scheduleShowCommand } from "./schedule-show-command.ts";
import type { scheduleNextCommand } from "./schedule-next-command.ts";
import type { scheduleDisableCommand, ScheduleChangeFlags } from "./schedule-disable-command.ts";
import type { scheduleEnableCommand } from "./schedule-enable-command.ts";
import {
  scheduleDocument,
  scheduleListDocument,
} from "../../../app/schedules/schedule-document.ts";
import { scheduleView, type ScheduleView } from "../../../app/schedules/schedule-view.ts";
import { knownProjects } from "../../../app/missing-projects.ts";
import { surroundingsOf } from "../../terminal/surroundings.ts";
import { type PlatformSession, withPlatform } from "../../../app/workspace.ts";
import { inZone } from "../../../schedule/zone-time.ts";

export const list: ActionOf<typeof scheduleListCommand> = async (context, flags) =>
  withPlatform(context, flags.env, async (session) => {
    const { platform, environment } = session;
    const found = await platform.schedules();
    if (!found.ok) return failed(fromPlatform(found.error));
    const views = await viewsOf(context, session, found.value, 1);
    const up = (await platform.scheduler?.running()) ?? ok(undefined);
    if (!up.ok) return failed(fromPlatform(up.error));
    if (flags.json) {
      printJson(context, "schedule-list", scheduleListDocument(environment, up.value, views));
    } else if (views.length === 0) {
      context.out.line(`No project that is deployed to ${environment} has a schedule.`);
    } else {
      const { lines, style } = context.out;
      lines(renderSchedules(views, surroundingsOf(context), environment));
      if (platform.scheduler !== undefined && up.value === undefined) {
        lines([
          "",
          style.yellow("! Nothing fires now: no process runs the schedules of this machine."),
          `  ${style.dim("$")} ${suggestion(environment, "up")}`,
        ]);
      }
    }
    return ok("ok");
  });

export const show: ActionOf<typeof scheduleShowCommand> = async (context, flags, project) =>
  withSchedule(context, flags, project, 3, ({ environment }, view) => {
    if (flags.json) printJson(context, "schedule", scheduleDocument(environment, view));
    else context.out.lines(renderSchedule(view, surroundingsOf(context), environment));
    return ok("ok");
  });

export const next: ActionOf<typeof scheduleNextCommand> = async (
  context,
  flags,
  project,
  count = 5,
) =>
  withSchedule(context, flags, project, count, ({ environment }, view) => {
    if (flags.json) {
      printJson(context, "schedule", scheduleDocument(environment, view));
      return ok("ok");
    }
    const surroundings = surroundingsOf(context);
    if (view.why !== undefined) {
      const { style } = context.out;
      context.out.line(style.yellow(`It is ${stateText(view, surroundings, environment)}.`));
    }
    context.out.lines(renderFires(view, surroundings));
    return ok("ok");
  });

export const disable: ActionOf<typeof scheduleDisableCommand> = async (context, flags, project) =>
  withPlatform(context, flags.env, async (session) => {
    const { platform, environment } = session;
    const done = await platform.disableSchedule(projectName(project), by(session, flags));
    return changed(context, flags, session, done, () => {
      const { style } = context.out;
      return [
        `${style.yellow("■")} The schedule of ${project} is disabled in ${environment}, and deploys keep it so.`,
        `  ${style.dim("$")} ${suggestion(environment, "schedule", "enable", project)}`,
      ];
    });
  });

export const enable: ActionOf<typeof scheduleEnableCommand> = async (context, flags, project) =>
  withPlatform(context, flags.env, async (session) => {
    const { platform, environment } = session;
    const done = await platform.enableSchedule(projectName(project), by(session, flags));
    return changed(context, flags, session, done, (view) => {
      const { style } = context.out;
      if (view.why !== undefined) {
        return [
          `${style.yellow("!")} Nobody holds the schedule of ${project} any more, but it is ${stateText(view, surroundingsOf(context), environment)}.`,
          `  ${style.dim(remedy(view, environment))}`,
        ];
      }
      const first = view.next?.[0];
      const when =
        first === undefined
          ? view.schedule.after === undefined && view.schedule.on === undefined
            ? "When it fires, Esteira can't tell."
            : `${otherStarts(view.schedule).replace("it", "It")}.`
          : `Next: ${inZone(first, view.schedule.timezone)} ${view.schedule.timezone}.`;
      return [
        `${style.green("✓")} The schedule of ${project} is enabled in ${environment}. ${when}`,
      ];
    });
  });

/**
 * Shows a schedule that somebody has changed: to programs as a document, to people in the lines
 * that `say` gives.
 */
async function changed(
  context: CliContext,
  flags: ScheduleChangeFlags,
  session: PlatformSession,
  done: Result<DeployedSchedule, PlatformError>,
  say: (view: ScheduleView) => readonly string[],
): Promise<Result<Exit, Failure>> {
  if (!done.ok) return failed(fromPlatform(done.error));
  const [view] = await viewsOf(context, session, [done.value], 1);
  if (view === undefined) throw new Error("a schedule has one view");
  if (flags.json) {
    printJson(context, "schedule", scheduleDocument(session.environment, view));
  } else context.out.lines(say(view));
  return ok("ok");
}

function by(
  { actor }: PlatformSession,
  { reason }: ScheduleChangeFlags,
): { readonly actor: string; readonly reason?: string } {
  return { actor, ...(reason === undefined ? {} : { reason }) };
}

function remedy({ why, schedule }: ScheduleView, environment: string): string {
  switch (why) {
    case "environment":
      return `The environment's \`schedules: disabled\` does that; write \`as_configured\` in esteira.yaml and deploy.`;
    case "gone":
      return `\`esteira deploy -e ${environment} --prune\` removes what is left of ${schedule.project}.`;
    default:
      return `Set \`schedule.enabled: true\` in its config.yaml and deploy it.`;
  }
}

async function viewsOf(
  context: CliContext,
  { settings, folders }: PlatformSession,
  schedules: readonly DeployedSchedule[],
  count: number,
): Promise<ScheduleView[]> {
  const known = await knownProjects(
    folders,
    schedules.map(({ project }) => project),
  );
  const around = { now: context.clock.now(), count, environment: settings, known };
  return schedules.map((schedule) => scheduleView(schedule, around));
}

/** Finds a project's schedule, or says what there is instead. */
async function withSchedule(
  context: CliContext,
  flags: EnvironmentFlags,
  project: string,
  count: number,
  work: (session: PlatformSession, view: ScheduleView) => Result<Exit, Failure>,
): Promise<Result<Exit, Failure>> {
  return withPlatform(context, flags.env, async (session) => {
    const { platform } = session;
    const found = await platform.schedules();
    if (!found.ok) return failed(fromPlatform(found.error));
    const schedule = found.value.find((one) => one.project === project);
    const [view] = await viewsOf(context, session, schedule === undefined ? [] : [schedule], count);
    if (view !== undefined) return work(session, view);
    const deployed = await deployedProject(session, project);
    if (!deployed.ok) return deployed;
    return notFound(
      `${project} has no schedule`,
      "Give its config.yaml a `schedule` with `cron`, `after` or `on`, and deploy it.",
    );
  });
}
