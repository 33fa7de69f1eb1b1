import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { maskOf, type Mask } from "../../core/mask.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import {
  abandon,
  attemptFiles,
  isHeld,
  isToBeHeld,
  readExit,
  readIdentity,
  reopen,
  writeDurably,
} from "./attempt-files.ts";
import { followContainer } from "./docker-attempt.ts";
import {
  docker,
  dockerAvailable,
  type DockerEngine,
  type ProcessEnvironment,
  dockerClient,
} from "./docker-cli.ts";
import {
  containerEnvironment,
  containerName,
  createArguments,
  shellArguments,
  environmentScript,
} from "./docker-container.ts";
import { localIndexes } from "../secrets/open-index.ts";
import { enterContainer, giveUpContainer } from "./docker-held.ts";
import type { DockerExecutorOptions } from "./docker-options.ts";
import { helperProblem } from "./docker-helper.ts";
import { imageOf } from "./docker-image.ts";
import { installHelper } from "./install-helper.ts";
import { containerState } from "./docker-state.ts";
import type { AttemptSpec, Executor, RunningAttempt, TerminalProgram } from "./port.ts";
import { failedStart, finishedAttempt } from "./supervised.ts";

const engineAnswersMs = 10_000;

/** Runs steps as containers of the project's image, through the `docker` client. */
export function createDockerExecutor(options: DockerExecutorOptions): Executor {
  const { network, processEnvironment } = options;
  const engine = openEngine(processEnvironment);
  return {
    name: "docker",

    async prepare(release, snapshot, listener, signal, besides = {}) {
      const available = await dockerAvailable(processEnvironment, engineAnswersMs);
      if (!available.ok) return available;
      const image = await imageOf({
        release,
        snapshot,
        packages: besides.packages ?? [],
        network,
        openIndex: localIndexes(options.dataDirectory, processEnvironment),
        processEnvironment,
        listener,
        signal,
      });
      if (!image.ok) return image;
      const problem = await helperProblem(release, image.value.id, processEnvironment);
      if (problem !== undefined) return err(problem);
      return ok({
        executor: "docker",
        decided: { image: image.value.name, digest: image.value.id },
      });
    },

    async start(spec, runtime) {
      const mask = maskOf(spec.secrets.map((name) => spec.environment[name] ?? ""));
      const earlier = await findAttempt(spec.directory, processEnvironment, mask);
      if (earlier !== undefined) return earlier;
      if (readIdentity(spec.directory) !== undefined) reopen(spec.directory);

      const available = await engine();
      if (!available.ok) return failedStart(available.error.message);
      const image = runtime.decided["digest"];
      if (image === undefined) throw new Error("not a runtime of the docker executor");
      const refused = await createContainer(options, spec, image, available.value.cpus);
      return refused === undefined
        ? startContainer(spec.directory, processEnvironment, mask)
        : failedStart(refused);
    },

    async shell(spec, runtime) {
      const image = runtime.decided["digest"];
      if (image === undefined) throw new Error("not a runtime of the docker executor");
      return containerShell(options, spec, image);
    },

    enter: (spec) => enterContainer(options, spec),

    giveUp: (directory) => giveUpContainer(directory, processEnvironment),

    async adopt(directory, _, mask) {
      const found = await findAttempt(directory, processEnvironment, mask);
      if (found === undefined && readIdentity(directory) === undefined) abandon(directory);
      return found;
    },
  };
}

/** Asks the engine what it is, once; again only after it gave no answer. */
function openEngine(
  processEnvironment: ProcessEnvironment,
): () => Promise<Result<DockerEngine, PlatformError>> {
  let engine: Promise<Result<DockerEngine, PlatformError>> | undefined;
  return async () => {
    engine ??= dockerAvailable(processEnvironment, engineAnswersMs);
    const available = await engine;
    if (!available.ok) engine = undefined;
    return available;
  };
}

/**
 * An attempt of before. A container that was created and never started goes: nobody can start it
 * any more.
 */
