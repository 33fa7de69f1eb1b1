import { modelRemoveAliasDocument } from "../../../app/deploy/model-documents.ts";
import { withModel } from "../../../app/deploy/model-session.ts";
import { usage } from "../../../app/failure.ts";
import { suggestion } from "../../../app/names.ts";
import { ok } from "../../../core/result.ts";
import { parsePlace } from "../../../model-registry/compare.ts";
import { isIn, placeText } from "../../../model-registry/registry.ts";
import { confirm } from "../../terminal/confirm.ts";
import { printJson } from "../../terminal/json-output.ts";
import { noticesTo } from "../../terminal/notices.ts";
import type { ActionOf } from "../definition.ts";
import type { modelRemoveAliasCommand } from "./model-remove-alias-command.ts";
import { renderUndo } from "./registry-change.ts";
import { changeRegistry, undoCommand } from "../../../app/deploy/registry-change.ts";

export const removeAlias: ActionOf<typeof modelRemoveAliasCommand> = async (
  context,
  flags,
  name,
  wanted,
) => {
  const place = parsePlace(wanted.startsWith("@") ? wanted : `@${wanted}`);
  if (place?.kind !== "alias") {
    return usage(
      `${wanted} is no alias`,
      "An alias is written as @champion (letters, digits, _ and -; not @latest or @v1).",
    );
  }
  return withModel(context, flags.env, name, noticesTo(context, flags.json), async (session) => {
    const { environment, project, registry, versions } = session;
    const { out } = context;
    const alias = placeText(place);
    const json = flags.json === true;
    const model = project.model.name;
    const holder = versions.find((one) => isIn(one, place));
    if (holder === undefined) {
      if (json) {
        const document = modelRemoveAliasDocument(session, place.alias, undefined, undefined);
        printJson(context, "model-remove-alias", document);
      } else {
        out.line(`${out.style.green("✓")} no version of ${model} has ${alias}.`);
      }
      return ok("ok");
    }
    if (!flags.yes) {
      const command = suggestion(environment.name, "model remove-alias", project.name, alias);
      const question = `Take ${alias} away from version ${holder.version} of ${model}?`;
      const agreed = await confirm(context, question, command, "changes the model registry");
      if (!agreed.ok) return agreed;
    }
    const changed = await changeRegistry(context, session, {
      change: () => registry.removeAlias(model, place.alias),
      subject: `${model} ${holder.version} without ${alias}`,
      state: `version ${holder.version} of ${model} has ${alias} no more`,
    });
    if (!changed.ok) return changed;
    const back = { kind: "put", version: holder.version, to: place, beside: false } as const;
    const undo = undoCommand(environment.name, project.name, back);
    if (json) {
      const document = modelRemoveAliasDocument(session, place.alias, holder, undo);
      printJson(context, "model-remove-alias", document);
    } else {
      out.lines([
        `${out.style.green("✓")} version ${holder.version} of ${model} has ${alias} no more.`,
        ...renderUndo([undo], out.style),
      ]);
    }
    return ok("ok");
  });
};
