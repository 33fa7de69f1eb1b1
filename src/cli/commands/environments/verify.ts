import { noticesTo } from "../../terminal/notices.ts";
import { ok } from "../../../core/result.ts";
import type { ActionOf } from "../definition.ts";
import { failed, fromPlatform } from "../../../app/failure.ts";
import type { CliContext } from "../../terminal/context.ts";
import type { verifyCommand } from "./verify-command.ts";
import { printJson } from "../../terminal/json-output.ts";
import { withReleases } from "../../../app/deploy/planned-deploy.ts";
import { renderChecks } from "../../render/checks.ts";
import { roleOf } from "../../../app/roles.ts";
import { surroundingsOf } from "../../terminal/surroundings.ts";
import { verifyDocument } from "../../../app/verify-document.ts";
import { layerNeeds, type LayerNeeds } from "../../../app/deploy/layer-needs.ts";
import { findWorkspace } from "../../../app/workspace.ts";

export const verify: ActionOf<typeof verifyCommand> = async (context, flags, ...names) =>
  withReleases(context, flags.env, names, noticesTo(context, flags.json), async (session) => {
    const { releases, environment } = session;
    const verification = roleOf(session, "verification", (environment) => ({
      message: `there is no account to check in ${environment}: it is on this machine`,
      help: "`esteira validate` checks the projects, and `esteira plan` says what a deploy would do here.",
    }));
    if (!verification.ok) return verification;
    const checked = await verification.value.verify(releases, await needsOf(context, environment));
    if (!checked.ok) return failed(fromPlatform(checked.error));
    const checks = checked.value;
    if (flags.json) printJson(context, "verify", verifyDocument(environment, checks));
    else context.out.lines(renderChecks(checks, environment, surroundingsOf(context)));
    return ok(checks.some(({ outcome }) => outcome === "failed") ? "failed" : "ok");
  });

/**
 * Of all projects, whichever were named: bootstrap has made the pipelines' role for all of them.
 */
async function needsOf(context: CliContext, environment: string): Promise<Partial<LayerNeeds>> {
  const root = await findWorkspace(context);
  return root.ok ? layerNeeds(root.value, environment) : {};
}
