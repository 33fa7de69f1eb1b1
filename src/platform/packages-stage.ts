import { chmod, mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";

import { filesOnDisk } from "../config/disk.ts";
import { type PackageKind, packageKind } from "../config/shared-packages.ts";
import type { ImageStage } from "./image-stage.ts";

/** A package of the workspace, with its files where they may be copied from. */
export interface StagedPackage {
  /** Relative to the workspace's root: `libs/pricing`. */
  readonly path: string;
}

const target = "/opt/esteira/packages";

/** Name of a package's folder in the context: two packages may have one name. */
export function stagedFolder(index: number, { path }: StagedPackage): string {
  return `${index}-${basename(path)}`;
}

/**
 * The stage that installs the packages that a project shares.
 *
 * @param context folder that has each package's files below `stagedFolder`
 */
export async function packagesStage(
  packages: readonly StagedPackage[],
  context: string,
): Promise<ImageStage> {
  const files = filesOnDisk(context, "");
  const staged = packages.map((one, index) => {
    const folder = stagedFolder(index, one);
    return { name: basename(one.path), folder, kind: packageKind(files, folder) ?? "plain" };
  });
  await mkdir(context, { recursive: true });
  await writeFile(join(context, "install.sh"), installScript(staged));
  await chmod(join(context, "install.sh"), 0o644);
  return {
    context,
    // As a list: the image's SHELL may be another one.
    instructions: [
      `COPY . ${target}/`,
      "# esteira: index",
      `RUN ["/bin/sh", "-e", "${target}/install.sh"]`,
    ],
  };
}

interface ToInstall {
  /** What it is imported as, where it is a plain one. */
  readonly name: string;
  /** In the context. */
  readonly folder: string;
  readonly kind: PackageKind;
}

/**
 * Installs with what the image has: its pip, its uv, or else a pip that is there only meanwhile.
 *
 * @see https://packaging.python.org/en/latest/specifications/externally-managed-environments/
 */
function installScript(packages: readonly ToInstall[]): string {
  const projects = packages.filter(({ kind }) => kind === "project");
  const plain = packages.filter(({ kind }) => kind === "plain");
  const folders = projects.map(({ folder }) => quoted(`${target}/${folder}`)).join(" ");
  return `python=$(command -v python || command -v python3) || {
  echo "ERROR: the image has no Python, which its shared packages are installed with" >&2
  exit 1
}
export PIP_BREAK_SYSTEM_PACKAGES=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
${
  projects.length === 0
    ? ""
    : `if "$python" -m pip --version >/dev/null 2>&1; then
  "$python" -m pip install --quiet ${folders}
elif command -v uv >/dev/null; then
  uv pip install --quiet --no-cache --break-system-packages --python "$python" ${folders}
else
  "$python" -m venv /tmp/esteira-pip
  /tmp/esteira-pip/bin/python -m pip --python "$python" install --quiet ${folders}
  rm -rf /tmp/esteira-pip
fi
`
}modules=$("$python" -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')
mkdir -p "$modules"
${plain.map(({ name, folder }) => `cp -R ${quoted(`${target}/${folder}`)} "$modules"/${quoted(name)}\n`).join("")}rm -rf ${target}
rmdir ${target.slice(0, target.lastIndexOf("/"))} 2>/dev/null || true
`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
