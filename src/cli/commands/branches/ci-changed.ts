import { changedDocument, findChanged } from "../../../app/ci/changed.ts";
import { ok } from "../../../core/result.ts";
import { printJson } from "../../terminal/json-output.ts";
import type { ActionOf } from "../definition.ts";
import type { ciChangedCommand } from "./ci-changed-command.ts";

export const changed: ActionOf<typeof ciChangedCommand> = async (context, flags) => {
  const found = await findChanged(context, flags.base);
  if (!found.ok) return found;
  const document = changedDocument(found.value);
  if (flags.json) printJson(context, "changed", document);
  else context.out.lines(document.projects.map(({ project }) => project));
  return ok("ok");
};
