import { projectName, type ProjectName } from "../../../core/ids.ts";
import { ok, type Result } from "../../../core/result.ts";
import { zoneOf } from "../../../schedule/zone-time.ts";
import { type BackfillEvent, type BackfillItem, runBackfill } from "../../../platform/backfill.ts";
import type { ActionOf } from "../definition.ts";
import { confirm } from "../../terminal/confirm.ts";
import type { CliContext } from "../../terminal/context.ts";
import {
  backfillBegunDocument,
  backfillEndDocument,
  backfillEndedDocument,
  backfillPlanDocument,
} from "../../../app/schedules/backfill-documents.ts";
import { plannedBackfill } from "../../../app/schedules/backfill-plan.ts";
import { reportBackfill } from "../../../app/schedules/backfill-report.ts";
import { exitCodes, type Exit } from "../../../app/exit-codes.ts";
import { failed, fromPlatform, type Failure } from "../../../app/failure.ts";
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
import { carryDownstream, type Carried, downstreamProjects } from "./backfill-downstream.ts";
import type { backfillCommand, BackfillFlags } from "./backfill-command.ts";
import { withPlatform, type PlatformSession } from "../../../app/workspace.ts";

export const backfill: ActionOf<typeof backfillCommand> = async (context, flags, project) =>
  withPlatform(context, flags.env, async (session) => {
    const { environment } = session;
    const planned = await plannedBackfill(session, project, flags, context.clock.now());
    if (!planned.ok) return planned;
    const { timezone, items } = planned.value;
    const name = projectName(project);
    const downstream = await downstreamProjects(session, name, flags.withDownstream === true);
    if (!downstream.ok) return downstream;
    const then = downstream.value.map((one) => one.project);
    const look = { style: context.out.style, offset: offsetIn(timezone) };
    showPlan(context, flags, items, { project, environment, timezone });
    if (then.length > 0 && !flags.json) context.out.lines([`Then ${then.join(", ")}.`, ""]);
    const command = suggestion(
      environment,
      "backfill",
      project,
      `--from ${flags.from}`,
      `--to ${flags.to}`,
      ...(flags.withDownstream === true ? ["--with-downstream"] : []),
    );
    const toRun = items.filter(({ state }) => state !== "succeeded").length;
    if (toRun === 0 && then.length === 0) return nothingToDo(context, flags);
    if (!flags.yes) {
      const others = then.length === 0 ? "" : `, and of what follows it`;
      const question = `Start ${count(toRun, "run")} of ${project}${others} in ${environment}, ${flags.maxActive} at a time?`;
      const agreed = await confirm(context, question, command, "starts runs");
      if (!agreed.ok) return agreed;
    }
    const first = await carryOut(context, session, { flags, name, items, command, look });
    if (!first.ok) return first;
    const carried = { ...first.value, project: name };
    return carryDownstream(session, carried, downstream.value, (one, own) => {
      if (!flags.json) context.out.line("");
      showPlan(context, flags, own, { ...one, environment });
      const looking = { style: context.out.style, offset: offsetIn(one.timezone) };
      const work = { flags, name: one.project, items: own, command, look: looking };
      return carryOut(context, session, work);
    });
  });

function showPlan(
  context: CliContext,
  flags: BackfillFlags,
  items: readonly BackfillItem[],
  subject: { readonly project: string; readonly environment: string; readonly timezone: string },
): void {
  if (flags.json) {
    const { project, environment, timezone } = subject;
    const about = { project, environment, timezone };
    printJson(context, "backfill-plan", backfillPlanDocument(about, items));
    return;
  }
  const look = { style: context.out.style, offset: offsetIn(subject.timezone) };
  context.out.lines([...renderBackfillPlan(items, subject, look), ""]);
}

function nothingToDo(context: CliContext, flags: BackfillFlags): Result<Exit, Failure> {
  if (flags.json)
    printJson(context, "backfill-end", backfillEndDocument({ succeeded: 0, failed: 0 }, 0));
  else context.out.line(context.out.style.green("✓ Nothing to do: all of them have succeeded."));
  return ok("ok");
}

interface Work {
  readonly flags: BackfillFlags;
  readonly name: ProjectName;
  readonly items: readonly BackfillItem[];
  readonly command: string;
  readonly look: Parameters<typeof backfillLine>[2];
}

async function carryOut(
  context: CliContext,
  { platform, environment, actor }: PlatformSession,
  { flags, name, items, command, look }: Work,
): Promise<Result<Carried, Failure>> {
  const toRun = items.filter(({ state }) => state !== "succeeded").length;
  const before = items.flatMap(({ at, state }) => (state === "succeeded" ? at : []));
  if (toRun === 0) {
    const said = nothingToDo(context, flags);
    return said.ok ? ok({ exit: said.value, succeeded: before }) : said;
  }
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
  const now = ended.flatMap(({ at, run }) => (run.status === "SUCCEEDED" ? at : []));
  const succeeded = [...before, ...now];
  if (stop.signal.aborted && left > 0) return ok({ exit: "interrupted", succeeded });
  return ok({ exit: done.value.failed > 0 ? "failed" : "ok", succeeded });
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
