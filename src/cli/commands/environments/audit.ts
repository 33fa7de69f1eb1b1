import { ok } from "../../../core/result.ts";
import type { ActionOf } from "../definition.ts";
import { auditDocument, readAudit } from "../../../app/audit.ts";
import { printJson } from "../../terminal/json-output.ts";
import { renderAudit } from "../../render/audit.ts";
import type { auditCommand } from "./audit-command.ts";
import { surroundingsOf } from "../../terminal/surroundings.ts";
import { withPlatform } from "../../../app/workspace.ts";

export const audit: ActionOf<typeof auditCommand> = async (context, flags, project) =>
  withPlatform(context, flags.env, async ({ platform, environment }) => {
    const found = await readAudit(platform, { project, limit: flags.limit });
    if (!found.ok) return found;
    const { entries, more } = found.value;
    if (flags.json) {
      printJson(context, "audit", auditDocument(environment, found.value));
    } else if (entries.length === 0) {
      const what = project === undefined ? "Nothing" : `Nothing about ${project}`;
      context.out.line(`${what} is in the audit trail of ${environment}.`);
    } else {
      context.out.lines(renderAudit(entries, surroundingsOf(context)));
      if (more) context.out.line(context.out.style.dim(`Older ones: --limit ${flags.limit * 5}`));
    }
    return ok("ok");
  });
