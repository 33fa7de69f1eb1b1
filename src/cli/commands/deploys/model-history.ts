import { projectName } from "../../../core/ids.ts";
import { ok } from "../../../core/result.ts";
import { readAudit } from "../../../app/audit.ts";
import { modelHistory, modelHistoryDocument } from "../../../app/deploy/model-history.ts";
import { failed, fromPlatform, notFound } from "../../../app/failure.ts";
import { suggestion } from "../../../app/names.ts";
import { withPlatform } from "../../../app/workspace.ts";
import { renderModelHistory } from "../../render/model-history.ts";
import { printJson } from "../../terminal/json-output.ts";
import { surroundingsOf } from "../../terminal/surroundings.ts";
import type { ActionOf } from "../definition.ts";
import type { modelHistoryCommand } from "./model-history-command.ts";

/** Runs and entries of the audit trail that are looked at. */
const most = 500;

export const history: ActionOf<typeof modelHistoryCommand> = async (context, flags, name) =>
  withPlatform(context, flags.env, async ({ platform, environment }) => {
    const project = projectName(name);
    const [audit, releases, runs] = await Promise.all([
      readAudit(platform, { project: name, limit: most }),
      platform.releases(project),
      platform.runs({ project }, { limit: most }),
    ]);
    if (!audit.ok) return audit;
    if (!releases.ok) return failed(fromPlatform(releases.error));
    if (!runs.ok) return failed(fromPlatform(runs.error));
    const events = modelHistory(audit.value.entries, releases.value, runs.value.items);
    if (events.length === 0) {
      return notFound(
        `nothing is known of a model of ${name} in ${environment}: it was never deployed there`,
        `\`${suggestion(environment, "deploy", name)}\` does that.`,
      );
    }
    if (flags.json) {
      printJson(context, "model-history", modelHistoryDocument(environment, name, events));
    } else {
      context.out.lines(renderModelHistory(events, surroundingsOf(context)));
    }
    return ok("ok");
  });
