import { existsSync } from "node:fs";
import { join } from "node:path";

import { ok, type Result } from "../../../core/result.ts";
import type { PlatformError } from "../../../platform/port.ts";
import type { Interpreter } from "../interpreter.ts";
import type { Requirements } from "../requirements.ts";
import { condaProgram, noCondaProgram } from "./conda-program.ts";
import { type Installer, pipInstaller, uvInstaller } from "./installer.ts";
import type { PipSettings, ProcessEnvironment } from "./pip-settings.ts";
import { pinnedUvProgram, uvOnPath } from "./uv-program.ts";
import { pinnedUv } from "./uv-release.ts";
import { uvSettings } from "./uv-settings.ts";

/** What `environments.<env>` of esteira.yaml says about installing. */
export interface InstallerWishes {
  readonly installer: "auto" | "uv" | "pip";
  readonly hardLinks: boolean;
}

/**
 * Which installer a requirements file takes, before anything is looked for on the machine; with the
 * reason where it isn't simply uv.
 *
 * @param file its name, for people
 */
export function wantedInstaller(
  { installer }: InstallerWishes,
  requirements: Requirements,
  file: string,
): { readonly name: "uv" | "pip"; readonly why: string | undefined } {
  if (installer === "pip") return { name: "pip", why: "esteira.yaml says so" };
  const { refusedByUv } = requirements;
  if (refusedByUv === undefined) return { name: "uv", why: undefined };
  return { name: "pip", why: `${file} has ${refusedByUv}, which uv doesn't know` };
}

/** Says what would install, without fetching anything: for a plan. */
export async function installerForeseen(
  wishes: InstallerWishes,
  requirements: Requirements,
  file: string,
  tools: string,
  { platform }: Interpreter,
  environment: ProcessEnvironment,
): Promise<string> {
  if (requirements.conda === true) {
    const program = condaProgram(environment);
    return program === undefined
      ? noCondaProgram(file).message
      : `packages by ${program.name} (${program.path})`;
  }
  const { name, why } = wantedInstaller(wishes, requirements, file);
  if (name === "pip") return `packages by pip: ${why}`;
  const links = wishes.hardLinks
    ? "; with hard links, so that an edit in one environment changes all"
    : "";
  const onPath = await uvOnPath(environment);
  if (onPath !== undefined) return `packages by uv ${onPath.version} (${onPath.path})${links}`;
  const isThere = existsSync(join(tools, `uv-${pinnedUv}-${platform}`, "complete.json"));
  const origin = isThere ? "of .esteira/tools" : "fetched from PyPI once";
  const otherwise = isThere || wishes.installer === "uv" ? "" : ", or pip where it can't be had";
  return `packages by uv ${pinnedUv}, ${origin}${otherwise}${links}`;
}

export interface InstallerRequest {
  readonly wishes: InstallerWishes;
  readonly requirements: Requirements;
  /** Name of the requirements file, for people. */
  readonly file: string;
  readonly tools: string;
  readonly interpreter: Interpreter;
  readonly settings: PipSettings;
  /** Without a project's own index, which may not have Esteira's tools. */
  readonly settingsOfMachine: PipSettings;
  readonly processEnvironment: ProcessEnvironment;
  readonly listener: (line: string) => void;
  readonly note: (text: string) => void;
  readonly signal: AbortSignal | undefined;
}

/**
 * Gives the installer; fetches uv where the machine has none that serves. What isn't as wished is
 * said.
 */
export async function chooseInstaller(
  request: InstallerRequest,
): Promise<Result<Installer, PlatformError>> {
  const { wishes, requirements, file, settings, processEnvironment, note } = request;
  const { name, why } = wantedInstaller(wishes, requirements, file);
  if (name === "pip") {
    if (wishes.installer !== "pip") note(`${why}: pip installs instead`);
    return ok(pipInstaller(settings));
  }
  const onPath = await uvOnPath(processEnvironment);
  const program =
    onPath === undefined
      ? await pinnedUvProgram({ ...request, settings: request.settingsOfMachine })
      : ok(onPath);
  if (program.ok) {
    const forUv = uvSettings(settings, requirements.options, processEnvironment);
    return ok(uvInstaller({ program: program.value, settings: forUv }, wishes.hardLinks));
  }
  if (wishes.installer === "uv" || program.error.reason === "interrupted") return program;
  note(`${program.error.message}; pip installs instead, which takes longer`);
  return ok(pipInstaller(settings));
}
