import { projectName } from "../../../core/ids.ts";
import { ok } from "../../../core/result.ts";
import { isEmptyPlan } from "../../../platform/plan.ts";
import type { ActionOf } from "../definition.ts";
import { appliedDocument } from "../../../app/deploy/applied-document.ts";
import { applyPlan } from "./apply.ts";
import { failed, fromPlatform } from "../../../app/failure.ts";
import { printJson } from "../../terminal/json-output.ts";
import { renderPlan } from "../../render/plan.ts";
import { wrap } from "../../render/text.ts";
import type { rollbackCommand } from "./rollback-command.ts";
import { surroundingsOf } from "../../terminal/surroundings.ts";
import { withRole } from "../../../app/roles.ts";

const needed = (project: string) =>
  ({
    role: "rollbacks",
    lacking: (environment: string) => ({
      message: `releases are not rolled back in ${environment}: it is on this machine`,
      help: `Check out the commit that you want, and \`esteira deploy ${project}\`.`,
    }),
  }) as const;

export const rollback: ActionOf<typeof rollbackCommand> = async (context, flags, project) =>
  withRole(context, flags.env, needed(project), async (rollbacks, { platform }) => {
    const { out } = context;
    const planned = await rollbacks.plan(projectName(project), {
      ...(flags.to === undefined ? {} : { to: flags.to }),
      ...(flags.reason === undefined ? {} : { reason: flags.reason }),
    });
    if (!planned.ok) return failed(fromPlatform(planned.error));
    const plan = planned.value;
    if (isEmptyPlan(plan)) {
      const projects = [{ project, outcome: "unchanged" as const }];
      if (flags.json) printJson(context, "applied", appliedDocument(plan, { projects }));
      else out.line(`${out.style.green("✓")} ${project} is that release already.`);
      return ok("ok");
    }
    if (!flags.json) out.lines([...renderPlan(plan, surroundingsOf(context)), ""]);
    const applied = await applyPlan(context, platform, plan, [], {
      json: flags.json === true,
      verbose: false,
      words: { changed: "rolled back", unchanged: "nothing to change", sum: "rolled back in" },
    });
    if (applied.ok && applied.value === "ok" && !flags.json) {
      const hold = `Deploys leave ${project} alone now, until it is another release than the one that was left behind.`;
      out.lines(wrap(hold, out.wrapAt()).map((line) => out.style.dim(line)));
    }
    return applied;
  });
