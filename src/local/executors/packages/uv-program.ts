import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";

import { err, ok, type Result } from "../../../core/result.ts";
import type { PlatformError } from "../../../platform/port.ts";
import type { Interpreter } from "../interpreter.ts";
import { createWithPip, ownPip, pipInstall } from "../pip.ts";
import { lastError } from "../tool.ts";
import { builtFolder } from "./built-folder.ts";
import { pipEnvironment, type PipSettings, type ProcessEnvironment } from "./pip-settings.ts";
import { oldestUv, pinnedUv, pinnedUvHashes } from "./uv-release.ts";

export interface UvProgram {
  readonly path: string;
  /** `0.13.9` */
  readonly version: string;
}

/**
 * The first `uv` on the PATH whose version serves. One that doesn't start, such as a version
 * manager's without a version, is passed over.
 */
export async function uvOnPath(environment: ProcessEnvironment): Promise<UvProgram | undefined> {
  for (const folder of (environment["PATH"] ?? "").split(delimiter)) {
    const path = join(folder, "uv");
    if (folder === "" || !existsSync(path)) continue;
    const version = await versionOf(path, environment);
    if (version !== undefined) return { path, version };
  }
  return undefined;
}

async function versionOf(
  path: string,
  environment: ProcessEnvironment,
): Promise<string | undefined> {
  const { execa } = await import("execa");
  const { exitCode, stdout } = await execa(path, ["--version"], {
    env: environment,
    extendEnv: false,
    reject: false,
    timeout: 10_000,
  });
  const version = /^uv (\d+\.\d+\.\d+)/.exec(stdout ?? "")?.[1];
  if (exitCode !== 0 || version === undefined) return undefined;
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const serves = major > oldestUv[0] || (major === oldestUv[0] && minor >= oldestUv[1]);
  return serves ? version : undefined;
}

export interface FetchOptions {
  /** Where the workspace's tools stand. */
  readonly tools: string;
  /** A Python whose pip fetches it. */
  readonly interpreter: Interpreter;
  readonly settings: PipSettings;
  readonly processEnvironment: ProcessEnvironment;
  readonly listener: (line: string) => void;
  readonly signal: AbortSignal | undefined;
}

/**
 * The pinned uv of the workspace's tools; fetched from PyPI, or the index that was set for pip,
 * when it isn't there. By pip, so that whatever makes pip work on this machine makes this work.
 */
export async function pinnedUvProgram(
  options: FetchOptions,
): Promise<Result<UvProgram, PlatformError>> {
  const { tools, interpreter, listener, signal } = options;
  const built = await builtFolder({
    directory: join(tools, `uv-${pinnedUv}-${interpreter.platform}`),
    proof: "bin/uv",
    movable: true,
    onWait: () => listener("another process is fetching uv; waiting for it"),
    signal,
    build: async (target) => {
      listener(`fetching uv ${pinnedUv} from PyPI into .esteira/tools, once`);
      const fetched = await fetchInto(target, options);
      return fetched.ok ? ok({ version: pinnedUv }) : fetched;
    },
  });
  return built.ok ? ok({ path: join(built.value.path, "bin", "uv"), version: pinnedUv }) : built;
}

async function fetchInto(
  target: string,
  { interpreter, settings, processEnvironment, signal }: FetchOptions,
): Promise<Result<void, PlatformError>> {
  // What a person demands of requirements isn't meant for a tool that is pinned by its hash.
  const { constraint: _, "no-binary": __, "require-hashes": ___, ...chosen } = settings;
  const options = {
    cwd: "/",
    env: pipEnvironment(chosen, processEnvironment),
    listener: () => {},
    signal,
  };
  // Where the Python has no pip, a virtual environment gets one; otherwise a folder is enough for a
  // program of one file.
  const own = await ownPip(interpreter, options);
  const pip = own === undefined ? await createWithPip(interpreter, target, options) : ok(own);
  if (!pip.ok) return err(notFetched(pip.error));
  await mkdir(target, { recursive: true });
  const where = own === undefined ? [] : [`--target=${target}`];
  const wanted = join(target, "uv.txt");
  const hashes = pinnedUvHashes.map((hash) => `--hash=sha256:${hash}`);
  await writeFile(wanted, `uv==${pinnedUv} ${hashes.join(" ")}\n`);
  const flags = ["--no-deps", "--only-binary=:all:", "--require-hashes", "--retries=2"];
  const installed = await pipInstall(
    pip.value,
    [...flags, ...where, "--requirement", wanted],
    options,
  );
  return installed.ok ? installed : err(notFetched(installed.error));
}

function notFetched(
  failure:
    | { readonly reason: "interrupted" }
    | { readonly reason: "failed"; readonly lines: readonly string[] },
): PlatformError {
  if (failure.reason === "interrupted") {
    return { reason: "interrupted", message: "fetching uv was interrupted", help: "deploy again" };
  }
  return {
    reason: "unavailable",
    message: `uv ${pinnedUv} could not be fetched from PyPI: ${lastError(failure.lines)}`,
    help: "install uv yourself (https://docs.astral.sh/uv/getting-started/installation/), or set `installer: pip` for the environment in esteira.yaml",
  };
}
