import process from "node:process";

import { versionDocument } from "../../../app/version-check.ts";
import { ok } from "../../../core/result.ts";
import { printJson } from "../../terminal/json-output.ts";
import type { ActionOf } from "../definition.ts";
import type { versionCommand } from "./version-command.ts";

export const version: ActionOf<typeof versionCommand> = async (context, flags) => {
  const found = await versionDocument(context, flags.check === true);
  if (!found.ok) return found;
  if (flags.json === true) {
    printJson(context, "version", found.value);
    return ok("ok");
  }
  const { version: own, folder, docs, node, registry, newest, newer } = found.value;
  context.out.lines([
    `esteira ${own}`,
    `  Program  ${folder}`,
    `  Pages    ${docs}`,
    `  Node     ${node}, ${process.execPath}`,
  ]);
  if (newest === undefined) return ok("ok");
  context.out.line(
    newer === true
      ? `  Newest   ${newest} (${registry}): CHANGELOG.md says what is new`
      : `  Newest   ${newest} (${registry}): there is no newer one`,
  );
  return ok("ok");
};
