import { noticesTo } from "../../terminal/notices.ts";
import { ok } from "../../../core/result.ts";
import type { ActionOf } from "../definition.ts";
import type { modelListCommand } from "./model-list-command.ts";
import { printJson } from "../../terminal/json-output.ts";
import { modelListDocument } from "../../../app/deploy/model-documents.ts";
import { withModel } from "../../../app/deploy/model-session.ts";
import { renderVersions } from "../../render/models.ts";
import { surroundingsOf } from "../../terminal/surroundings.ts";

export const list: ActionOf<typeof modelListCommand> = async (context, flags, name) =>
  withModel(context, flags.env, name, noticesTo(context, flags.json), (session) => {
    const { project, versions } = session;
    if (flags.json) {
      printJson(context, "model-list", modelListDocument(session));
    } else if (versions.length === 0) {
      context.out.line(`The model ${project.model.name} has no version yet.`);
    } else {
      context.out.lines(renderVersions(versions, surroundingsOf(context)));
    }
    return Promise.resolve(ok("ok"));
  });
