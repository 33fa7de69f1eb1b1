import { projectName, type ProjectName } from "../../../core/ids.ts";
import { ok, type Result } from "../../../core/result.ts";
import { zoneOf } from "../../../schedule/zone-time.ts";
import { fireTimes } from "../../../schedule/fire-times.ts";
import {
  type BackfillEvent,
  type BackfillItem,
  planBackfill,
  runBackfill,
} from "../../../platform/backfill.ts";
import type { ScheduleSpec } from "../../../release/release.ts";
import type { ActionOf } from "../definition.ts";
import { confirm } from "../../terminal/confirm.ts";
import type { CliContext } from "../../terminal/context.ts";
import {
  backfillBegunDocument,
  backfillEndDocument,
  backfillEndedDocument,
  backfillPlanDocument,
} from "../../../app/schedules/backfill-documents.ts";
import { reportBackfill } from "../../../app/schedules/backfill-report.ts";
import { dateRange } from "../../../app/schedules/date-range.ts";
import { deployedProject } from "../../../app/deploy/deployed-project.ts";
import { exitCodes, type Exit } from "../../../app/exit-codes.ts";
import { failed, fromPlatform, refused, usage, type Failure } from "../../../app/failure.ts";
import { interruptible } from "../../terminal/interrupt.ts";
import { printJson } from "../../terminal/json-output.ts";
import { liveOn, ticking } from "../../terminal/live.ts";
import { renderDeliveries } from "../../render/deliveries.ts";
import {
  backfillLine,
  backfillProgress,
  renderBackfillPlan,
  renderBackfillSum,
} from "../../render/backfill.ts";
import { surroundingsOf } from "../../terminal/surroundings.ts";
import { suggestion } from "../../../app/names.ts";
import { count } from "../../../core/text.ts";
import type { UtcOffset } from "../../render/time.ts";
import type { backfillCommand, BackfillFlags } from "./backfill-command.ts";
import { withPlatform, type PlatformSession } from "../../../app/workspace.ts";

/** More than that is a mistyped year. */
const mostFires = 10_000;

export const backfill: ActionOf<typeof backfillCommand> = async (context, flags, project) =>
  withPlatform(context, flags.env, async (session) => {
    const { platform, environment } = session;
    const schedule = await scheduleOf(session, project);
    if (!schedule.ok) return schedule;
    const { timezone } = schedule.value;
    const fires = firesOf(flags, schedule.value, context.clock.now());
    if (!fires.ok) return fires;
    const name = projectName(project);
    const planned = await planBackfill(platform, name, fires.value);
    if (!planned.ok) return failed(fromPlatform(planned.error));
    const items = planned.value;
    const look = { style: context.out.style, offset: offsetIn(timezone) };
    const subject = { project, environment, timezone };
    if (flags.json) printJson(context, "backfill-plan", backfillPlanDocument(subject, items));
    else {
      context.out.lines([...renderBackfillPlan(items, subject, look), ""]);
    }
    const command = suggestion(
      environment,
      "backfill",
      project,
      `--from ${flags.from}`,
      `--to ${flags.to}`,
    );
    const toRun = items.filter(({ state }) => state !== "succeeded").length;
    if (toRun === 0) return nothingToDo(context, flags);
    if (!flags.yes) {
      const question = `Start ${count(toRun, "run")} of ${project} in ${environment}, ${flags.maxActive} at a time?`;
      const agreed = await confirm(context, question, command, "starts runs");
      if (!agreed.ok) return agreed;
    }
    return carryOut(context, session, { flags, name, items, command, toRun, look });
  });

function nothingToDo(context: CliContext, flags: BackfillFlags): Result<Exit, Failure> {
  if (flags.json)
    printJson(context, "backfill-end", backfillEndDocument({ succeeded: 0, failed: 0 }, 0));
  else context.out.line(context.out.style.green("✓ Nothing to do: all of them have succeeded."));
  return ok("ok");
}

