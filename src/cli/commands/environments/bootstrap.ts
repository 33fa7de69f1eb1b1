import { applyBootstrap, baseLayer, planBootstrap } from "../../../aws/bootstrap/bootstrap.ts";
import { err, ok } from "../../../core/result.ts";
import { isEmptyPlan } from "../../../platform/plan.ts";
import { openAwsEnvironment } from "../../../app/account.ts";
import type { ActionOf } from "../definition.ts";
import { baseLayerDocument } from "../../../app/deploy/applied-document.ts";
import { applyPlan } from "../deploys/apply.ts";
import { confirm } from "../../terminal/confirm.ts";
import { failed, fromPlatform } from "../../../app/failure.ts";
import { printJson } from "../../terminal/json-output.ts";
import { commitOf, openAccount } from "../../../app/open-aws.ts";
import { renderPlan } from "../../render/plan.ts";
import { suggestion } from "../../../app/names.ts";
import type { bootstrapCommand } from "./bootstrap-command.ts";
import { surroundingsOf } from "../../terminal/surroundings.ts";
import { layerNeeds } from "../../../app/deploy/layer-needs.ts";

export const bootstrap: ActionOf<typeof bootstrapCommand> = async (context, flags) => {
  const opened = await openAwsEnvironment(context, flags.env, "bootstrap");
  if (!opened.ok) return opened;
  const { environment, workspace, root } = opened.value;
  const account = await openAccount(context, workspace, environment);
  if (!account.ok) return failed(fromPlatform(account.error));
  const needs = await layerNeeds(root, environment.name);
  const planned = await planBootstrap(account.value, { adopt: flags.adopt === true, ...needs });
  if (!planned.ok) return failed(fromPlatform(planned.error));
  const { plan, refused } = planned.value;
  const { out } = context;
  const [first] = refused;
  if (isEmptyPlan(plan) && first === undefined) {
    if (flags.json) printJson(context, "base-layer", baseLayerDocument(plan));
    else
      out.line(
        `${out.style.green("✓")} ${environment.name} has its base layer: nothing to change.`,
      );
    return ok("ok");
  }
  if (!flags.json)
    out.lines([
      ...renderPlan(plan, { ...surroundingsOf(context), where: "in the base layer" }),
      "",
    ]);
  if (first !== undefined) return failed(fromPlatform(first));
  if (!flags.yes) {
    const command = suggestion(environment.name, "bootstrap", ...(flags.adopt ? ["--adopt"] : []));
    const agreed = await confirm(
      context,
      `Make this in account ${environment.accountId}, ${environment.region}?`,
      command,
      "changes the account's roles and network",
    );
    if (!agreed.ok) return agreed;
  }
  const commit = await commitOf(context, root);
  return applyPlan(
    context,
    {
      actor: account.value.actor,
      apply: async (_plan, _releases, options) => {
        const begin = context.clock.now();
        const { listener } = options;
        listener({ kind: "project-started", project: baseLayer });
        const done = await applyBootstrap(account.value, planned.value, {
          ...options,
          ...(commit === undefined ? {} : { commit }),
        });
        if (!done.ok && done.error.reason === "interrupted") return err(done.error);
        const outcome = done.ok ? "changed" : "failed";
        const durationMs = context.clock.now() - begin;
        listener({ kind: "project-finished", project: baseLayer, outcome, durationMs });
        return ok({
          projects: [{ project: baseLayer, outcome, ...(done.ok ? {} : { error: done.error }) }],
        });
      },
    },
    plan,
    [],
    {
      json: flags.json === true,
      verbose: false,
      words: {
        changed: "made",
        unchanged: "nothing to change",
        sum: "made in",
        noun: "base layer",
      },
    },
  );
};
