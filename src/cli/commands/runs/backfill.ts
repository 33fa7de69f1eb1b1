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
import type { backfillCommand, BackfillFlags } from "./backfill-command.ts";
import { withPlatform, type PlatformSession } from "../../../app/workspace.ts";

export const backfill: ActionOf<typeof backfillCommand> = async (context, flags, project) =>
  withPlatform(context, flags.env, async (session) => {
    const { environment } = session;
    const planned = await plannedBackfill(session, project, flags, context.clock.now());
    if (!planned.ok) return planned;
    const { timezone, items } = planned.value;
    const name = projectName(project);
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
