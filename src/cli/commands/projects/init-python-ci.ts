import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { installCommand } from "../../../app/ci/installer.ts";
import { ownWheel, type OwnWheel } from "../../../app/ci/own-wheel.ts";
import {
  requirementsFile,
  requirementsText,
  sha256Of,
  vendoredWheel,
} from "../../../app/ci/wheel-pin.ts";
import type { Failure } from "../../../app/failure.ts";
import { ok, type Result } from "../../../core/result.ts";
import type { TemplateFile } from "../../templates/file.ts";
import { noCi, textOf, vendorRemark, type CiFiles } from "./ci-files.ts";

/**
 * The requirements file that pins this Esteira, and the wheel that it names.
 *
 * @param workflows what a workspace without any would get
 */
export async function pinnedWheel(
  root: string,
  workflows: readonly TemplateFile[],
): Promise<Result<CiFiles, Failure>> {
  const own = await ownWheel();
  if (!own.ok) return own;
  const pin = await pinOf(root, own.value);
  return ok({ ...pin, remarks: [...pin.remarks, ...(await npmRemark(root, workflows))] });
}

async function pinOf(root: string, wheel: OwnWheel): Promise<CiFiles> {
  const path = vendoredWheel(wheel);
  const present = existsSync(join(root, path)) ? await readFile(join(root, path)) : undefined;
  // One of this version that was committed stays: another build of it has other bytes.
  const after = requirementsText({ ...wheel, content: present ?? wheel.content });
  const before = await textOf(root, requirementsFile);
  if (present !== undefined && before?.includes(sha256Of(present)) === false) {
    const remark = `${path} isn't the file whose hash ${requirementsFile} has, so that no CI installs it: remove one of them and type \`esteira init\` again.`;
    return { ...noCi, remarks: [remark] };
  }
  const remarks = before === after ? [] : [vendorRemark(path)];
  const files = [{ path, text: wheel.content }];
  if (before === undefined) {
    return { files: [...files, { path: requirementsFile, text: after }], changes: [], remarks };
  }
  const changes = before === after ? [] : [{ path: requirementsFile, before, after }];
  return { files, changes, remarks };
}

/** Workflows that were written for `package-lock.json` don't look at the requirements file. */
async function npmRemark(
  root: string,
  workflows: readonly TemplateFile[],
): Promise<readonly string[]> {
  const others: string[] = [];
  for (const { path } of workflows) {
    if ((await textOf(root, path))?.includes(installCommand.npm) === true) others.push(path);
  }
  return others.length === 0
    ? []
    : [
        `${others.join(" and ")} install Esteira by \`${installCommand.npm}\`, not by ${requirementsFile}: remove them and build_apps.sh, and type \`esteira init --python\` again.`,
      ];
}
