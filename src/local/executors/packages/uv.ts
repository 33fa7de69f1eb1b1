import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

import { homeFolder } from "../../../core/home-folder.ts";
import { ok, type Result } from "../../../core/result.ts";
import type { Interpreter } from "../interpreter.ts";
import { runTool, type ToolFailure, type ToolOptions } from "../tool.ts";
import type { UvProgram } from "./uv-program.ts";
import type { UvSettings } from "./uv-settings.ts";

/**
 * How files come from uv's cache into an environment; `clone`: blocks are shared until one side is
 * written to.
 */
export type LinkMode = "clone" | "copy" | "hardlink";

export interface Uv {
  readonly program: UvProgram;
  readonly settings: UvSettings;
}

/** Only what calls itself a warning is for people while uv works. */
const isWarning = /^warning: /;

/**
 * Resolves a requirements file to what exactly it installs, one line a package.
 *
 * @param output the lock; versions that are in it are kept where the requirements allow them
 */
export async function uvCompile(
  uv: Uv,
  interpreter: Interpreter,
  requirementsFile: string,
  output: string,
  options: ToolOptions,
): Promise<Result<string, ToolFailure>> {
  const done = await run(
    uv,
    [
      "compile",
      "--no-header",
      "--no-annotate",
      "--no-strip-extras",
      "--no-strip-markers",
      `--python=${interpreter.python}`,
      `--output-file=${output}`,
      ...uv.settings.flags,
      requirementsFile,
    ],
    options,
  );
  return done.ok ? ok(await readFile(output, "utf8")) : done;
}

/**
 * Installs into a virtual environment what the arguments name, without what that would need: it is
 * named as well. Nothing is compiled, unless they say so.
 */
export async function uvInstall(
  uv: Uv,
  environment: string,
  linkMode: LinkMode,
  what: readonly string[],
  options: ToolOptions,
): Promise<Result<void, ToolFailure>> {
  const flags = ["--no-deps", `--link-mode=${linkMode}`];
  const python = `--python=${join(environment, "bin", "python")}`;
  return run(uv, ["install", python, ...flags, ...uv.settings.flags, ...what], options);
}

/** Installs into a virtual environment what the arguments name, and what that needs. */
export async function uvInstallWithNeeds(
  uv: Uv,
  environment: string,
  linkMode: LinkMode,
  what: readonly string[],
  options: ToolOptions,
): Promise<Result<void, ToolFailure>> {
  const python = `--python=${join(environment, "bin", "python")}`;
  const flags = ["--compile-bytecode", `--link-mode=${linkMode}`];
  return run(uv, ["install", python, ...flags, ...uv.settings.flags, ...what], options);
}

/**
 * Builds the wheel of a folder with the packages of a virtual environment, and nothing else.
 *
 * @param out folder for the wheel
 * @see https://docs.astral.sh/uv/reference/cli/#uv-build
 */
export async function uvBuildWheel(
  { program, settings }: Uv,
  environment: string,
  folder: string,
  out: string,
  options: ToolOptions,
): Promise<Result<void, ToolFailure>> {
  const python = `--python=${join(environment, "bin", "python")}`;
  const args = ["build", "--wheel", "--no-build-isolation", python, `--out-dir=${out}`, folder];
  return runTool(program.path, args, {
    ...options,
    env: { ...options.env, ...settings.environment },
  });
}

function run(
  { program, settings }: Uv,
  args: readonly string[],
  options: ToolOptions,
): Promise<Result<void, ToolFailure>> {
  return runTool(program.path, ["pip", ...args], {
    ...options,
    env: { ...options.env, ...settings.environment },
    listener: (line) => {
      if (isWarning.test(line)) options.listener(line.replace(isWarning, "uv: "));
    },
  });
}

/**
 * The safe way for files to come from uv's cache into a folder: cloned where the file system can,
 * else copied. uv itself would make hard links where it can't clone.
 */
export async function safeLinkMode(uv: Uv, folder: string): Promise<LinkMode> {
  const { environment } = uv.settings;
  const home = homeFolder(environment, homedir);
  const cache =
    environment["UV_CACHE_DIR"] ??
    join(environment["XDG_CACHE_HOME"] ?? join(home, ".cache"), "uv");
  const name = `.esteira-${randomBytes(4).toString("hex")}`;
  const source = join(cache, name);
  const target = join(folder, name);
  try {
    await mkdir(cache, { recursive: true });
    await writeFile(source, "clone?");
    await copyFile(source, target, constants.COPYFILE_FICLONE_FORCE);
    return "clone";
  } catch {
    return "copy";
  } finally {
    await rm(source, { force: true }).catch(() => {});
    await rm(target, { force: true }).catch(() => {});
  }
}
