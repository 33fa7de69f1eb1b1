import { realpathSync } from "node:fs";

import { readConfigFile } from "./disk.ts";
import { packageFolder } from "./shared-packages.ts";
import { readYaml } from "./yaml/yaml-source.ts";

/**
 * The workspace's packages that a config names, in any of its environments, whatever else is wrong
 * with it: folders from the workspace's root, none of which leads out of there.
 *
 * @param root absolute
 * @param directory of the project, relative to the root
 */
export function packagesNamed(root: string, directory: string): readonly string[] {
  const file = `${directory}/config.yaml`;
  const content = readConfigFile(realpathSync.native(root), file);
  if (!(content instanceof Uint8Array)) return [];
  const read = readYaml(file, content);
  if (!read.ok) return [];
  const config = tableOf(read.value.value);
  const overlays = Object.values(tableOf(config["environments"]));
  const written = [config, ...overlays].flatMap((one): unknown => {
    const { packages } = tableOf(tableOf(one)["runtime"]);
    return Array.isArray(packages) ? packages : [];
  });
  const folders = written.flatMap((one) => (typeof one === "string" ? packageFolder(one) : []));
  return [...new Set(folders)].filter((folder) => !/^(?:\/|\.\.?(?:\/|$))/.test(folder));
}

function tableOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
