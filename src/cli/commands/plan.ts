import { ok } from "../../core/result.ts";
import type { Action } from "../action.ts";
import { renderPlan } from "../render/plan.ts";
import type { PlanFlags } from "../routes-deploy.ts";
import { planDeploy } from "../planned-deploy.ts";
import { around } from "../surroundings.ts";
import { printJson } from "../json-output.ts";

export const plan: Action<PlanFlags, readonly string[]> = async (context, flags, ...names) =>
  planDeploy(context, flags, names, async ({ plan }) => {
    if (flags.json) printJson(context, plan);
    else context.out.lines(renderPlan(plan, around(context)));
    return ok("ok");
  });
