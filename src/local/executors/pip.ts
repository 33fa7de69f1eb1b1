import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { ok, type Result } from "../../core/result.ts";
import type { Interpreter } from "./interpreter.ts";
import { sitePackages } from "./packages/overlay.ts";
import { seedPip } from "./seed.ts";
import { runTool, type ToolFailure, type ToolOptions } from "./tool.ts";

/**
 * Asks for pip's version, and for its file that runs it with another Python. That is what
 * `pip --python` starts, after it has loaded all of pip itself.
 */
const question = `
import importlib.metadata, os
pip = importlib.metadata.distribution("pip")
runner = str(pip.locate_file("pip/__pip-runner__.py"))
print(pip.version)
print(runner if os.path.exists(runner) else "")
`;

/** `pip --python`: https://pip.pypa.io/en/stable/news/#v22-3 */
const oldest = [22, 3] as const;

/**
 * Only what calls itself a warning is for people while pip works; its errors come with the outcome.
 */
const isWarning = /^\s*(?:WARNING|DEPRECATION):/;

/**
 * Creates a virtual environment with pip in it, as Python's images have it.
 *
 * @returns the command line that calls a pip for this environment: the interpreter's own where it
 *   has one, since that is compiled already
 */
export async function createWithPip(
  interpreter: Interpreter,
  target: string,
  options: ToolOptions,
): Promise<Result<readonly [string, ...string[]], ToolFailure>> {
  const { python } = interpreter;
  const within = join(target, "bin", "python");
  const created = await createBare(interpreter, target, options);
  if (!created.ok) return created;
  const seeded = await seedPip(interpreter, target, options);
  if (!seeded.ok) return seeded;
  if (!seeded.value) {
    const byPython = await create(python, [target], options);
    return byPython.ok ? ok([within, "-I", "-m", "pip"]) : byPython;
  }
  const own = await askOwnPip(python, options);
  if (own === undefined) return ok([within, "-I", "-m", "pip"]);
  return ok(
    own.runner === ""
      ? [python, "-I", "-m", "pip", "--python", within]
      : [within, "-I", own.runner],
  );
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
  const own = await askOwnPip(python, options);
  return own === undefined ? undefined : [python, "-I", "-m", "pip"];
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

/** Undefined: it has none, or one that is too old. */
async function askOwnPip(
  python: string,
  { env }: Pick<ToolOptions, "env">,
): Promise<{ readonly runner: string } | undefined> {
  const { execa } = await import("execa");
  const { exitCode, stdout } = await execa(python, ["-I", "-c", question], {
    env,
    extendEnv: false,
    reject: false,
    timeout: 10_000,
  });
  if (exitCode !== 0) return undefined;
  const [version = "", runner = ""] = stdout.split(/\r?\n/);
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const serves = major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
  return serves ? { runner } : undefined;
}
