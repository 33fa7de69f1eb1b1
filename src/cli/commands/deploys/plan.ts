import { noticesTo } from "../../terminal/notices.ts";
import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";

import { ok, type Result } from "../../../core/result.ts";
import { isEmptyPlan } from "../../../platform/plan.ts";
import type { ActionOf } from "../definition.ts";
import type { CliContext } from "../../terminal/context.ts";
import type { Exit } from "../../../app/exit-codes.ts";
import type { Failure } from "../../../app/failure.ts";
import { printJson } from "../../terminal/json-output.ts";
import { planDeploy, type PlannedDeploy } from "../../../app/deploy/planned-deploy.ts";
import { withOutlook } from "../../../app/deploy/plan-outlook.ts";
import { renderPlan } from "../../render/plan.ts";
import { suggestion } from "../../../app/names.ts";
import type { planCommand } from "./plan-command.ts";
import { roleOf } from "../../../app/roles.ts";
import { surroundingsOf } from "../../terminal/surroundings.ts";

export const plan: ActionOf<typeof planCommand> = async (context, flags, ...names) =>
  planDeploy(context, flags, names, noticesTo(context, flags.json), async (planned) => {
    const saved = flags.out === undefined ? ok(undefined) : await save(context, planned, flags.out);
    if (!saved.ok) return saved;
    const shown = await withOutlook(planned, context.clock.now());
    if (flags.json) printJson(context, "plan", shown);
    else context.out.lines([...renderPlan(shown, surroundingsOf(context)), ...(saved.value ?? [])]);
    const changes: Exit = isEmptyPlan(planned.plan) ? "ok" : "failed";
    return ok(flags.exitCode === true ? changes : "ok");
  });

/** Writes the plan to a file; gives what to say about it. */
async function save(
  context: CliContext,
  session: PlannedDeploy,
  file: string,
): Promise<Result<readonly string[], Failure>> {
  const { plan, environment } = session;
  const savedPlans = roleOf(session, "savedPlans", (environment) => ({
    message: `plans of ${environment} can't be saved: it is on this machine`,
    help: `\`${suggestion(environment, "deploy")}\` plans and deploys in one go.`,
  }));
  if (!savedPlans.ok) return savedPlans;
  const document = savedPlans.value.save(plan);
  await writeFile(resolve(context.cwd, file), `${JSON.stringify(document, null, 2)}\n`);
  const command = suggestion(environment, "deploy", "--plan", file);
  return ok(["", `Saved as ${file}. To apply just this:`, `  $ ${command}`]);
}
