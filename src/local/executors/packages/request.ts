import { createHash } from "node:crypto";
import { join } from "node:path";

import type { PackageIndex } from "../../../config/runtime-model.ts";
import type { IndexOpener } from "../../../platform/package-index.ts";
import type { Interpreter } from "../interpreter.ts";
import type { PackageFolder } from "../port.ts";
import type { AddedRequirements, Requirements } from "../requirements.ts";
import type { ToolOptions } from "../tool.ts";
import type { InstallerWishes } from "./choose-installer.ts";
import { withoutMisleading } from "./pip-settings.ts";

/** Folders of the workspace that virtual environments are made of; absolute. */
export interface EnvironmentFolders {
  /** One for each requirements file, interpreter and platform. */
  readonly environments: string;
  /** Read-only packages that environments with equal locked requirements share. */
  readonly layers: string;
  /** What requirements files asked for when they were last resolved. */
  readonly locks: string;
  /** Programs that Esteira fetches for itself. */
  readonly tools: string;
}

/** @param dataDirectory `.esteira` of the workspace */
export function environmentFolders(dataDirectory: string): EnvironmentFolders {
  const folder = (name: string): string => join(dataDirectory, name);
  return {
    environments: folder("venvs"),
    layers: folder("layers"),
    locks: folder("locks"),
    tools: folder("tools"),
  };
}

export interface EnvironmentRequest {
  /** `.esteira` of the workspace, absolute. */
  readonly dataDirectory: string;
  readonly interpreter: Interpreter;
  readonly wishes: InstallerWishes;
  readonly project: string;
  readonly snapshot: string;
  /** Relative to the snapshot; undefined: nothing to install. */
  readonly requirementsFile: string | undefined;
  /** What is installed besides. */
  readonly added?: AddedRequirements | undefined;
  /** Packages of the workspace that are installed too. */
  readonly packages: readonly PackageFolder[];
  /** Where packages come from; absent: what the machine is set to. */
  readonly index?: PackageIndex | undefined;
  readonly openIndex: IndexOpener;
  /** Names the project's sources, for requirements that point into them. */
  readonly sourceHash: string;
  /** Of Esteira's own process: indexes, proxies and certificates are there. */
  readonly processEnvironment: Readonly<Record<string, string | undefined>>;
  readonly listener: (line: string) => void;
  /** What a person should know although all goes well; the listener isn't reported besides. */
  readonly note: (text: string) => void;
  readonly signal: AbortSignal | undefined;
}

/** An environment as it was made. */
export interface VirtualEnvironment {
  readonly path: string;
  /** Folder that holds its packages; undefined: there are none, or they are in the environment. */
  readonly layer: string | undefined;
  readonly installer: "uv" | "pip" | "micromamba" | "pixi" | undefined;
}

/** With the folders where they really are, whatever link leads to the workspace. */
export interface PlacedRequest extends EnvironmentRequest {
  readonly folders: EnvironmentFolders;
}

export interface ReadRequirements {
  /** For people: the file's name, or the names of all that they come from. */
  readonly title: string;
  readonly read: Requirements;
  /** The file that says all of it, relative to the sources; undefined: no file does. */
  readonly file: string | undefined;
  /** Hash of those of the steps, whose versions count for these too. */
  readonly ofSteps?: string;
}

/** What every virtual environment has. */
export const proof = join("bin", "python");

/**
 * Names what is the same for all that agree in the interpreter and these parts: 24 hexadecimal
 * digits.
 */
export function digest({ interpreter }: EnvironmentRequest, parts: readonly string[]): string {
  const { python, version, platform } = interpreter;
  const hash = createHash("sha256").update(["2", python, version, platform, ...parts].join("\0"));
  return hash.digest("hex").slice(0, 24);
}

/** How a tool is called in a folder for this request. */
export function toolOptions(request: EnvironmentRequest, cwd: string): ToolOptions {
  const { processEnvironment, listener, signal } = request;
  return { cwd, env: withoutMisleading(processEnvironment), listener, signal };
}
