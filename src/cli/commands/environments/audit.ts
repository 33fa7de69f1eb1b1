import { ok } from "../../../core/result.ts";
import type { AuditRecord } from "../../../platform/records.ts";
import type { ActionOf } from "../definition.ts";
import { failed, fromPlatform } from "../../../app/failure.ts";
import { printJson } from "../../terminal/json-output.ts";
import { renderAudit } from "../../render/audit.ts";
import type { auditCommand } from "./audit-command.ts";
import { surroundingsOf } from "../../terminal/surroundings.ts";
import { withPlatform } from "../../../app/workspace.ts";

/** How far back one project's entries are looked for. */
const searched = 5000;

export const audit: ActionOf<typeof auditCommand> = async (context, flags, project) =>
  withPlatform(context, flags.env, async ({ platform, environment }) => {
    const entries: AuditRecord[] = [];
    let cursor: string | undefined;
    let seen = 0;
    do {
      const limit = project === undefined ? flags.limit : Math.max(100, flags.limit);
      const page = await platform.audit(cursor === undefined ? { limit } : { limit, cursor });
      if (!page.ok) return failed(fromPlatform(page.error));
      const { items, next } = page.value;
      entries.push(...items.filter((entry) => project === undefined || entry.project === project));
      seen += items.length;
      cursor = next;
    } while (cursor !== undefined && entries.length < flags.limit && seen < searched);
    const shown = entries.slice(0, flags.limit);
    const more = cursor !== undefined || entries.length > shown.length;
    if (flags.json) {
      printJson(context, "audit", { environment, entries: shown, more });
    } else if (shown.length === 0) {
      const what = project === undefined ? "Nothing" : `Nothing about ${project}`;
      context.out.line(`${what} is in the audit trail of ${environment}.`);
    } else {
      context.out.lines(renderAudit(shown, surroundingsOf(context)));
      if (more) context.out.line(context.out.style.dim(`Older ones: --limit ${flags.limit * 5}`));
    }
    return ok("ok");
  });
