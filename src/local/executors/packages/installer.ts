import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { randomBytes } from "node:crypto";

import { ok, type Result } from "../../../core/result.ts";
import type { Interpreter } from "../interpreter.ts";
import { createBare, createWithPip, pipInstall } from "../pip.ts";
import { pipWords } from "../pip-words.ts";
import { localPath, logicalLines, type Requirements } from "../requirements.ts";
import { seedPip } from "../seed.ts";
import { lastError, type ToolFailure, type ToolOptions } from "../tool.ts";
import { compilePackages } from "./bytecode.ts";
import { pipEnvironment, type PipSettings } from "./pip-settings.ts";
import { safeLinkMode, type Uv, uvCompile, uvInstall } from "./uv.ts";
import { uvProblem } from "./uv-words.ts";

/**
 * What is installed, without the project's own folders: one line a package, or what the file itself
 * says.
 */
export type Lock = readonly string[];

export type Fill = (lock: Lock) => Promise<Result<void, ToolFailure>>;

/** One way to fill virtual environments. */
export interface Installer {
  readonly name: "uv" | "pip";
  /** For people: `uv 0.13.9`. */
  readonly title: string;
  /** What went wrong, in a sentence. */
  problem(lines: readonly string[]): string;
  /** Its last words, of a length that can be read. */
  words(lines: readonly string[]): readonly string[];
  /**
   * Says what exactly a requirements file asks for.
   *
   * @param earlier what it asked for before; its versions are kept where they still fit
   */
  lock(order: InstallOrder, earlier: Lock): Promise<Result<Lock, ToolFailure>>;
  /** Makes a virtual environment with pip in it. Gives what installs packages there. */
  create(order: InstallOrder, target: string): Promise<Result<Fill, ToolFailure>>;
  /** Installs the project's own folders into an environment that sees the packages. */
  installFolders(order: InstallOrder, target: string): Promise<Result<void, ToolFailure>>;
  /** Installs the packages that the project shares into such an environment. */
  installPackages(order: InstallOrder, target: string): Promise<Result<void, ToolFailure>>;
}

export interface InstallOrder {
  readonly interpreter: Interpreter;
  readonly requirements: Requirements;
  /** Path of the requirements file. */
  readonly file: string;
  /** Absolute folders of shared packages that are installed by their `pyproject.toml`. */
  readonly packages: readonly string[];
  /** Folder of the environments in which folders are built, which are kept. */
  readonly builders: string;
  /** Folder for files that are needed meanwhile. */
  readonly scratch: string;
  /** Its `cwd` is the folder that the requirements' paths are relative to. */
  readonly options: ToolOptions;
}

/** For the few files of a project: uv compiles all that is in an environment. */
const compiled = "--compile-bytecode";

export function uvInstaller(uv: Uv, hardLinks: boolean): Installer {
  const withUv = (options: ToolOptions, { settings }: Uv = uv): ToolOptions => ({
    ...options,
    env: settings.environment,
  });
  // A folder has no hash that could be demanded.
  const { UV_REQUIRE_HASHES: _, ...environment } = uv.settings.environment;
  const forFolders: Uv = { ...uv, settings: { ...uv.settings, environment } };
  const linkModeFor = async (target: string) => (hardLinks ? "hardlink" : safeLinkMode(uv, target));
  return {
    name: "uv",
    title: `uv ${uv.program.version}`,
    problem: uvProblem,
    words: (lines) => lines,
    async lock(order, earlier) {
      const { requirements, interpreter, file } = order;
      // With hashes a file is a lock already, and resolving would give away what they protect.
      const isLock = requirements.options.hashes || requirements.locked === true;
      if (isLock && (order.packages.length === 0 || requirements.options.hashes))
        return ok(requirements.packages);
      const output = scratchFile(order);
      if (earlier.length > 0) await writeFile(output, fileOf(earlier));
      const done = await uvCompile(uv, interpreter, file, output, withUv(order.options));
      if (!done.ok) return done;
      const isFolder = (line: string): boolean =>
        localPath(line, order.options.cwd)?.kind === "folder";
      return ok(logicalLines(done.value).filter((line) => !isFolder(line)));
    },
    async create(order, target) {
      const options = withUv(order.options);
      const created = await createBare(order.interpreter, target, options);
      if (!created.ok) return created;
      const linkMode = await linkModeFor(target);
      const seeded = await seedPip(order.interpreter, target, options);
      if (!seeded.ok) return seeded;
      if (!seeded.value) {
        const unhashed = { ...uv, settings: withoutDemands(uv.settings) };
        const forPip = withUv(order.options, unhashed);
        const installed = await uvInstall(unhashed, target, linkMode, ["pip"], forPip);
        if (!installed.ok) return installed;
      }
      return ok(async (lock) => {
        const file = scratchFile(order);
        await writeFile(file, fileOf([...order.requirements.optionLines, ...lock]));
        const installed = await uvInstall(uv, target, linkMode, ["--requirement", file], options);
        return installed.ok ? compilePackages(order.interpreter, target, options) : installed;
      });
    },
    async installFolders(order, target) {
      const file = scratchFile(order);
      const { requirements } = order;
      const { optionLines, folders, locked } = requirements;
      // A lock means its own project without a hash; a requirements file that has hashes doesn't.
      const by = locked === true ? forFolders : uv;
      const linkMode = await linkModeFor(target);
      const paths = plainFolders(folders, order.options.cwd);
      const wheels =
        optionLines.length === 0 && !requirements.options.hashes && paths !== undefined
          ? await (await import("./kept-builders.ts")).wheelsOf(uv, order, paths, linkModeFor)
          : undefined;
      if (wheels !== undefined) {
        const options = withUv(order.options, forFolders);
        return uvInstall(forFolders, target, linkMode, [compiled, ...wheels], options);
      }
      await writeFile(file, fileOf([...optionLines, ...folders]));
      const what = [compiled, "--requirement", file];
      return uvInstall(by, target, linkMode, what, withUv(order.options, by));
    },
    async installPackages(order, target) {
      const linkMode = await linkModeFor(target);
      const options = withUv(order.options, forFolders);
      const wheels = await (
        await import("./kept-builders.ts")
      ).wheelsOf(uv, order, order.packages, linkModeFor);
      const what = [compiled, ...(wheels ?? order.packages)];
      return uvInstall(forFolders, target, linkMode, what, options);
    },
  };
}

