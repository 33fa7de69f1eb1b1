import { createHash, randomBytes, type Hash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, lstat, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { sqliteTrouble } from "../store/sqlite.ts";
import { readText, writeDurably } from "./attempt-files.ts";
import type { Interpreter } from "./interpreter.ts";
import { withLock } from "./lock.ts";
import { createBare, createWithPip, packageCount, pipInstall } from "./pip.ts";
import { readRequirements } from "./requirements.ts";
import { pipWords } from "./pip-words.ts";
import { indented, lastError, type ToolFailure, type ToolOptions } from "./tool.ts";

export interface EnvironmentRequest {
  /** Folder that all virtual environments of the workspace stand in. */
  readonly root: string;
  readonly interpreter: Interpreter;
  readonly project: string;
  readonly snapshot: string;
  /** Relative to the snapshot; undefined: nothing to install. */
  readonly requirementsFile: string | undefined;
  /** Names the project's sources, for requirements that point into them. */
  readonly sourceHash: string;
  /** Of Esteira's own process: pip takes its index, proxies and certificates from there. */
  readonly processEnvironment: Readonly<Record<string, string | undefined>>;
  readonly listener: (line: string) => void;
  readonly signal: AbortSignal | undefined;
}

const completeFile = "complete.json";
/** Would make pip install somewhere else, or Python find other packages. */
const misleading = [
  "PYTHONPATH",
  "PYTHONHOME",
  "VIRTUAL_ENV",
  "PIP_TARGET",
  "PIP_PREFIX",
  "PIP_ROOT",
  "PIP_USER",
  "__PYVENV_LAUNCHER__",
];

/**
 * Gives the folder of a virtual environment with the requirements installed; builds it when there
 * is none for this interpreter, platform and these requirements. It is built under a lock, in a
 * folder of its own that is named as the complete one last: one that was interrupted is never used,
 * and cleared away by the next build. Finished, it is read-only.
 */
export async function virtualEnvironment(
  request: EnvironmentRequest,
): Promise<Result<string, PlatformError>> {
  try {
    return await foundOrBuilt(request);
  } catch (error) {
    if (request.signal?.aborted === true) return err(interrupted(request));
    const trouble = diskTrouble(error);
    if (trouble === undefined) throw error;
    return err({
      reason: "failed",
      message: `the virtual environment of ${request.project} could not be written: ${trouble}`,
      help: `make room, or see that you may write in ${request.root}, and deploy again`,
      resource: request.root,
    });
  }
}

async function foundOrBuilt(request: EnvironmentRequest): Promise<Result<string, PlatformError>> {
  const plan = planOf(request);
  if (!plan.ok) return plan;
  const { key, requirementsFile } = plan.value;
  const directory = join(request.root, key);
  const complete = completeIn(directory);
  if (complete !== undefined) return ok(complete);

  await mkdir(directory, { recursive: true });
  return withLock(
    join(directory, "lock.db"),
    () => request.listener("another process is building the virtual environment; waiting for it"),
    async () => {
      const byOther = completeIn(directory);
      if (byOther !== undefined) return ok(byOther);
      for (const entry of await readdir(directory, { withFileTypes: true })) {
        // Only tidiness: what is new has a name of its own.
        if (entry.isDirectory()) await removeTree(join(directory, entry.name)).catch(() => {});
      }
      const name = randomBytes(4).toString("hex");
      const target = join(directory, name);
      const built = await build(request, target, requirementsFile);
      if (!built.ok) {
        await removeTree(target);
        return built;
      }
      await makeReadOnly(target);
      writeDurably(directory, completeFile, { directory: name }, "replace");
      return ok(target);
    },
    request.signal,
  );
}

interface BuildPlan {
  /** Names the environment: the same for all that agree in everything that matters. */
  readonly key: string;
  /** Undefined also where the file asks for nothing. */
  readonly requirementsFile: string | undefined;
}

function planOf(request: EnvironmentRequest): Result<BuildPlan, PlatformError> {
  const { interpreter, requirementsFile } = request;
  const hash = createHash("sha256");
  hash.update(`1\0${interpreter.python}\0${interpreter.version}\0${interpreter.platform}\0`);
  const bare = (): BuildPlan => ({ key: digest(hash), requirementsFile: undefined });
  if (requirementsFile === undefined) return ok(bare());
  const requirements = readRequirements(request.snapshot, requirementsFile);
  if (requirements === undefined) {
    return err({
      reason: "not-found",
      message: `${request.project} has no ${requirementsFile}, which runtime.requirements_file names`,
      help: "create the file, or take the setting out of config.yaml",
      resource: join(request.snapshot, requirementsFile),
    });
  }
  if (requirements.empty) return ok(bare());
  hash.update(requirements.hash);
  if (requirements.local) hash.update(request.sourceHash);
  for (const file of (request.processEnvironment["PIP_CONSTRAINT"] ?? "").split(/\s+/)) {
    if (file !== "") hash.update(readText(file) ?? file);
  }
  return ok({ key: digest(hash), requirementsFile });
}

function digest(hash: Hash): string {
  return hash.digest("hex").slice(0, 24);
}

function completeIn(directory: string): string | undefined {
  const text = readText(join(directory, completeFile));
  if (text === undefined) return undefined;
  const target = join(directory, (JSON.parse(text) as { directory: string }).directory);
  return existsSync(join(target, "bin", "python")) ? target : undefined;
}

async function build(
  request: EnvironmentRequest,
  target: string,
  requirementsFile: string | undefined,
): Promise<Result<void, PlatformError>> {
  const { interpreter, listener, signal } = request;
  const env = { ...request.processEnvironment };
  for (const name of misleading) delete env[name];
  const options: ToolOptions = { cwd: request.snapshot, env, listener, signal };

  listener(`creating a virtual environment with Python ${interpreter.version}`);
  if (requirementsFile === undefined) {
    const created = await createBare(interpreter, target, options);
    return created.ok ? created : err(notCreated(request, target, created.error));
  }
  const pip = await createWithPip(interpreter, target, options);
  if (!pip.ok) return err(notCreated(request, target, pip.error));
  const before = await packageCount(interpreter, target);
  listener(`installing ${requirementsFile}`);
  const what = ["--requirement", join(request.snapshot, requirementsFile)];
  const installed = await pipInstall(pip.value, what, options);
  if (!installed.ok) return err(notInstalled(request, requirementsFile, installed.error));
  const count = (await packageCount(interpreter, target)) - before;
  listener(`installed ${count} package${count === 1 ? "" : "s"}`);
  return ok(undefined);
}

function notCreated(
  request: EnvironmentRequest,
  target: string,
  failure: ToolFailure,
): PlatformError {
  if (failure.reason === "interrupted") return interrupted(request);
  const { python, version } = request.interpreter;
  const minor = version.split(".").slice(0, 2).join(".");
  return {
    reason: "failed",
    message: `Python ${version} (${python}) could not create a virtual environment for ${request.project}: ${lastError(failure.lines)}`,
    help: failure.lines.some((line) => /ensurepip|python3.*-venv/.test(line))
      ? `install its venv module (on Debian and Ubuntu: apt install python${minor}-venv) and deploy again`
      : `its last words:\n${indented(failure.lines)}`,
    resource: target,
  };
}

function notInstalled(
  request: EnvironmentRequest,
  requirementsFile: string,
  failure: ToolFailure,
): PlatformError {
  if (failure.reason === "interrupted") return interrupted(request);
  return {
    reason: "failed",
    message: `pip could not install ${requirementsFile} of ${request.project}: ${lastError(failure.lines)}`,
    help: `correct ${requirementsFile} (or the network, if pip could not reach its index) and deploy again; pip's last words:\n${indented(pipWords(failure.lines))}`,
    resource: requirementsFile,
  };
}

function interrupted(request: EnvironmentRequest): PlatformError {
  return {
    reason: "interrupted",
    message: `building the virtual environment of ${request.project} was interrupted`,
    help: "deploy again; what was half built will not be used",
  };
}

async function makeReadOnly(path: string): Promise<void> {
  const found = await lstat(path);
  if (found.isSymbolicLink()) return;
  if (found.isDirectory()) {
    for (const name of await readdir(path)) await makeReadOnly(join(path, name));
  }
  await chmod(path, found.mode & 0o555);
}

/** What the file system had to say; undefined for everything else that is thrown. */
function diskTrouble(error: unknown): string | undefined {
  const known =
    sqliteTrouble(error) !== undefined || (error instanceof Error && "syscall" in error);
  return known ? (error as Error).message : undefined;
}

/** Removes a folder whose folders may be read-only. */
export async function removeTree(path: string): Promise<void> {
  const open = async (folder: string): Promise<void> => {
    await chmod(folder, 0o755);
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) await open(join(folder, entry.name));
    }
  };
  if (!existsSync(path)) return;
  await open(path);
  await rm(path, { recursive: true, force: true });
}