async function scheduleOf(
  session: PlatformSession,
  project: string,
): Promise<Result<ScheduleSpec, Failure>> {
  const deployed = await deployedProject(session, project);
  if (!deployed.ok) return deployed;
  const { schedule } = deployed.value.release;
  if (schedule !== undefined) return ok(schedule);
  return refused(
    `${project} has no schedule in ${session.environment}, so there are no times to make up for`,
    `Start single runs with \`${suggestion(session.environment, "run", project)}\`.`,
  );
}

function firesOf(
  flags: BackfillFlags,
  { expression, timezone, cron }: ScheduleSpec,
  now: number,
): Result<readonly number[], Failure> {
  const range = dateRange(flags.from, flags.to, timezone);
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
    `the schedule ${cron} (${timezone}) has not fired between ${flags.from} and ${flags.to}${future}`,
    "Name a range in which it would have.",
  );
}

interface Work {
  readonly flags: BackfillFlags;
  readonly name: ProjectName;
  readonly items: readonly BackfillItem[];
  readonly command: string;
  readonly toRun: number;
  readonly look: Parameters<typeof backfillLine>[2];
}

async function carryOut(
  context: CliContext,
  { platform, environment, actor }: PlatformSession,
  { flags, name, items, command, toRun, look }: Work,
): Promise<Result<Exit, Failure>> {
  const { style } = look;
  const live = liveOn(context.out);
  const ended: Extract<BackfillEvent, { readonly kind: "ended" }>[] = [];
  const progress = { toRun, ended: 0, failed: 0, active: 0 };
  const draw = (frame: string): void => live.draw([backfillProgress(progress, frame, style)]);
  const listener = (event: BackfillEvent): void => {
    if (event.kind === "begun") progress.active += 1;
    else {
      ended.push(event);
      progress.active -= 1;
      progress.ended += 1;
      if (event.run.status !== "SUCCEEDED") progress.failed += 1;
      if (!flags.json) live.print([backfillLine(event.at, event.run, look)]);
    }
    if (flags.json) {
      printEvent(context, event);
    } else draw("▸");
  };
  const stop = new AbortController();
  using _interrupts = interruptible(context, {
    first: () => {
      stop.abort();
      context.errors.line(
        context.errors.style.yellow(
          "Nothing more is begun; what runs is waited for. Ctrl-C again leaves at once.",
        ),
      );
    },
    second: () => {
      live.clear();
      context.errors.lines([
        context.errors.style.yellow("Left. The same command continues from here:"),
        `  $ ${command}`,
      ]);
      context.leave(exitCodes.interrupted.code);
    },
  });
  using _ticks = ticking(context.out, (frame) => flags.json || draw(frame));
  const done = await runBackfill(platform, name, items, {
    actor,
    maxActive: flags.maxActive,
    signal: stop.signal,
    listener,
  });
  live.clear();
  const reported = await reportBackfill(platform, { project: name, actor, items, ended });
  if (!reported.ok) {
    const { message } = reported.error;
    context.errors.line(context.errors.style.yellow(`Nobody was notified: ${message}.`));
  }
  if (!done.ok) return failed(fromPlatform(done.error));
  const left = toRun - done.value.succeeded - done.value.failed;
  if (flags.json) printJson(context, "backfill-end", backfillEndDocument(done.value, left));
  else {
    const sum = renderBackfillSum(done.value, left, command, style);
    const deliveries = reported.ok ? reported.value : [];
    context.out.lines([
      "",
      ...sum,
      ...renderDeliveries(deliveries, environment, surroundingsOf(context)),
    ]);
  }
  if (stop.signal.aborted && left > 0) return ok("interrupted");
  return ok(done.value.failed > 0 ? "failed" : "ok");
}

function offsetIn(timezone: string): UtcOffset {
  const zone = zoneOf(timezone);
  return (at) => (zone.localOf(at) - at) / 60_000;
}

function printEvent(context: CliContext, event: BackfillEvent): void {
  if (event.kind === "begun") {
    printJson(context, "backfill-begun", backfillBegunDocument(event));
  } else {
    printJson(context, "backfill-ended", backfillEndedDocument(event));
  }
}
