import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

import { homeFolder } from "../../core/home-folder.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";

/** A Python of this machine. */
export interface Interpreter {
  /**
   * The real executable: no link, no shim of a version manager, not that of a virtual environment.
   */
  readonly python: string;
  /** `3.11.7` */
  readonly version: string;
  /** `linux-x86_64`, `macosx-14.0-arm64` … */
  readonly platform: string;
}

const oldest = [3, 8] as const;
const question =
  "import os,platform,sys,sysconfig;" +
  "print(os.path.realpath(sys.executable));print(platform.python_version());print(sysconfig.get_platform())";

/** What was found in an environment: a shim of a version manager takes half a second to answer. */
const found = new WeakMap<object, Map<string | undefined, Interpreter>>();

/**
 * Finds the Python that a project asks for: `python3.11` on the PATH, then a `python3` or `python`
 * of that version, then one that pyenv has installed, then one that uv has. In one environment it
 * stays the same, as long as it is there.
 *
 * @param version `3.11` or `3.11.7`; undefined: whatever `python3` is
 */
export async function findInterpreter(
  version: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Result<Interpreter, PlatformError>> {
  const known = found.get(environment) ?? new Map<string | undefined, Interpreter>();
  const before = known.get(version);
  if (before !== undefined && existsSync(before.python)) return ok(before);
  const answer = await searchInterpreter(version, environment);
  if (answer.ok) found.set(environment, known.set(version, answer.value));
  return answer;
}

async function searchInterpreter(
  version: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Result<Interpreter, PlatformError>> {
  const others = new Map<string, Interpreter>();
  for (const candidate of candidates(version, environment)) {
    const answer = await ask(candidate, environment);
    if (answer === undefined) continue;
    if (fits(answer.version, version)) return ok(answer);
    others.set(answer.python, answer);
  }
  const wanted = version === undefined ? "Python 3" : `Python ${version}`;
  const have = [...others.values()].map((other) => `${other.version} (${other.python})`).join(", ");
  return err({
    reason: "unavailable",
    message: `${wanted} is not on this machine${have === "" ? ": no Python was found" : `; found ${have}`}`,
    help:
      `install it (for instance \`pyenv install ${version ?? "3.11"}\`, or the system's package python${version ?? "3"}), ` +
      "or run the steps in containers with `executor: docker` for the environment in esteira.yaml",
  });
}

function* candidates(
  version: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Generator<string> {
  const minor = version?.split(".").slice(0, 2).join(".");
  const names = [...(minor === undefined ? [] : [`python${minor}`]), "python3", "python"];
  const folders = (environment["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  for (const name of names) {
    for (const folder of folders) {
      const path = join(folder, name);
      if (existsSync(path)) yield path;
    }
  }
  const pyenv = environment["PYENV_ROOT"] ?? join(homeFolder(environment, homedir), ".pyenv");
  for (const installed of listed(join(pyenv, "versions"))) {
    const path = join(pyenv, "versions", installed, "bin", "python3");
    if (fits(installed, version) && existsSync(path)) yield path;
  }
  const fetched = uvPythons(environment);
  for (const installed of listed(fetched)) {
    const path = join(fetched, installed, "bin", "python3");
    const number = /^cpython-(\d+\.\d+\.\d+)-/.exec(installed)?.[1];
    if (number !== undefined && fits(number, version) && existsSync(path)) yield path;
  }
}

/**
 * Where uv keeps the Pythons that it has fetched.
 * @see https://docs.astral.sh/uv/reference/storage/#python-versions
 */
function uvPythons(environment: Readonly<Record<string, string | undefined>>): string {
  const data =
    environment["XDG_DATA_HOME"] ?? join(homeFolder(environment, homedir), ".local/share");
  return environment["UV_PYTHON_INSTALL_DIR"] ?? join(data, "uv", "python");
}

async function ask(
  python: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Interpreter | undefined> {
  const { execa } = await import("execa");
  const { exitCode, stdout } = await execa(python, ["-I", "-S", "-c", question], {
    env: environment,
    extendEnv: false,
    reject: false,
    timeout: 10_000,
  });
  const [executable, version, platform] = stdout.split(/\r?\n/);
  if (exitCode !== 0 || !executable || !version || !platform) return undefined;
  return { python: executable, version, platform };
}

/** `3.11.7` fits `3.11`; `3.1.0` doesn't. Older ones than the supervisor can run on fit nothing. */
function fits(found: string, wanted: string | undefined): boolean {
  const [major = 0, minor = 0] = found.split(".").map(Number);
  if (major !== oldest[0] || minor < oldest[1]) return false;
  return wanted === undefined || found === wanted || found.startsWith(`${wanted}.`);
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
