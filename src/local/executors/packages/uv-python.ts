import { err, ok, type Err, type Result } from "../../../core/result.ts";
import type { PlatformError } from "../../../platform/port.ts";
import { findInterpreter, type Interpreter } from "../interpreter.ts";
import { indented, runTool } from "../tool.ts";
import type { InstallerWishes } from "./choose-installer.ts";
import { type ProcessEnvironment, readPipSettings } from "./pip-settings.ts";
import { pinnedUvProgram, uvOnPath } from "./uv-program.ts";
import { pinnedUv, pinnedUvPythons } from "./uv-release.ts";
import { noFileOptions, uvSettings } from "./uv-settings.ts";
import { uvProblem } from "./uv-words.ts";

/**
 * Which uv would fetch a Python of this version; undefined: none may, or none knows it. Nothing is
 * fetched.
 *
 * @param version `3.12` or `3.12.4`
 */
export async function uvOffersPython(
  version: string,
  wanted: InstallerWishes["installer"],
  environment: ProcessEnvironment,
): Promise<string | undefined> {
  if (wanted === "pip" || /^(?:never|manual)$/.test(environment["UV_PYTHON_DOWNLOADS"] ?? "")) {
    return undefined;
  }
  const uv = await uvOnPath(environment);
  if (uv === undefined) {
    const [major, minor] = version.split(".").map(Number);
    const { oldest, newest } = pinnedUvPythons;
    const isKnown = major === 3 && minor !== undefined && minor >= oldest && minor <= newest;
    return isKnown ? `uv ${pinnedUv}` : undefined;
  }
  const { execa } = await import("execa");
  const { stdout, exitCode } = await execa(
    uv.path,
    ["python", "list", "--only-downloads", "--all-versions", version],
    {
      env: uvSettings({}, noFileOptions, environment).environment,
      extendEnv: false,
      reject: false,
      timeout: 10_000,
    },
  );
  const offers = stdout.split("\n").some((line) => line.startsWith(`cpython-${version}`));
  return exitCode === 0 && offers ? `uv ${uv.version}` : undefined;
}

export interface FetchPythonOptions {
  /** What was said when it wasn't found on this machine. */
  readonly missing: Err<PlatformError>;
  readonly version: string;
  readonly wanted: InstallerWishes["installer"];
  readonly tools: string;
  readonly processEnvironment: ProcessEnvironment;
  readonly listener: (line: string) => void;
  readonly note: (text: string) => void;
  readonly signal: AbortSignal | undefined;
}

/**
 * Has uv fetch a Python that this machine lacks, to where uv keeps those of the user; says so.
 * Where it may not, it is missing.
 */
export async function fetchedPython(
  options: FetchPythonOptions,
): Promise<Result<Interpreter, PlatformError>> {
  const { missing, version, wanted, processEnvironment, note, signal } = options;
  const offered = await uvOffersPython(version, wanted, processEnvironment);
  // A machine without any Python couldn't run a supervisor, nor fetch uv.
  const any = await findInterpreter(undefined, processEnvironment);
  if (offered === undefined || !any.ok) return missing;
  const settings = await readPipSettings(any.value, processEnvironment);
  if (!settings.ok) return settings;
  const onPath = await uvOnPath(processEnvironment);
  const program =
    onPath === undefined
      ? await pinnedUvProgram({ ...options, interpreter: any.value, settings: settings.value })
      : ok(onPath);
  if (!program.ok) return program.error.reason === "interrupted" ? program : missing;

  const { environment } = uvSettings(settings.value, noFileOptions, processEnvironment);
  note(`Python ${version} is not on this machine: ${offered} fetches it`);
  const fetched = await runTool(program.value.path, ["python", "install", "--no-bin", version], {
    cwd: "/",
    env: environment,
    listener: () => {},
    signal,
  });
  if (fetched.ok) return findInterpreter(version, processEnvironment);
  if (fetched.error.reason === "interrupted") {
    const message = `fetching Python ${version} was interrupted`;
    return err({ reason: "interrupted", message, help: "deploy again" });
  }
  const { lines } = fetched.error;
  return err({
    reason: "unavailable",
    message: `Python ${version} is not on this machine, and uv could not fetch it: ${uvProblem(lines)}`,
    help: `${missing.error.help ?? ""}. uv fetches Pythons from GitHub, or from the mirror that UV_PYTHON_INSTALL_MIRROR names; its last words:\n${indented(lines)}`,
  });
}