async function findAttempt(
  directory: string,
  processEnvironment: ProcessEnvironment,
  mask: Mask,
): Promise<RunningAttempt | undefined> {
  const name = containerName(directory);
  const remove = () => docker(["rm", "--force", name], processEnvironment);
  const exit = readExit(directory);
  const state = await containerState(name, processEnvironment);
  if (exit !== undefined) {
    if (state.kind === "ended" && !isHeld(directory)) await remove();
    return finishedAttempt(exit);
  }
  const identity = readIdentity(directory);
  const recorded = identity === "abandoned" ? undefined : identity;
  switch (state.kind) {
    case "running":
    case "ended":
      return followContainer({ directory, startedAt: state.startedAt, processEnvironment, mask });
    case "created":
      await remove();
      if (recorded !== undefined) reopen(directory);
      return undefined;
    case "none":
    case "unreachable": {
      if (recorded === undefined) return undefined;
      const startedAt = Number(recorded["startedAt"]);
      return followContainer({ directory, startedAt, processEnvironment, mask });
    }
  }
}

/** Files with the environment are in the attempt's folder, which goes when the shell has ended. */
async function containerShell(
  { workspace, network, processEnvironment, dataDirectory }: DockerExecutorOptions,
  spec: AttemptSpec,
  image: string,
): Promise<TerminalProgram> {
  const environment = containerEnvironment(spec.environment);
  if ("unusable" in environment) {
    throw new Error(`the variable ${environment.unusable} can't be given to a container`);
  }
  const environmentFile = join(spec.directory, "environment");
  writeFileSync(environmentFile, environment.file, { mode: 0o600 });
  const scriptFile =
    environment.script === undefined ? undefined : join(spec.directory, "environment.sh");
  if (scriptFile !== undefined) {
    writeFileSync(scriptFile, environment.script ?? "", { mode: 0o600 });
    // The container's user may be any.
    chmodSync(scriptFile, 0o644);
  }
  const helper = spec.reportAs === undefined ? undefined : await installHelper(dataDirectory);
  return {
    command: [
      dockerClient(processEnvironment) ?? "docker",
      ...shellArguments({ spec, workspace, image, network, environmentFile, scriptFile, helper }),
    ],
    folder: spec.directory,
    environment: processEnvironment,
  };
}

/** Gives the engine's reason when it refuses. */
async function createContainer(
  { workspace, network, processEnvironment, dataDirectory }: DockerExecutorOptions,
  spec: AttemptSpec,
  image: string,
  cpus: number,
): Promise<string | undefined> {
  const environment = containerEnvironment(spec.environment);
  if ("unusable" in environment) {
    return `the variable ${JSON.stringify(environment.unusable)} can't be given to a container: a name has letters, digits and underscores`;
  }
  const { file, script } = environment;
  const environmentFile = join(spec.directory, "environment");
  const scriptFile = join(spec.directory, "environment.sh");
  writeFileSync(environmentFile, file, { mode: 0o600 });
  try {
    const hasScript = script !== undefined;
    const helper = spec.reportAs === undefined ? undefined : await installHelper(dataDirectory);
    const created = await docker(
      createArguments({
        spec,
        workspace,
        image,
        network,
        cpus,
        environmentFile,
        hasScript,
        helper,
        hold: isToBeHeld(spec.directory),
      }),
      processEnvironment,
    );
    if (created.ok && script === undefined) return undefined;
    if (created.ok && script !== undefined) {
      const name = containerName(spec.directory);
      writeFileSync(scriptFile, script, { mode: 0o600 });
      // The container's user may be any; its other files keep their modes.
      chmodSync(scriptFile, 0o644);
      const copied = await docker(
        ["cp", scriptFile, `${name}:${environmentScript}`],
        processEnvironment,
      );
      if (copied.ok) return undefined;
      await docker(["rm", "--force", name], processEnvironment);
      return `the step's environment could not be copied into the container: ${copied.problem}`;
    }
    return /no such image/i.test(created.problem)
      ? `the image ${image} is gone from the Docker engine; deploy again`
      : `the container could not be created: ${created.problem}`;
  } finally {
    rmSync(environmentFile, { force: true });
    rmSync(scriptFile, { force: true });
  }
}

/** Records the attempt's identity, then starts the container that was created for it. */
async function startContainer(
  directory: string,
  processEnvironment: ProcessEnvironment,
  mask: Mask,
): Promise<RunningAttempt> {
  const name = containerName(directory);
  const startedAt = Date.now();
  writeDurably(directory, attemptFiles.identity, { container: name, startedAt }, "exclusive");
  const started = await docker(["start", name], processEnvironment);
  if (started.ok) return followContainer({ directory, startedAt, processEnvironment, mask });
  await docker(["rm", "--force", name], processEnvironment);
  reopen(directory);
  return failedStart(`the container could not be started: ${started.problem}`);
}
