import { noticesTo } from "../../terminal/notices.ts";
import { ok } from "../../../core/result.ts";
import type { ActionOf } from "../definition.ts";
import type { modelListCommand } from "./model-list-command.ts";
import { printJson } from "../../terminal/json-output.ts";
import { versionDocument, withModel } from "../../../app/deploy/model-session.ts";
import { renderVersions } from "../../render/models.ts";
import { surroundingsOf } from "../../terminal/surroundings.ts";

export const list: ActionOf<typeof modelListCommand> = async (context, flags, name) =>
  withModel(
    context,
    flags.env,
    name,
    noticesTo(context, flags.json),
    ({ project, environment, registry, versions }) => {
      const { model } = project;
      if (flags.json) {
        printJson(context, "model-list", {
          environment: environment.name,
          project: project.name,
          model: model.name,
          registry: registry.address,
          versions: versions.map(versionDocument),
        });
      } else if (versions.length === 0) {
        context.out.line(`The model ${model.name} has no version yet.`);
      } else {
        context.out.lines(renderVersions(versions, surroundingsOf(context)));
      }
      return Promise.resolve(ok("ok"));
    },
  );
