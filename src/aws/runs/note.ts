import type { JsonObject } from "../../core/json.ts";
import { appendAudit } from "../bucket/audit-trail.ts";
import type { RunsSession } from "./runs-session.ts";

/**
 * Adds to the audit trail what was done to a run. It is done by then and can't be taken back, so an
 * entry that can't be written is not a failure of it: who started a run is in its input, and who
 * stopped it in its history.
 */
export async function note(
  { context, store, commit }: RunsSession,
  entry: {
    readonly action: "start" | "stop" | "resume";
    readonly actor: string;
    readonly project: string;
    readonly run: string;
    readonly details?: JsonObject;
  },
): Promise<void> {
  const { action, actor, project, run, details } = entry;
  await appendAudit(
    store,
    {
      schema: 1,
      at: context.timing.now(),
      actor,
      action,
      project,
      subject: run,
      ...(commit === undefined ? {} : { commit }),
      summary: {},
      outcome: "succeeded",
      ...(details === undefined ? {} : { details }),
    },
    context.timing,
  );
}
