import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";

import { type CiInstaller, installCommand, installedProgram } from "../../../app/ci/installer.ts";
import { ownPackage } from "../../../app/ci/own-package.ts";
import { isOfWheel } from "../../../app/ci/own-wheel.ts";
import { pinFiles, pinIn, vendoredPath, type PackageSource } from "../../../app/ci/package-pin.ts";
import { requirementsFile } from "../../../app/ci/wheel-pin.ts";
import { unpinnedWorkflows, workflowsIn } from "../../../app/ci/unpinned-workflows.ts";
import { movedWorkflow, unpinnedLines } from "../../../app/ci/workflow-move.ts";
import type { Failure } from "../../../app/failure.ts";
import { ok, type Result } from "../../../core/result.ts";
import { renderFileChange } from "../../render/file-change.ts";
import { confirm } from "../../terminal/confirm.ts";
import type { CliContext } from "../../terminal/context.ts";
import type { TemplateFile } from "../../templates/file.ts";
import { noCi, textOf, vendorRemark, type CiFiles, type FileChange } from "./ci-files.ts";
import { pinnedWheel } from "./init-python-ci.ts";
import { replaceFile } from "./write-files.ts";

/**
 * What brings this workspace's CI its Esteira: pip where `--python` or a requirements file says so,
 * else what the workspace uses already, else what brought this Esteira.
 */
export async function installerOf(root: string, python: boolean): Promise<CiInstaller> {
  if (python || existsSync(join(root, requirementsFile))) return "python";
  if (!isOfWheel()) return "npm";
  const manifest = await textOf(root, "package.json");
  if (manifest === undefined) return "python";
  return pinIn(manifest, await textOf(root, "package-lock.json")) === "unpinned" ? "python" : "npm";
}

/**
 * The workflows, and the Esteira that they install: pinned by the workspace's lock file or
 * requirements file with the hash of its content.
 *
 * @param workflows what a workspace without any would get
 */
export async function ciFiles(
  root: string,
  installer: CiInstaller,
  workflows: readonly TemplateFile[],
): Promise<CiFiles> {
  const pin = await (installer === "npm" ? pinnedPackage(root) : pinnedWheel(root, workflows));
  if (!pin.ok) {
    const { message, help = "" } = pin.error;
    return { ...noCi, remarks: [`No workflows were written: ${message}. ${help}`] };
  }
  const moved = await movedWorkflows(root, installer);
  return {
    files: [...pin.value.files, ...workflows],
    changes: [...pin.value.changes, ...moved],
    remarks: [...pin.value.remarks, ...(await leftUnpinned(root, installer, moved))],
  };
}

async function pinnedPackage(root: string): Promise<Result<CiFiles, Failure>> {
  const source = await ownPackage();
  return source.ok ? ok(await pinned(root, source.value)) : source;
}

async function pinned(root: string, source: PackageSource): Promise<CiFiles> {
  const wanted = pinFiles(source);
  const vendored = vendoredPath(source);
  const otherBuild = await otherBuildOf(root, source);
  const vendor =
    source.kind === "tarball" && vendored !== undefined
      ? [{ path: vendored, text: source.content }]
      : [];
  const says = vendor.length > 0 ? [vendorRemark(vendored ?? "")] : [];
  const manifest = await textOf(root, "package.json");
  if (manifest === undefined) {
    return { files: [...vendor, ...wanted], changes: otherBuild, remarks: says };
  }
  const lock = await textOf(root, "package-lock.json");
  switch (pinIn(manifest, lock)) {
    case "pinned":
      return noCi;
    case "unpinned": {
      const what = vendored === undefined ? `esteira@${source.version}` : `./${vendored}`;
      const install = `npm install --save-exact --ignore-scripts ${what}`;
      return {
        files: vendor,
        changes: [],
        remarks: [
          `package.json is yours and doesn't pin Esteira, which the workflows need: \`${install}\`.`,
        ],
      };
    }
    case "written": {
      const changes: FileChange[] = [...otherBuild];
      for (const { path, text } of wanted) {
        const before = (await textOf(root, path)) ?? "";
        if (before !== text) changes.push({ path, before, after: text });
      }
      return { files: vendor, changes, remarks: changes.length > 0 ? says : [] };
    }
  }
}

/** The tarball that is there, where it isn't the one that the lock file would pin. */
async function otherBuildOf(root: string, source: PackageSource): Promise<readonly FileChange[]> {
  const path = vendoredPath(source);
  if (source.kind !== "tarball" || path === undefined || !existsSync(join(root, path))) return [];
  const same = (await readFile(join(root, path))).equals(source.content);
  return same ? [] : [{ path, before: "", after: source.content }];
}

/** Every workflow of the workspace that installs Esteira by a name, its author's own too. */
async function movedWorkflows(
  root: string,
  installer: CiInstaller,
): Promise<readonly (FileChange & { readonly after: string })[]> {
  const changes: (FileChange & { readonly after: string })[] = [];
  for (const file of await workflowsIn(root)) {
    const path = relative(root, file);
    const before = (await textOf(root, path)) ?? "";
    const after = movedWorkflow(before, installer);
    if (after !== before) changes.push({ path, before, after });
  }
  return changes;
}

/** Lines that nobody but their author can change: in a script, or above the workspace. */
async function leftUnpinned(
  root: string,
  installer: CiInstaller,
  moved: readonly { readonly path: string; readonly after: string }[],
): Promise<readonly string[]> {
  const left = new Map(moved.map(({ path, after }) => [path, unpinnedLines(after).length]));
  return (await unpinnedWorkflows(root)).flatMap(({ location }) => {
    const { file = "", range } = location ?? {};
    if (left.get(file) === 0) return [];
    return [
      `${file}:${range?.line} installs Esteira by a name, and is yours to change: \`${installCommand[installer]}\` in the workspace's folder, then \`${installedProgram[installer]}\`.`,
    ];
  });
}

/** Shows what would change, and changes it once somebody has agreed; says whether it did. */
export async function applyChanges(
  context: CliContext,
  root: string,
  changes: readonly FileChange[],
  flags: { readonly yes?: boolean; readonly json?: boolean },
): Promise<boolean> {
  if (changes.length === 0) return false;
  const { out, errors } = context;
  if (flags.json !== true)
    out.lines(changes.flatMap((change) => renderFileChange(change, out.style)));
  if (flags.yes !== true) {
    if (flags.json === true) return false;
    const agreed = await confirm(
      context,
      "Change these files?",
      "esteira init",
      "changes your files",
    );
    if (!agreed.ok) {
      errors.line(
        errors.style.yellow(`! These files stay as they are; \`esteira init --yes\` changes them.`),
      );
      return false;
    }
  }
  for (const { path, after } of changes) await replaceFile(join(root, path), after);
  return true;
}
