import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { ok, type Result } from "../../core/result.ts";
import type { Interpreter } from "./interpreter.ts";
import { sitePackages } from "./packages/overlay.ts";
import { runTool, type ToolFailure, type ToolOptions } from "./tool.ts";

/**
 * Asks for pip's version and the wheels that `ensurepip` would install; some distributions keep
 * these in their own folder.
 */
const question = `
import ensurepip, glob, importlib.metadata, os, sys, sysconfig
try:
    print(importlib.metadata.version("pip"))
except importlib.metadata.PackageNotFoundError:
    print("")
folder = sysconfig.get_config_var("WHEEL_PKG_DIR") or os.path.join(os.path.dirname(ensurepip.__file__), "_bundled")
for name in ["pip"] + ["setuptools"] * (sys.version_info < (3, 12)):
    print(glob.glob(os.path.join(glob.escape(folder), name + "-*.whl"))[0])
`;

/** `pip --python`: https://pip.pypa.io/en/stable/news/#v22-3 */
const oldest = [22, 3] as const;

/**
 * Only what calls itself a warning is for people while pip works; its errors come with the outcome.
 */
const isWarning = /^\s*(?:WARNING|DEPRECATION):/;

/**
 * Creates a virtual environment with pip in it, as Python's images have it. The interpreter's own
 * pip puts it there when it can: it is compiled already, which spares three seconds of what
 * `ensurepip` takes.
 *
 * @returns the command line that calls a pip for this environment
 */
export async function createWithPip(
  interpreter: Interpreter,
  target: string,
  options: ToolOptions,
): Promise<Result<readonly [string, ...string[]], ToolFailure>> {
  const { python } = interpreter;
  const within = join(target, "bin", "python");
  const wheels = await wheelsForOwnPip(python, options);
  if (wheels.length === 0) {
    const created = await create(python, [target], options);
    return created.ok ? ok([within, "-I", "-m", "pip"]) : created;
  }
  const created = await createBare(interpreter, target, options);
  if (!created.ok) return created;
  const pip = [python, "-I", "-m", "pip", "--python", within] as const;
  const seed = ["--no-index", "--no-deps", "--no-compile", ...wheels];
  const seeded = await pipInstall(pip, seed, options);
  return seeded.ok ? ok(pip) : seeded;
}

/** Creates a virtual environment without pip, which takes no time. */
export async function createBare(
  { python }: Interpreter,
  target: string,
  options: ToolOptions,
): Promise<Result<void, ToolFailure>> {
  return create(python, ["--without-pip", target], options);
}

/** The interpreter's own pip, when it has one that is new enough. */
export async function ownPip(
  { python }: Interpreter,
  options: ToolOptions,
): Promise<readonly [string, ...string[]] | undefined> {
  const wheels = await wheelsForOwnPip(python, options);
  return wheels.length === 0 ? undefined : [python, "-I", "-m", "pip"];
}

async function create(
  python: string,
  args: readonly string[],
  options: ToolOptions,
): Promise<Result<void, ToolFailure>> {
  return runTool(python, ["-I", "-m", "venv", ...args], options);
}

/** Installs quietly: warnings go to the listener, errors into the outcome. */
export async function pipInstall(
  [command, ...pip]: readonly [string, ...string[]],
  what: readonly string[],
  options: ToolOptions,
): Promise<Result<void, ToolFailure>> {
  const flags = ["--quiet", "--disable-pip-version-check", "--no-input", "--progress-bar=off"];
  return runTool(command, [...pip, "install", ...flags, ...what], {
    ...options,
    listener: (line) => {
      if (isWarning.test(line)) options.listener(line.trim());
    },
  });
}

/** How many packages an environment has. */
export async function packageCount(interpreter: Interpreter, target: string): Promise<number> {
  const names = await readdir(sitePackages(target, interpreter));
  return names.filter((name) => name.endsWith(".dist-info")).length;
}

/**
 * What the interpreter's own pip is to put into a new environment; nothing when it has none, or one
 * that is too old.
 */
async function wheelsForOwnPip(python: string, options: ToolOptions): Promise<readonly string[]> {
  const { pip, wheels } = await bundled(python, options);
  const [major = 0, minor = 0] = pip.split(".").map(Number);
  const enough = major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
  return enough ? wheels : [];
}

/**
 * The wheels of pip, and before Python 3.12 of setuptools, that a Python brings along; some
 * distributions' bring none.
 */
export async function bundledWheels(
  python: string,
  options: Pick<ToolOptions, "env">,
): Promise<readonly string[]> {
  return (await bundled(python, options)).wheels;
}

async function bundled(
  python: string,
  { env }: Pick<ToolOptions, "env">,
): Promise<{ readonly pip: string; readonly wheels: readonly string[] }> {
  const { execa } = await import("execa");
  const { exitCode, stdout } = await execa(python, ["-I", "-c", question], {
    env,
    extendEnv: false,
    reject: false,
    timeout: 10_000,
  });
  if (exitCode !== 0) return { pip: "", wheels: [] };
  const [pip = "", ...wheels] = stdout.split(/\r?\n/);
  return { pip, wheels };
}