/** Absolute paths of folders that are copied when they are installed; undefined: not all are. */
function plainFolders(lines: readonly string[], root: string): readonly string[] | undefined {
  const paths = lines.flatMap((line) => {
    const found = /^(?:-e|--editable)[\s=]|\s(?:;|--)/.test(line)
      ? undefined
      : localPath(line, root);
    return found?.kind === "folder" ? [found.path] : [];
  });
  return paths.length === lines.length ? paths : undefined;
}

/**
 * Where Python brings no pip, it comes from the index; what a person demands of packages isn't
 * meant for it.
 */
function withoutDemands(settings: Uv["settings"]): Uv["settings"] {
  const { UV_CONSTRAINT: _, UV_REQUIRE_HASHES: __, ...environment } = settings.environment;
  return { environment, flags: [] };
}

export function pipInstaller(settings: PipSettings): Installer {
  const withPip = (options: ToolOptions): ToolOptions => ({
    ...options,
    env: pipEnvironment(settings, options.env),
  });
  return {
    name: "pip",
    title: "pip",
    problem: lastError,
    words: pipWords,
    lock: async ({ requirements }) => ok(requirements.packages),
    async create(order, target) {
      const options = withPip(order.options);
      const { constraint: _, "require-hashes": __, "no-binary": ___, ...undemanding } = settings;
      const env = pipEnvironment(undemanding, order.options.env);
      const pip = await createWithPip(order.interpreter, target, { ...options, env });
      if (!pip.ok) return pip;
      return ok(async (lock) => {
        const file = scratchFile(order);
        await writeFile(file, fileOf([...order.requirements.optionLines, ...lock]));
        const what = ["--no-compile", "--requirement", file];
        const installed = await pipInstall(pip.value, what, options);
        return installed.ok ? compilePackages(order.interpreter, target, options) : installed;
      });
    },
    async installFolders(order, target) {
      // The pip of the environment below; what is there already, satisfies it.
      const pip = [join(target, "bin", "python"), "-I", "-m", "pip"] as const;
      const { locked, folders } = order.requirements;
      if (locked !== true) {
        return pipInstall(pip, ["--requirement", order.file], withPip(order.options));
      }
      const { "require-hashes": _, ...undemanding } = settings;
      const env = pipEnvironment(undemanding, order.options.env);
      return pipInstall(pip, ["--no-deps", ...folders], { ...order.options, env });
    },
    async installPackages(order, target) {
      const pip = [join(target, "bin", "python"), "-I", "-m", "pip"] as const;
      const { "require-hashes": _, ...undemanding } = settings;
      const env = pipEnvironment(undemanding, order.options.env);
      const flags = order.requirements.options.hashes ? ["--no-deps"] : [];
      return pipInstall(pip, [...flags, ...order.packages], { ...order.options, env });
    },
  };
}

function scratchFile({ scratch }: InstallOrder): string {
  return join(scratch, `${randomBytes(4).toString("hex")}.txt`);
}

function fileOf(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}
