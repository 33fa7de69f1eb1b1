import { runId } from "../../core/ids.ts";
import { ok } from "../../core/result.ts";
import type { Action } from "../action.ts";
import { failed, fromPlatform } from "../failure.ts";
import { followToTheEnd } from "../followed-run.ts";
import { suggestion } from "../render/run.ts";
import type { ResumeFlags } from "../routes-runs.ts";
import { findRun } from "../run-reference.ts";
import { withCapable } from "../workspace.ts";
import { printJson } from "../json-output.ts";

export const resume: Action<ResumeFlags, [string]> = async (context, flags, reference) =>
  withCapable(
    context,
    flags.env,
    { capability: "resume", what: "resume runs" },
    async ({ platform, projectNames, environment, region }) => {
      const found = await findRun(platform, reference, projectNames);
      if (!found.ok) return found;
      const since = context.clock.now();
      const resumed = await platform.resume(runId(found.value.run), {
        mode: flags.detach ? "detach" : "follow",
        actor: context.actor,
      });
      if (!resumed.ok) return failed(fromPlatform(resumed.error));
      const id = resumed.value;
      const { style } = context.out;
      if (flags.detach) {
        if (flags.json) {
          printJson(context, { run: id, project: found.value.project, environment });
        } else {
          context.out.lines([
            `${style.cyan("▸")} ${id} goes on.`,
            `  ${style.dim("$")} ${suggestion(environment, "logs", id, "--follow")}`,
          ]);
        }
        return ok("ok");
      }
      if (!flags.json) {
        const { project, version } = found.value;
        context.out.lines([
          style.bold(`${project} ${version} · ${environment} · ${id}`),
          style.dim("Goes on after the last finished step."),
          "",
        ]);
      }
      return followToTheEnd(context, platform, id, {
        json: flags.json === true,
        since,
        region,
      });
    },
  );
