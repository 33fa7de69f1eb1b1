import { ok } from "../../core/result.ts";
import { isEmptyPlan } from "../../platform/plan.ts";
import type { Action } from "../action.ts";
import { applyDocument, applyPlan } from "../apply.ts";
import { confirm } from "../confirm.ts";
import { planDeploy } from "../planned-deploy.ts";
import { renderPlan } from "../render/plan.ts";
import { suggestion } from "../render/run.ts";
import { count } from "../render/text.ts";
import type { DeployFlags } from "../routes-deploy.ts";
import { around } from "../surroundings.ts";
import { printJson } from "../json-output.ts";

export const deploy: Action<DeployFlags, readonly string[]> = async (context, flags, ...names) =>
  planDeploy(context, flags, names, async ({ plan, releases, platform }) => {
    const { out } = context;
    if (isEmptyPlan(plan)) {
      if (flags.json) {
        const projects = plan.projects.map(({ project, hold }) => ({
          project,
          outcome: hold === undefined ? ("unchanged" as const) : ("held" as const),
        }));
        printJson(context, applyDocument(plan, { projects }, new Map(), 0));
      } else if (
        plan.projects.some(({ hold, warnings }) => hold !== undefined || warnings.length > 0)
      ) {
        out.lines(renderPlan(plan, around(context)));
      } else {
        const projects = count(plan.projects.length, "project");
        out.line(
          `${out.style.green("✓")} ${plan.environment} is up to date: nothing to change in ${projects}.`,
        );
      }
      return ok("ok");
    }
    if (!flags.json) out.lines([...renderPlan(plan, around(context)), ""]);
    const removes = plan.projects.some(({ changes }) =>
      changes.some(({ action }) => action === "remove"),
    );
    if (removes && flags.prune && !flags.yes) {
      const command = suggestion(plan.environment, "deploy", ...names, "--prune");
      const agreed = await confirm(context, `Deploy this to ${plan.environment}?`, command);
      if (!agreed.ok) return agreed;
    }
    return applyPlan(context, platform, plan, releases, {
      json: flags.json === true,
      verbose: flags.verbose === true,
      words: { changed: "deployed", unchanged: "nothing to change", sum: "deployed to" },
    });
  });
