import { ok } from "../../../core/result.ts";
import type { ActionOf } from "../definition.ts";
import { notFound, failed, fromPlatform } from "../../../app/failure.ts";
import { runId } from "../../../core/ids.ts";
import { follow } from "./follow.ts";
import { readRun } from "../../../app/runs/read-run.ts";
import { whyNoLines } from "../../render/no-lines.ts";
import { renderOutcome } from "../../render/run.ts";
import { surroundingsOf } from "../../terminal/surroundings.ts";
import type { logsCommand } from "./logs-command.ts";
import { liveOn } from "../../terminal/live.ts";
import { stepWords, suggestName } from "../../../app/names.ts";
import { findRun } from "../../../app/runs/run-reference.ts";
import { withPlatform } from "../../../app/workspace.ts";

export const logs: ActionOf<typeof logsCommand> = async (context, flags, reference) =>
  withPlatform(context, flags.env, async ({ platform, projectNames }) => {
    const found = await findRun(platform, reference, projectNames);
    if (!found.ok) return found;
    const { run } = found.value;
    if (flags.step !== undefined) {
      const release = await platform.releaseOf(runId(run));
      if (!release.ok) return failed(fromPlatform(release.error));
      const steps = release.value.steps.map(({ id }) => id as string);
      if (!steps.includes(flags.step)) {
        return notFound(
          `${run} has no step ${flags.step}`,
          suggestName(flags.step, steps, stepWords),
        );
      }
    }
    const shown = await follow(context, platform, run, {
      json: flags.json === true,
      filter: flags.step === undefined ? {} : { step: flags.step },
      states: flags.follow === true,
      untilEnd: flags.follow === true,
      untilReader: true,
      live: liveOn(context.out),
      since: 0,
    });
    if (!shown.ok) return shown;
    if (shown.value.lines === 0 && flags.json !== true) {
      const { style } = context.errors;
      context.errors.line(style.dim(whyNoLines(run, shown.value.view, flags.step)));
    }
    if (flags.follow === true && flags.json !== true) {
      const summary = await platform.run(runId(run));
      if (!summary.ok) return failed(fromPlatform(summary.error));
      const reading = await readRun(platform, summary.value, context.clock.now());
      if (!reading.ok) return reading;
      context.out.lines(["", ...renderOutcome(reading.value, surroundingsOf(context))]);
    }
    return ok("ok");
  });
