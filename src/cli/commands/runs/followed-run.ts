import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

import type { RunId } from "../../../core/ids.ts";
import { ok, type Err, type Result } from "../../../core/result.ts";
import type { Delivery } from "../../../runs/delivery.ts";
import type { CliContext } from "../../terminal/context.ts";
import { costOf } from "../../../platform/run-cost.ts";
import { exitCodes, type Exit } from "../../../app/exit-codes.ts";
import { failed, fromPlatform, type Failure } from "../../../app/failure.ts";
import { follow } from "./follow.ts";
import { interruptible } from "../../terminal/interrupt.ts";
import { liveOn } from "../../terminal/live.ts";
import { readRun } from "../../../app/runs/read-run.ts";
import { renderOutcome, renderSteps } from "../../render/run.ts";
import { suggestion } from "../../../app/names.ts";
import { renderDeliveries } from "../../render/deliveries.ts";
import { runEndDocument } from "../../../app/runs/run-document.ts";
import { wrap } from "../../render/text.ts";
import { surroundingsOf } from "../../terminal/surroundings.ts";
import { printJson } from "../../terminal/json-output.ts";
import type { Platform } from "../../../platform/port.ts";

/**
 * Follows a run that this process has started, and ends with its steps and how it went. The first
 * Ctrl-C stops the run, the second leaves it where it is.
 *
 * @param options `since`: what happened before isn't shown again, milliseconds since the epoch;
 *   `region`: of AWS, for what it cost
 */
export async function followToTheEnd(
  context: CliContext,
  platform: Platform,
  id: RunId,
  options: {
    readonly json: boolean;
    readonly since: number;
    readonly region: string | undefined;
  },
): Promise<Result<Exit, Failure>> {
  const { style } = context.errors;
  const live = liveOn(context.out);
  // A terminal has shown `^C` where our line is to begin.
  const overEcho = context.errors.live ? "\r\u001B[K" : "";
  const say = (line: string): void => {
    if (context.out.live) live.print([line]);
    else context.errors.line(`${overEcho}${line}`);
  };
  let stopping: Promise<unknown> | undefined;
  using _interrupts = interruptible(context, {
    first: () => {
      say(style.yellow("Stopping: the steps get a moment to end. Ctrl-C again leaves at once."));
      stopping = platform.stop(id, platform.actor ?? context.actor);
    },
    second: () => {
      live.clear();
      const driven = platform.driver !== undefined;
      context.errors.lines([
        overEcho +
          style.yellow(
            platform.kind === "local"
              ? "Left. `esteira runs` shows the state of the run; to resume it:"
              : "Left. AWS was asked to stop the run; to see its state:",
          ),
        `  $ ${suggestion(platform.environment, driven ? "resume" : "status", id)}`,
      ]);
      context.leave(exitCodes.interrupted.code);
    },
  });
  const followed = await Promise.race([
    follow(context, platform, id, {
      json: options.json,
      filter: {},
      states: true,
      untilEnd: true,
      untilReader: false,
      live,
      since: options.since,
    }),
    brokenDrive(platform, id),
  ]);
  if (!followed.ok) return followed;
  await stopping;
  const summary = await platform.run(id);
  if (!summary.ok) return failed(fromPlatform(summary.error));
  // Programs get one document at the end, with all that there is to say; people needn't wait for
  // mail to see how it went.
  if (options.json) await platform.outbox?.sendDue();
  const reading = await readRun(platform, summary.value, context.clock.now());
  if (!reading.ok) return reading;
  const { run, view, release, deliveries, hold } = reading.value;
  const before = await platform.startedBefore(run);
  // Who may run a project and see no more of those that follow it is not shown that.
  const earlier = before.ok ? before.value : [];
  if (options.json) {
    const cost = await costOf(release, view, options.region, context.clock.now());
    printJson(context, "run-end", runEndDocument(reading.value, cost, earlier));
  } else {
    const surroundings = surroundingsOf(context);
    const to = run.endedAt ?? surroundings.now;
    context.out.lines([
      "",
      ...renderSteps(view.steps, { ...surroundings, from: run.startedAt, to }),
      "",
      ...renderOutcome(reading.value, surroundings),
      ...(run.status !== "SUCCEEDED" || run.skipped || isEmptyFolder(run.artifacts)
        ? []
        : [`  ${surroundings.style.dim("What it left:")} ${run.artifacts}`]),
      ...earlier.flatMap((following) =>
        wrap(`· It starts nothing: ${following} was started before.`, surroundings.width).map(
          surroundings.style.dim,
        ),
      ),
    ]);
    if (deliveries.some(canBeNotified)) await showDeliveries(context, platform, id);
  }
  if (hold !== undefined) await platform.heldSteps?.watch(id);
  if (run.status === "SUCCEEDED") return ok("ok");
  return ok(stopping === undefined ? "failed" : "interrupted");
}

/** A folder of this machine in which nothing is: a run that left nothing has no place to name. */
function isEmptyFolder(uri: string): boolean {
  if (!uri.startsWith("file:")) return false;
  try {
    return readdirSync(fileURLToPath(uri)).length === 0;
  } catch {
    return false;
  }
}

/**
 * That an environment has no mail transport is not news of this run: `status` and `doctor` say so.
 */
function canBeNotified({ state }: Delivery): boolean {
  return state !== "untold";
}

/** Says who was notified, once that was tried. */
async function showDeliveries(context: CliContext, platform: Platform, id: RunId): Promise<void> {
  const tried = await platform.outbox?.sendDue();
  const deliveries = await platform.deliveries.ofRun(id);
  if (!deliveries.ok || tried?.ok !== true) return;
  const lines = renderDeliveries(
    deliveries.value.filter(canBeNotified),
    platform.environment,
    surroundingsOf(context),
  );
  const waits = deliveries.value.some(({ state }) => state === "waiting");
  context.out.lines([
    ...lines,
    ...(waits
      ? [`  ${context.out.style.dim("$")} ${suggestion(platform.environment, "notify", "retry")}`]
      : []),
  ]);
}

/**
 * Resolves, or throws, only when this process can't drive the run any more: its store is gone, for
 * instance.
 */
async function brokenDrive(platform: Platform, id: RunId): Promise<Err<Failure>> {
  const settled = await platform.driver?.settled(id);
  if (settled?.ok === false) return failed(fromPlatform(settled.error));
  return new Promise(() => undefined);
}
