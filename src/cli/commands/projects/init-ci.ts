import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { ownPackage } from "../../../app/ci/own-package.ts";
import { pinFiles, pinIn, vendoredPath, type PackageSource } from "../../../app/ci/package-pin.ts";
import { movedWorkflow } from "../../../app/ci/workflow-move.ts";
import { renderFileChange } from "../../render/file-change.ts";
import { confirm } from "../../terminal/confirm.ts";
import type { CliContext } from "../../terminal/context.ts";
import type { TemplateFile } from "../../templates/file.ts";

/** A file that is there and is to have another text. */
export interface FileChange {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** What `init` does for CI. */
export interface CiFiles {
  /** To be written where there is none. */
  readonly files: readonly TemplateFile[];
  /** To be made once somebody has agreed. */
  readonly changes: readonly FileChange[];
  /** What is left to do, a sentence each. */
  readonly remarks: readonly string[];
}

export const noCi: CiFiles = { files: [], changes: [], remarks: [] };

/**
 * The workflows, and the Esteira that they install: pinned by the workspace's lock file with the
 * hash of its content.
 *
 * @param workflows what a workspace without any would get
 */
export async function ciFiles(root: string, workflows: readonly TemplateFile[]): Promise<CiFiles> {
  const source = await ownPackage();
  if (!source.ok) {
    const { message, help = "" } = source.error;
    return { ...noCi, remarks: [`No workflows were written: ${message}. ${help}`] };
  }
  const pin = await pinned(root, source.value);
  const moved = await movedWorkflows(root, workflows);
  return {
    files: [...pin.files, ...workflows],
    changes: [...pin.changes, ...moved],
    remarks: pin.remarks,
  };
}

async function pinned(root: string, source: PackageSource): Promise<CiFiles> {
  const wanted = pinFiles(source);
  const vendored = vendoredPath(source);
  const vendor =
    source.kind === "tarball" && vendored !== undefined
      ? [{ path: vendored, text: source.content }]
      : [];
  const says = vendor.length > 0 ? [vendorRemark(vendored ?? "")] : [];
  const manifest = await textOf(root, "package.json");
  if (manifest === undefined) {
    return { files: [...vendor, ...wanted], changes: [], remarks: says };
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
      const changes: FileChange[] = [];
      for (const { path, text } of wanted) {
        const before = (await textOf(root, path)) ?? "";
        if (before !== text) changes.push({ path, before, after: text });
      }
      return { files: vendor, changes, remarks: changes.length > 0 ? says : [] };
    }
  }
}

function vendorRemark(path: string): string {
  return `This Esteira is of no registry that is known, so that CI installs the copy in ${path}: commit it.`;
}

async function movedWorkflows(
  root: string,
  workflows: readonly TemplateFile[],
): Promise<readonly FileChange[]> {
  const changes: FileChange[] = [];
  for (const { path } of workflows) {
    const before = await textOf(root, path);
    if (before === undefined) continue;
    const after = movedWorkflow(before);
    if (after !== before) changes.push({ path, before, after });
  }
  return changes;
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
  for (const { path, after } of changes) await writeFile(join(root, path), after);
  return true;
}

async function textOf(root: string, path: string): Promise<string | undefined> {
  try {
    return await readFile(join(root, path), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
