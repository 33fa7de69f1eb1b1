import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { err, ok, type Result } from "../../../core/result.ts";
import type { PlatformError } from "../../../platform/port.ts";
import { readDependencies } from "../dependencies.ts";
import type { Interpreter } from "../interpreter.ts";
import { pipInstall } from "../pip.ts";
import type { Requirements } from "../requirements.ts";
import { indented, lastError, runTool, type ToolFailure, type ToolOptions } from "../tool.ts";
import { copyWritable } from "../working-copy.ts";
import { builtFolder } from "./built-folder.ts";
import { type CondaProgram, condaProgram, noCondaProgram } from "./conda-program.ts";
import { interrupted } from "./failures.ts";
import { withIndex } from "./index-settings.ts";
import { pipInstaller } from "./installer.ts";
import { pipEnvironment, type PipSettings, readPipSettings } from "./pip-settings.ts";
import { digest, type PlacedRequest, proof, type VirtualEnvironment } from "./request.ts";
import { copySharedPackages, installShared } from "./shared.ts";
import { linkMissing, makeReadOnly } from "./tree.ts";

/** Variables of conda that say what is solved for and where it is kept. */
const passedOn = /^CONDA_(?:OVERRIDE_.+|PKGS_DIRS|CHANNEL_PRIORITY)$/;

/**
 * Gives the environment of a conda file; made by micromamba or pixi where there is none. It is a
 * whole one with its own Python and shares nothing, since its packages are not uv's.
 *
 * @param file relative to the snapshot
 */
export async function condaEnvironment(
  request: PlacedRequest,
  file: string,
): Promise<Result<VirtualEnvironment, PlatformError>> {
  const { project, snapshot, folders, listener, signal } = request;
  const read = await readDependencies(snapshot, file);
  if (read === undefined) {
    return err({
      reason: "not-found",
      message: `${project} has no ${file}, which runtime.requirements_file names`,
      help: "create the file, or take the setting out of config.yaml",
      resource: join(snapshot, file),
    });
  }
  if (read.refused !== undefined) {
    const { refused: message, refusedHelp: help = "correct it" } = read;
    return err({ reason: "refused", message, help, resource: join(snapshot, file) });
  }
  const made = await builtFolder({
    directory: join(folders.environments, keyOf(request, read)),
    proof,
    onWait: () => listener("another process is building the conda environment; waiting for it"),
    signal,
    build: async (target) => {
      const program = condaProgram(request.processEnvironment);
      if (program === undefined) {
        return err({ reason: "unavailable", ...noCondaProgram(file), resource: file });
      }
      const settings = await readPipSettings(request.interpreter, request.processEnvironment);
      if (!settings.ok) return settings;
      const scratch = await mkdtemp(join(tmpdir(), "esteira-conda-"));
      try {
        return await withIndex(request, settings.value, (masked, only) =>
          buildConda({ request: masked, settings: only, program, file, read, scratch, target }),
        );
      } finally {
        await rm(scratch, { recursive: true, force: true });
      }
    },
  });
  if (!made.ok) return made;
  const { path, details } = made.value;
  const installer = details["installer"] === "pixi" ? "pixi" : "micromamba";
  return ok({ path, layer: undefined, installer });
}

/** Which program made it doesn't matter: what is deployed changes by what people write alone. */
function keyOf(request: PlacedRequest, read: Requirements): string {
  const { added, packages, index, sourceHash } = request;
  return digest(request, [
    "conda",
    read.hash,
    read.local ? sourceHash : "",
    added?.requirements.hash ?? "",
    ...packages.map(({ path, hash }) => `${path} ${hash}`),
    ...(index === undefined ? [] : [`index ${index.url}`]),
  ]);
}

interface CondaBuild {
  readonly request: PlacedRequest;
  readonly settings: PipSettings;
  readonly program: CondaProgram;
  readonly file: string;
  readonly read: Requirements;
  readonly scratch: string;
  readonly target: string;
}

