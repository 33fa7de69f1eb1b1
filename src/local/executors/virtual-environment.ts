import { existsSync, realpathSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { dependencyForm } from "../../config/dependency-files.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { sqliteTrouble } from "../store/sqlite.ts";
import { readDependencies } from "./dependencies.ts";
import { readText } from "./attempt-files.ts";
import { buildEnvironment } from "./packages/build.ts";
import { type Built, builtFolder, completeIn } from "./packages/built-folder.ts";
import { condaEnvironment } from "./packages/conda.ts";
import { chooseInstaller, wantedInstaller } from "./packages/choose-installer.ts";
import { interrupted, notCreated } from "./packages/failures.ts";
import { withIndex } from "./packages/index-settings.ts";
import { type PipSettings, readPipSettings } from "./packages/pip-settings.ts";
import {
  digest,
  environmentFolders,
  type EnvironmentRequest,
  type PlacedRequest,
  proof,
  type ReadRequirements,
  toolOptions,
  type VirtualEnvironment,
} from "./packages/request.ts";
import { makeReadOnly } from "./packages/tree.ts";
import { createBare } from "./pip.ts";
import { joinedRequirements, listedRequirements, withoutHashes } from "./requirements.ts";

/**
 * Gives a virtual environment with the requirements installed; builds it when there is none for
 * this interpreter, platform and these requirements. Its packages are in a layer that all
 * environments with equal locked requirements share; folders of the project that are installed lie
 * over it (docs/decisions/0010-environments.md says why). Finished, all of it is read-only.
 */
export async function virtualEnvironment(
  request: EnvironmentRequest,
): Promise<Result<VirtualEnvironment, PlatformError>> {
  try {
    return await foundOrBuilt(request);
  } catch (error) {
    if (request.signal?.aborted === true) return err(interrupted(request));
    const trouble = diskTrouble(error);
    if (trouble === undefined) throw error;
    const { environments } = environmentFolders(request.dataDirectory);
    return err({
      reason: "failed",
      message: `the virtual environment of ${request.project} could not be written: ${trouble}`,
      help: `make room, or see that you may write in ${environments}, and deploy again`,
      resource: environments,
    });
  }
}

async function foundOrBuilt(
  asked: EnvironmentRequest,
): Promise<Result<VirtualEnvironment, PlatformError>> {
  const { dataDirectory } = asked;
  await mkdir(environmentFolders(dataDirectory).environments, { recursive: true });
  // Programs name their interpreter by its path: the real one, whatever link leads to the workspace
  // today.
  const real = realpathSync(dataDirectory);
  const folders = environmentFolders(real);
  const request: PlacedRequest = { ...asked, folders };
  const { requirementsFile } = request;
  if (requirementsFile !== undefined && dependencyForm(requirementsFile) === "conda") {
    return condaEnvironment(request, requirementsFile);
  }
  const read = await requirementsOf(request);
  if (!read.ok) return read;
  const requirements = read.value;
  if (requirements === undefined) return bareEnvironment(request);

  const settings = await readPipSettings(request.interpreter, request.processEnvironment);
  if (!settings.ok) return settings;
  const { name } = wantedInstaller(request.wishes, requirements.read, requirements.title);
  const either = request.wishes.installer === "auto" ? (["uv", "pip"] as const) : [name];
  for (const installer of name === "uv" ? either : [name]) {
    // One that is there needs no installer; where uv couldn't be had when it was made, it is pip's.
    const key = keyOf(request, requirements, settings.value, installer);
    const found = await completeIn({ directory: join(folders.environments, key), proof });
    if (found !== undefined && existsSync(found.details["layer"] ?? found.path)) {
      return ok(environmentOf(found));
    }
  }
  return withIndex(request, settings.value, (masked, only) =>
    built(masked, requirements, settings.value, only),
  );
}

/** @param ofMachine what is set for pip, without the project's own index */
async function built(
  request: PlacedRequest,
  requirements: ReadRequirements,
  ofMachine: PipSettings,
  settings: PipSettings,
): Promise<Result<VirtualEnvironment, PlatformError>> {
  const { folders } = request;
  const chosen = await chooseInstaller({
    ...request,
    tools: folders.tools,
    requirements: requirements.read,
    file: requirements.title,
    settings,
    settingsOfMachine: ofMachine,
  });
  if (!chosen.ok) return chosen;
  const key = keyOf(request, requirements, settings, chosen.value.name);
  const made = await builtFolder({
    directory: join(folders.environments, key),
    proof,
    onWait: () =>
      request.listener("another process is building the virtual environment; waiting for it"),
    signal: request.signal,
    build: async (target) => {
      const scratch = await mkdtemp(join(tmpdir(), "esteira-install-"));
      try {
        return await buildEnvironment(request, requirements, chosen.value, scratch, target);
      } finally {
        await rm(scratch, { recursive: true, force: true });
      }
    },
  });
  return made.ok ? ok(environmentOf(made.value)) : made;
}

function environmentOf({ path, details }: Built): VirtualEnvironment {
  const { layer, installer } = details;
  return {
    path,
    layer,
    installer: installer === "pip" || installer === "uv" ? installer : undefined,
  };
}

/** Without requirements: nothing but Python, and nothing to install with. */
async function bareEnvironment(
  request: PlacedRequest,
): Promise<Result<VirtualEnvironment, PlatformError>> {
  const { folders, listener, signal, interpreter } = request;
  const built = await builtFolder({
    directory: join(folders.environments, digest(request, [])),
    proof,
    onWait: () => listener("another process is building the virtual environment; waiting for it"),
    signal,
    build: async (target) => {
      listener(`creating a virtual environment with Python ${interpreter.version}`);
      const created = await createBare(interpreter, target, toolOptions(request, request.snapshot));
      if (!created.ok) return err(notCreated(request, target, created.error));
      await makeReadOnly(target);
      return ok({});
    },
  });
  return built.ok ? ok(environmentOf(built.value)) : built;
}

/** Undefined: nothing is asked for. */
async function requirementsOf(
  request: PlacedRequest,
): Promise<Result<ReadRequirements | undefined, PlatformError>> {
  const own = await ownRequirements(request);
  const { packages } = request;
  if (!own.ok || packages.length === 0) return own;
  const asked = own.value?.read ?? listedRequirements([]);
  const read = asked.locked === true ? withoutHashes(asked) : asked;
  const paths = packages.map(({ path }) => path);
  return ok({
    ...own.value,
    title: [own.value?.title, ...paths].filter((one) => one !== undefined).join(" and "),
    // Without what is in the packages: their versions of others outlive an edit.
    read: { ...read, hash: listedRequirements([read.hash, ...paths]).hash },
    file: undefined,
  });
}

/** Without the packages that the project shares. */
async function ownRequirements(
  request: PlacedRequest,
): Promise<Result<ReadRequirements | undefined, PlatformError>> {
  const ofSteps = await requirementsOfSteps(request);
  const { added, project } = request;
  if (!ofSteps.ok || added === undefined) return ofSteps;
  const { title, requirements } = added;
  if (ofSteps.value === undefined) return ok({ title, read: requirements, file: undefined });
  const { read: asked } = ofSteps.value;
  const isMixed = asked.options.hashes !== requirements.options.hashes;
  const read = isMixed && asked.locked === true ? withoutHashes(asked) : asked;
  if (read.options.hashes !== requirements.options.hashes) {
    const [which, other] = read.options.hashes
      ? [title, ofSteps.value.title]
      : [ofSteps.value.title, title];
    return err({
      reason: "refused",
      message: `${other} of ${project} has hashes and ${which} has none, and they can only be installed together where all have them`,
      help: "write both with hashes, by `uv pip compile --generate-hashes` or `pip-compile --generate-hashes`, or none",
      resource: project,
    });
  }
  return ok({
    title: `${ofSteps.value.title} and ${title}`,
    read: joinedRequirements(read, requirements),
    file: undefined,
    ofSteps: read.hash,
  });
}

async function requirementsOfSteps(
  request: PlacedRequest,
): Promise<Result<ReadRequirements | undefined, PlatformError>> {
  const { requirementsFile: file, snapshot, project } = request;
  if (file === undefined) return ok(undefined);
  const read = await readDependencies(snapshot, file);
  if (read?.refused !== undefined) {
    return err({
      reason: "refused",
      message: `${project}'s requirements: ${read.refused}`,
      help: read.refusedHelp ?? "replace it by an ordinary file inside the project",
      resource: join(snapshot, file),
    });
  }
  // An installer reads only requirements files; what others mean is written out for it.
  const isRead = dependencyForm(file) === "requirements";
  if (read !== undefined) {
    return ok(read.empty ? undefined : { title: file, file: isRead ? file : undefined, read });
  }
  return err({
    reason: "not-found",
    message: `${project} has no ${file}, which runtime.requirements_file names`,
    help: "create the file, or take the setting out of config.yaml",
    resource: join(snapshot, file),
  });
}

/** Names the environment: the same for all that agree in everything that matters. */
function keyOf(
  request: PlacedRequest,
  { read }: ReadRequirements,
  settings: PipSettings,
  installer: string,
): string {
  const constraints = settings.constraint?.split(/\s+/) ?? [];
  return digest(request, [
    installer,
    String(installer === "uv" && request.wishes.hardLinks),
    read.hash,
    read.local ? request.sourceHash : "",
    ...constraints.map((file) => readText(file) ?? file),
    ...request.packages.map(({ path, hash }) => `${path} ${hash}`),
    ...(request.index === undefined ? [] : [`index ${request.index.url}`]),
  ]);
}

/** What the file system had to say; undefined for everything else that is thrown. */
function diskTrouble(error: unknown): string | undefined {
  const known =
    sqliteTrouble(error) !== undefined || (error instanceof Error && "syscall" in error);
  return known ? (error as Error).message : undefined;
}
