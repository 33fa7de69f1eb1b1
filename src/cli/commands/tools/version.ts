import { dirname } from "node:path";

import { isNewer, newestVersion, npmRegistry } from "../../../app/npm-registry.ts";
import { version as ownVersion } from "../../../app/version.ts";
import { ok } from "../../../core/result.ts";
import { packageFile } from "../../../platform/package-files.ts";
import { printJson } from "../../terminal/json-output.ts";
import type { ActionOf } from "../definition.ts";
import type { versionCommand } from "./version-command.ts";

export const version: ActionOf<typeof versionCommand> = async (context, flags) => {
  const own = ownVersion();
  const configured = flags.check === true ? await npmRegistry(context) : undefined;
  if (configured !== undefined && !configured.ok) return configured;
  const registry = configured?.value;
  const asked = registry === undefined ? undefined : await newestVersion(registry);
  if (asked !== undefined && !asked.ok) return asked;
  const newest = asked?.value;
  const folder = dirname(packageFile("package.json"));
  const docs = packageFile("docs/README.md");
  const node = process.versions.node;
  if (flags.json === true) {
    const newer = newest === undefined ? undefined : isNewer(newest, own);
    printJson(context, "version", { version: own, folder, docs, node, registry, newest, newer });
    return ok("ok");
  }
  context.out.lines([
    `esteira ${own}`,
    `  Program  ${folder}`,
    `  Pages    ${docs}`,
    `  Node     ${node}, ${process.execPath}`,
  ]);
  if (newest === undefined) return ok("ok");
  context.out.line(
    isNewer(newest, own)
      ? `  Newest   ${newest} (${registry}): CHANGELOG.md says what is new`
      : `  Newest   ${newest} (${registry}): there is no newer one`,
  );
  return ok("ok");
};
