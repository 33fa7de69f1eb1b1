import { monthOf, readCosts } from "../../../app/runs/costs.ts";
import { notFound } from "../../../app/failure.ts";
import { projectWords, suggestName } from "../../../app/names.ts";
import { withPlatform } from "../../../app/workspace.ts";
import { ok } from "../../../core/result.ts";
import { renderCosts } from "../../render/costs.ts";
import { printJson } from "../../terminal/json-output.ts";
import { surroundingsOf } from "../../terminal/surroundings.ts";
import type { ActionOf } from "../definition.ts";
import type { costsCommand } from "./costs-command.ts";

export const costs: ActionOf<typeof costsCommand> = async (context, flags, project) =>
  withPlatform(context, flags.env, async ({ platform, projectNames, environment, region }) => {
    const now = context.clock.now();
    const found = await readCosts(
      platform,
      { project, month: monthOf(now, flags.month) },
      { region, now },
    );
    if (!found.ok) return found;
    const { total, unread } = found.value;
    if (total.runs + unread === 0 && project !== undefined && !projectNames.includes(project)) {
      return notFound(
        `there is no project ${project}, and nothing of that name ran in ${environment}`,
        suggestName(project, projectNames, projectWords),
      );
    }
    if (flags.json) printJson(context, "costs", found.value);
    else context.out.lines(renderCosts(found.value, surroundingsOf(context)));
    return ok("ok");
  });
