import { projectName } from "../../core/ids.ts";
import { ok } from "../../core/result.ts";
import type { Action } from "../action.ts";
import { applyPlan } from "../apply.ts";
import { confirm } from "../confirm.ts";
import { failed, fromPlatform, notFound } from "../failure.ts";
import { renderPlan } from "../render/plan.ts";
import { suggestion } from "../render/run.ts";
import { count } from "../render/text.ts";
import type { DestroyFlags } from "../routes-deploy.ts";
import { around } from "../surroundings.ts";
import { withPlatform } from "../workspace.ts";
import { printJson } from "../json-output.ts";

export const destroy: Action<DestroyFlags, readonly string[]> = async (context, flags, ...names) =>
  withPlatform(context, flags.env, async ({ platform, environment }) => {
    const deployed = await platform.listDeployed();
    if (!deployed.ok) return failed(fromPlatform(deployed.error));
    const existing = deployed.value.map(({ release }) => release.project as string);
    const unknown = names.filter((name) => !existing.includes(name));
    if (unknown.length > 0) {
      return notFound(
        `${unknown.join(", ")} ${unknown.length === 1 ? "is" : "are"} not deployed to ${environment}`,
        existing.length === 0 ? "Nothing is." : `Deployed there: ${existing.join(", ")}.`,
      );
    }
    const chosen = names.length === 0 ? existing : names;
    if (chosen.length === 0) {
      const nothing = { environment, plan: null, projects: [], durationMs: 0 };
      if (flags.json) printJson(context, nothing);
      else context.out.line(`Nothing is deployed to ${environment}.`);
      return ok("ok");
    }
    const planned = await platform.planDestroy(chosen.map(projectName));
    if (!planned.ok) return failed(fromPlatform(planned.error));
    if (!flags.json) context.out.lines([...renderPlan(planned.value, around(context)), ""]);
    if (!flags.yes) {
      const command = suggestion(environment, "destroy", ...names);
      const question = `Remove ${count(chosen.length, "project")} from ${environment}?`;
      const agreed = await confirm(context, question, command);
      if (!agreed.ok) return agreed;
    }
    return applyPlan(context, platform, planned.value, [], {
      json: flags.json === true,
      verbose: false,
      words: { changed: "removed", unchanged: "nothing to remove", sum: "removed from" },
    });
  });
