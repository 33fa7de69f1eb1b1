import { ok } from "../../../core/result.ts";
import type { ActionOf } from "../definition.ts";
import type { stopCommand } from "./stop-command.ts";
import { suggestion } from "../../../app/names.ts";
import { stoppedDocument } from "../../../app/runs/run-document.ts";
import { endHold, stopRun } from "../../../app/runs/stop-run.ts";
import { findRun } from "../../../app/runs/run-reference.ts";
import { withPlatform } from "../../../app/workspace.ts";
import { printJson } from "../../terminal/json-output.ts";

export const stop: ActionOf<typeof stopCommand> = async (context, flags, reference) =>
  withPlatform(context, flags.env, async ({ platform, projectNames, environment, actor }) => {
    const found = await findRun(platform, reference, projectNames);
    if (!found.ok) return found;
    const { run } = found.value;
    const ended = await endHold(platform, found.value, actor);
    if (!ended.ok) return ended;
    if (ended.value) {
      if (flags.json) printJson(context, "stopped", stoppedDocument(found.value));
      else context.out.line(`What ${run} held of its failed steps is given up.`);
      return ok("ok");
    }
    const stopped = await stopRun(platform, found.value, actor);
    if (!stopped.ok) return stopped;
    if (flags.json) {
      printJson(context, "stopped", stoppedDocument({ run, status: "ABORTED" }));
    } else {
      const { style } = context.out;
      context.out.lines([
        `${style.yellow("■")} ${run} is stopped. Finished steps are kept.`,
        `  ${style.dim("$")} ${suggestion(environment, "resume", run)}`,
      ]);
    }
    return ok("ok");
  });
