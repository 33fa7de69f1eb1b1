import { dirname } from "node:path";
import process from "node:process";

import { ok, type Result } from "../core/result.ts";
import { packageFile } from "../platform/package-files.ts";
import type { DocumentOf } from "./documents/documents.ts";
import type { Failure } from "./failure.ts";
import type { Host } from "./host.ts";
import { isNewer, newestVersion, npmRegistry } from "./npm-registry.ts";
import { version } from "./version.ts";

/**
 * Which Esteira this is and where it is installed.
 *
 * @param check ask npm's registry for the newest one
 */
export async function versionDocument(
  host: Host,
  check: boolean,
): Promise<Result<DocumentOf<"version">, Failure>> {
  const own = version();
  const installed = {
    version: own,
    folder: dirname(packageFile("package.json")),
    docs: packageFile("docs/README.md"),
    node: process.versions.node,
  };
  if (!check) {
    return ok({ ...installed, registry: undefined, newest: undefined, newer: undefined });
  }
  const registry = await npmRegistry(host);
  if (!registry.ok) return registry;
  const newest = await newestVersion(registry.value);
  if (!newest.ok) return newest;
  return ok({
    ...installed,
    registry: registry.value,
    newest: newest.value,
    newer: isNewer(newest.value, own),
  });
}
