import { mkdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { filesOnDisk } from "../../../config/disk.ts";
import { packageKind } from "../../../config/shared-packages.ts";
import { ok, type Result } from "../../../core/result.ts";
import type { PackageFolder } from "../port.ts";
import type { ToolFailure } from "../tool.ts";
import { copyWritable } from "../working-copy.ts";
import type { Installer, InstallOrder } from "./installer.ts";
import { sitePackages } from "./overlay.ts";
import { removeTree } from "./tree.ts";

/** Packages of the workspace as they are installed; absolute folders. */
export interface SharedPackages {
  /** Copies of those with a `pyproject.toml`: building one writes into its folder. */
  readonly projects: readonly string[];
  /** Those that are copied to where Python looks for packages. */
  readonly plain: readonly PackageFolder[];
}

export async function copySharedPackages(
  packages: readonly PackageFolder[],
  target: string,
): Promise<SharedPackages> {
  const projects: string[] = [];
  const plain: PackageFolder[] = [];
  for (const [index, one] of packages.entries()) {
    const files = filesOnDisk(dirname(one.folder), "");
    if (packageKind(files, basename(one.folder)) === "plain") {
      plain.push(one);
      continue;
    }
    const copies = copiesIn(target);
    await mkdir(copies, { recursive: true });
    const copy = join(copies, `${index}-${basename(one.path)}`);
    await copyWritable(one.folder, copy);
    projects.push(copy);
  }
  return { projects, plain };
}

/** Installs them into an environment that sees what they need, and removes the copies. */
export async function installShared(
  order: InstallOrder,
  installer: Installer,
  { projects, plain }: SharedPackages,
  target: string,
): Promise<Result<void, ToolFailure>> {
  if (projects.length > 0) {
    const installed = await installer.installPackages(order, target);
    if (!installed.ok) return installed;
    await removeTree(copiesIn(target));
  }
  const modules = sitePackages(target, order.interpreter);
  for (const { path, folder } of plain) await copyWritable(folder, join(modules, basename(path)));
  return ok(undefined);
}

function copiesIn(target: string): string {
  return join(target, "packages");
}
