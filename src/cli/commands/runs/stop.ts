import { runId } from "../../../core/ids.ts";
import { ok } from "../../../core/result.ts";
import type { ActionOf } from "../definition.ts";
import { failed, fromPlatform, refused } from "../../../app/failure.ts";
import type { stopCommand } from "./stop-command.ts";
import { suggestion } from "../../../app/names.ts";
import { runLook } from "../../render/status.ts";
import { stoppedDocument } from "../../../app/runs/run-document.ts";
import { findRun } from "../../../app/runs/run-reference.ts";
import { withPlatform } from "../../../app/workspace.ts";
import { printJson } from "../../terminal/json-output.ts";

export const stop: ActionOf<typeof stopCommand> = async (context, flags, reference) =>
  withPlatform(context, flags.env, async ({ platform, projectNames, environment, actor }) => {
    const found = await findRun(platform, reference, projectNames);
    if (!found.ok) return found;
    const { run, status } = found.value;
    if (status !== "RUNNING" && status !== "PENDING_REDRIVE") {
      const { word } = runLook(found.value, context.out.style);
      const how = word === "aborted" || word === "skipped" ? `was ${word}` : word;
      return refused(`${run} has ended already: it ${how}`, "There is nothing to stop.");
    }
    const stopped = await platform.stop(runId(run), actor);
    if (!stopped.ok) return failed(fromPlatform(stopped.error));
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