async function buildConda(
  build: CondaBuild,
): Promise<Result<Readonly<Record<string, string>>, PlatformError>> {
  const { request, program, file, read, scratch, target, settings } = build;
  const { listener, signal, processEnvironment, project } = request;
  // What pip builds it writes beside the sources.
  const sources = read.local ? join(scratch, "src") : request.snapshot;
  if (read.local) await copyWritable(request.snapshot, sources);
  const variables = Object.entries(processEnvironment).filter(([name]) => passedOn.test(name));
  const options: ToolOptions = {
    cwd: sources,
    env: { ...pipEnvironment(settings, processEnvironment), ...Object.fromEntries(variables) },
    listener: () => {},
    signal,
  };
  const failed = (failure: ToolFailure, what: string): PlatformError =>
    failure.reason === "interrupted"
      ? interrupted(request)
      : {
          reason: "failed",
          message: `${program.name} could not make the environment of ${what} of ${project}: ${lastError(failure.lines).replace(/^error\s+/, "")}`,
          help: `correct ${what} (or the network, if a channel could not be reached) and deploy again; the last words:\n${indented(failure.lines)}`,
          resource: what,
        };
  listener(`making the conda environment of ${file} with ${program.name}`);
  const done = await makeEnvironment(program, join(sources, file), target, options);
  if (!done.ok) return err(failed(done.error, file));
  const python = join(target, "bin", "python");
  const version = await versionOf(python, options);
  if (version === undefined) {
    return err({
      reason: "refused",
      message: `${file} of ${project} brings no Python`,
      help: `add it to \`dependencies\`, such as python=${request.interpreter.version.split(".").slice(0, 2).join(".")}`,
      resource: file,
    });
  }
  if (!version.startsWith(`${request.interpreter.version.split(".").slice(0, 2).join(".")}.`)) {
    request.note(
      `${file} brings Python ${version}, and the project's is ${request.interpreter.version}: steps run with ${version}`,
    );
  }
  const besides = await installBesides(build, { ...request.interpreter, python, version }, options);
  if (!besides.ok) return err(failed(besides.error, "what is installed besides"));
  await makeReadOnly(target);
  return ok({ installer: program.name });
}

/**
 * @see https://mamba.readthedocs.io/en/latest/user_guide/micromamba.html
 * @see https://pixi.sh/latest/reference/cli/pixi/init/
 */
async function makeEnvironment(
  { name, path }: CondaProgram,
  file: string,
  target: string,
  options: ToolOptions,
): Promise<Result<void, ToolFailure>> {
  if (name === "micromamba") {
    return runTool(path, ["create", "--yes", `--prefix=${target}`, `--file=${file}`], options);
  }
  const begun = await runTool(path, ["init", `--import=${file}`, target], options);
  if (!begun.ok) return begun;
  const manifest = join(target, "pixi.toml");
  const installed = await runTool(path, ["install", `--manifest-path=${manifest}`], options);
  if (!installed.ok) return installed;
  // Pixi keeps it further down, and everything else looks for `bin` in the folder itself.
  await linkMissing(join(target, ".pixi", "envs", "default"), target);
  return ok(undefined);
}

/** What tests and the workspace bring, by the environment's own pip. */
async function installBesides(
  { request, settings, read, scratch, target }: CondaBuild,
  interpreter: Interpreter,
  options: ToolOptions,
): Promise<Result<void, ToolFailure>> {
  const { added, packages, folders } = request;
  const pip = [join(target, "bin", "python"), "-I", "-m", "pip"] as const;
  if (added !== undefined) {
    const file = join(scratch, "added.txt");
    const { optionLines, packages: lines, folders: own } = added.requirements;
    await writeFile(file, `${[...optionLines, ...lines, ...own].join("\n")}\n`);
    const installed = await pipInstall(pip, ["--requirement", file], options);
    if (!installed.ok) return installed;
  }
  if (packages.length === 0) return ok(undefined);
  const shared = await copySharedPackages(packages, target);
  const order = {
    interpreter,
    requirements: read,
    file: "",
    packages: shared.projects,
    builders: join(folders.tools, "builders"),
    scratch,
    options,
  };
  return installShared(order, pipInstaller(settings), shared, target);
}

async function versionOf(python: string, { env, cwd }: ToolOptions): Promise<string | undefined> {
  const { execa } = await import("execa");
  const code = "import platform; print(platform.python_version())";
  const asked = await execa(python, ["-I", "-c", code], {
    env,
    cwd,
    extendEnv: false,
    reject: false,
    timeout: 30_000,
  });
  return asked.exitCode === 0 ? asked.stdout : undefined;
}
