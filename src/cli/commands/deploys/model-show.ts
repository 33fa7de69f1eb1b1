import { modelShowDocument } from "../../../app/deploy/model-documents.ts";
import { withModel } from "../../../app/deploy/model-session.ts";
import { modelStanding } from "../../../app/deploy/model-standing.ts";
import { deployedModel } from "../../../app/deploy/deployed-model.ts";
import { ok } from "../../../core/result.ts";
import { renderModel } from "../../render/models.ts";
import { printJson } from "../../terminal/json-output.ts";
import { noticesTo } from "../../terminal/notices.ts";
import { surroundingsOf } from "../../terminal/surroundings.ts";
import type { ActionOf } from "../definition.ts";
import type { modelShowCommand } from "./model-show-command.ts";

export const show: ActionOf<typeof modelShowCommand> = async (context, flags, name) =>
  withModel(context, flags.env, name, noticesTo(context, flags.json), async (session) => {
    const standing = await modelStanding(session);
    if (!standing.ok) return standing;
    const now = await deployedModel(context, session);
    if (flags.json) {
      printJson(context, "model-show", modelShowDocument(session, standing.value, now));
    } else {
      const gate = session.environment.mlflow?.gate ?? "off";
      context.out.lines(
        renderModel({ ...standing.value, gate, deployed: now }, surroundingsOf(context)),
      );
    }
    return ok("ok");
  });
