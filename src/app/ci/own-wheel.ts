import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import { ok, type Result } from "../../core/result.ts";
import { isBundled, packageFile } from "../../platform/package-files.ts";
import { refused, type Failure } from "../failure.ts";
import { installedWheel, type Wheel } from "./installed-wheel.ts";

/** The wheel that this Esteira is, and the Node that runs it. */
export interface OwnWheel extends Wheel {
  /** Lines of a requirements file: one version of Node, with the hashes of its wheels. */
  readonly node: string;
}

/** Whether this Esteira is the one of the Python wheel. */
export function isOfWheel(): boolean {
  return existsSync(packageFile("../_cli.py"));
}

/**
 * The very wheel that this Esteira was installed from, or that a checkout's build makes, which asks
 * PyPI for what builds it. One that npm installed brings none.
 */
export async function ownWheel(): Promise<Result<OwnWheel, Failure>> {
  if (isOfWheel()) {
    return withNode(await installedWheel(packageFile("../..")), "../node-requirements.txt");
  }
  if (!existsSync(packageFile("tools/wheel.sh"))) {
    return refused(
      "this Esteira was installed by npm, which brings no Python wheel",
      "Install the wheel (`uv tool install ./esteira_ml-….whl`), then type `esteira init --python` again.",
    );
  }
  if (!isBundled()) {
    return refused(
      "this Esteira runs from a checkout that isn't built, so that no CI can install it",
      `Build it with \`npm run build\` in ${packageFile("")}, then type \`esteira init --python\` again.`,
    );
  }
  return withNode(await builtWheel(), "python/node-requirements.txt");
}

async function withNode(
  wheel: Result<Wheel, Failure>,
  requirements: string,
): Promise<Result<OwnWheel, Failure>> {
  if (!wheel.ok) return wheel;
  return ok({ ...wheel.value, node: await readFile(packageFile(requirements), "utf8") });
}

async function builtWheel(): Promise<Result<Wheel, Failure>> {
  const folder = await mkdtemp(join(tmpdir(), "esteira-wheel-"));
  try {
    const args = [packageFile("tools/wheel.sh"), folder];
    const { execa } = await import("execa");
    const { exitCode, stdout, stderr } = await execa("bash", args, { reject: false });
    const path = stdout.trim().split("\n").at(-1) ?? "";
    if (exitCode !== 0) {
      const why = stderr.trim().split("\n").at(-1) || "bash is not installed";
      return refused(
        `the Python wheel of this checkout could not be built: ${why}`,
        `See what \`make wheel\` says in ${packageFile("")}.`,
      );
    }
    return ok({ name: basename(path), content: await readFile(path) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
