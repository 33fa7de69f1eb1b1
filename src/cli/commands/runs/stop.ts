import { ok } from "../../../core/result.ts";
import type { ActionOf } from "../definition.ts";
import type { stopCommand } from "./stop-command.ts";
import { suggestion } from "../../../app/names.ts";
import { stoppedDocument } from "../../../app/runs/run-document.ts";
import { stopRun } from "../../../app/runs/stop-run.ts";
import { findRun } from "../../../app/runs/run-reference.ts";
import { withPlatform } from "../../../app/workspace.ts";
import { printJson } from "../../terminal/json-output.ts";

export const stop: ActionOf<typeof stopCommand> = async (context, flags, reference) =>
  withPlatform(context, flags.env, async ({ platform, projectNames, environment, actor }) => {
    const found = await findRun(platform, reference, projectNames);
    if (!found.ok) return found;
    const { run } = found.value;
    const stopped = await stopRun(platform, found.value, actor);
    if (!stopped.ok) return stopped;
    if (flags.json) {
      printJson(context, "stopped", stoppedDocument(run));
    } else {
      const { style } = context.out;
      context.out.lines([
        `${style.yellow("■")} ${run} is stopped. Finished steps are kept.`,
        `  ${style.dim("$")} ${suggestion(environment, "resume", run)}`,
      ]);
    }
    return ok("ok");
  });
