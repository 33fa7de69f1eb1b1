import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { attemptFiles, isToBeHeld } from "./attempt-files.ts";
import type { DockerExecutorOptions } from "./docker-options.ts";
import {
  docker,
  type DockerAnswer,
  dockerAvailable,
  dockerClient,
  type ProcessEnvironment,
} from "./docker-cli.ts";
import {
  commitArguments,
  containerEnvironment,
  containerName,
  enterArguments,
  environmentScript,
  heldArguments,
  heldName,
} from "./docker-container.ts";
import { containerState } from "./docker-state.ts";
import { installHelper } from "./install-helper.ts";
import type { AttemptSpec, TerminalProgram } from "./port.ts";

/**
 * A shell in what an ended container left: a container can't be started with another command, so
 * its file system becomes an image, and that a container that waits. Several shells are in the same
 * one.
 */
export async function enterContainer(
  options: DockerExecutorOptions,
  spec: AttemptSpec,
): Promise<Result<TerminalProgram, PlatformError>> {
  const { processEnvironment } = options;
  const environment = containerEnvironment(spec.environment);
  if ("unusable" in environment) {
    throw new Error(`the variable ${environment.unusable} can't be given to a container`);
  }
  const state = await containerState(heldName(spec.directory), processEnvironment);
  if (state.kind !== "running") {
    const started = await startHeld(options, spec, environment);
    if (!started.ok) return started;
  }
  const more = {
    hasScript: environment.script !== undefined,
    inHelper: spec.reportAs !== undefined,
  };
  return ok({
    command: [dockerClient(processEnvironment) ?? "docker", ...enterArguments(spec, more)],
    folder: spec.directory,
    environment: processEnvironment,
  });
}

async function startHeld(
  { workspace, network, processEnvironment, dataDirectory }: DockerExecutorOptions,
  spec: AttemptSpec,
  { file, script }: Exclude<ReturnType<typeof containerEnvironment>, { unusable: string }>,
): Promise<Result<void, PlatformError>> {
  const engine = await dockerAvailable(processEnvironment);
  if (!engine.ok) return engine;
  const { cpus } = engine.value;
  const name = heldName(spec.directory);
  const environmentFile = join(spec.directory, "environment");
  const scriptFile = join(spec.directory, "environment.sh");
  /** Others find it readable: the container's user may be any. */
  const copyScript = async (content: string, container: string): Promise<DockerAnswer> => {
    writeFileSync(scriptFile, content, { mode: 0o600 });
    chmodSync(scriptFile, 0o644);
    return docker(["cp", scriptFile, `${container}:${environmentScript}`], processEnvironment);
  };
  try {
    writeFileSync(environmentFile, file, { mode: 0o600 });
    const helper = spec.reportAs === undefined ? undefined : await installHelper(dataDirectory);
    // Secrets that the container was given don't go into the image.
    const steps: (() => Promise<DockerAnswer>)[] = [
      ...(script === undefined ? [] : [() => copyScript("", containerName(spec.directory))]),
      () => docker(commitArguments(spec), processEnvironment),
      () =>
        docker(
          heldArguments({ spec, workspace, network, cpus, environmentFile, helper }),
          processEnvironment,
        ),
      ...(script === undefined ? [] : [() => copyScript(script, name)]),
    ];
    for (const step of steps) {
      const { ok: done, problem } = await step();
      // Of two shells at once, one starts it.
      if (done || /is already in use/.test(problem)) continue;
      return err({
        reason: "failed",
        message: /no such container/i.test(problem)
          ? `the container in which ${spec.step} failed is gone from the Docker engine`
          : `the container in which ${spec.step} failed can't be entered: ${problem}`,
        help: `\`esteira dev ${spec.project} ${spec.step} --from ${spec.run}\` runs the step again, on what that run left.`,
        resource: `run ${spec.run}`,
      });
    }
    return ok(undefined);
  } finally {
    rmSync(environmentFile, { force: true });
    rmSync(scriptFile, { force: true });
  }
}

/** Removes the containers of a held attempt and the image of them. */
export async function giveUpContainer(
  directory: string,
  processEnvironment: ProcessEnvironment,
): Promise<boolean> {
  if (!isToBeHeld(directory)) return true;
  // An engine that doesn't answer holds nobody up: it is asked again later.
  if (!(await dockerAvailable(processEnvironment)).ok) return false;
  const held = heldName(directory);
  const removals = [
    ["rm", "--force", held],
    ["rm", "--force", containerName(directory)],
    ["rmi", "--force", held],
  ] as const;
  for (const words of removals) {
    const removed = await docker(words, processEnvironment, removalMs);
    if (!removed.ok && !/no such (?:container|image)/i.test(removed.problem)) return false;
  }
  rmSync(join(directory, attemptFiles.hold), { force: true });
  return true;
}

/** Of a container with all that its step wrote. */
const removalMs = 60_000;
