import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import {
  abandon,
  attemptFiles,
  type Exited,
  noteStop,
  readExit,
  readIdentity,
  reopen,
  writeDurably,
  writeExit,
} from "./attempt-files.ts";
import {
  docker,
  dockerAvailable,
  type DockerEngine,
  type ProcessEnvironment,
} from "./docker-cli.ts";
import { containerEnvironment, containerName, createArguments } from "./docker-container.ts";
import { imageOf } from "./docker-image.ts";
import { type ContainerState, containerState, resultOfContainer } from "./docker-state.ts";
import { copyContainerLog } from "./docker-log.ts";
import { appendSystemLine, lastOutputAt } from "./output-log.ts";
import type { AttemptResult, AttemptSpec, Executor, RunningAttempt } from "./port.ts";
import { failedStart, finishedAttempt } from "./supervised.ts";

export interface DockerExecutorOptions {
  readonly workspace: string;
  /** For builds and steps; undefined: the engine's default. */
  readonly network: string | undefined;
  /** Of Esteira's own process: where the client finds its engine and its settings. */
  readonly processEnvironment: ProcessEnvironment;
}

/**
 * How long an engine may be away (it is being updated, for instance) before its containers are
 * given up.
 */
const engineAwaySeconds = 300;
const logSettlesMs = 5000;
const gib = 1024 ** 3;

/** Runs steps as containers of the project's image, through the `docker` client. */
export function createDockerExecutor(options: DockerExecutorOptions): Executor {
  const { workspace, network, processEnvironment } = options;
  let engine: Promise<Result<DockerEngine, PlatformError>> | undefined;
  const call = (...args: readonly string[]) => docker(args, processEnvironment);

  return {
    name: "docker",

    async prepare(release, snapshot, listener, signal) {
      const available = await dockerAvailable(processEnvironment, 10_000);
      if (!available.ok) return available;
      const image = await imageOf({
        release,
        snapshot,
        network,
        processEnvironment,
        listener,
        signal,
      });
      if (!image.ok) return image;
      return ok({
        executor: "docker",
        decided: { image: image.value.name, digest: image.value.id },
      });
    },

    async start(spec, runtime) {
      const earlier = await find(spec.directory);
      if (earlier !== undefined) return earlier;
      if (readIdentity(spec.directory) !== undefined) reopen(spec.directory);

      engine ??= dockerAvailable(processEnvironment, 10_000);
      const available = await engine;
      if (!available.ok) {
        engine = undefined;
        return failedStart(available.error.message);
      }
      const image = runtime.decided["digest"];
      if (image === undefined) throw new Error("not a runtime of the docker executor");
      const name = containerName(spec.directory);
      const refused = await create(spec, image, available.value.cpus);
      if (refused !== undefined) return failedStart(refused);
      const startedAt = Date.now();
      writeDurably(
        spec.directory,
        attemptFiles.identity,
        { container: name, startedAt },
        "exclusive",
      );
      const started = await call("start", name);
      if (!started.ok) {
        await call("rm", "--force", name);
        reopen(spec.directory);
        return failedStart(`the container could not be started: ${started.problem}`);
      }
      return handle(spec.directory, startedAt);
    },

    async adopt(directory) {
      const found = await find(directory);
      if (found === undefined && readIdentity(directory) === undefined) abandon(directory);
      return found;
    },
  };

  /**
   * An attempt of before. A container that was created and never started goes: nobody can start it
   * any more.
   */
  async function find(directory: string): Promise<RunningAttempt | undefined> {
    const name = containerName(directory);
    const exit = readExit(directory);
    const state = await containerState(name, processEnvironment);
    if (exit !== undefined) {
      if (state.kind === "ended") await call("rm", "--force", name);
      return finishedAttempt(exit);
    }
    const identity = readIdentity(directory);
    switch (state.kind) {
      case "running":
      case "ended":
        return handle(directory, state.startedAt);
      case "created":
        await call("rm", "--force", name);
        if (identity !== undefined && identity !== "abandoned") reopen(directory);
        return undefined;
      case "none":
      case "unreachable":
        if (identity === undefined || identity === "abandoned") return undefined;
        return handle(directory, Number(identity["startedAt"]));
    }
  }

  /** Gives the engine's reason when it refuses. */
  async function create(
    spec: AttemptSpec,
    image: string,
    cpus: number,
  ): Promise<string | undefined> {
    const { file, named } = containerEnvironment(spec.environment);
    const environmentFile = join(spec.directory, "environment");
    writeFileSync(environmentFile, file, { mode: 0o600 });
    try {
      const namedVariables = Object.keys(named);
      const created = await docker(
        createArguments({ spec, workspace, image, network, cpus, environmentFile, namedVariables }),
        { ...processEnvironment, ...named },
      );
      if (created.ok) return undefined;
      return /no such image/i.test(created.problem)
        ? `the image ${image} is gone from the Docker engine; deploy again`
        : `the container could not be created: ${created.problem}`;
    } finally {
      rmSync(environmentFile, { force: true });
    }
  }

  function handle(directory: string, startedAt: number): RunningAttempt {
    const name = containerName(directory);
    const finished = watch(directory, name, startedAt);
    return {
      startedAt,
      finished,
      async stop(graceSeconds) {
        noteStop(directory, graceSeconds);
        await call("stop", "-t", String(Math.max(0, Math.ceil(graceSeconds))), name);
        await finished;
      },
    };
  }

  async function watch(directory: string, name: string, startedAt: number): Promise<AttemptResult> {
    const settled = new AbortController();
    const following = copyContainerLog(name, directory, processEnvironment, true, settled.signal);
    const state = await end(name);
    const timer = setTimeout(() => settled.abort(), logSettlesMs);
    await following;
    clearTimeout(timer);
    if (state.kind === "ended") {
      // Engines are known to end a followed log before its last words; now they are all there.
      await copyContainerLog(name, directory, processEnvironment, false);
      const result = resultOfContainer(directory, state);
      if (result.timedOut) {
        say(
          directory,
          result,
          `time limit of ${state.timeoutSeconds} s reached; the step was told to end`,
        );
      } else if (result.outOfMemory) {
        say(
          directory,
          result,
          `out of memory: the step needed more than the ${(state.memoryBytes / gib).toFixed(2)} GiB that it declares; it was killed`,
        );
      }
      writeExit(directory, result);
      await call("rm", "--force", name);
      return result;
    }
    const lost: Exited = {
      kind: "exited",
      exitCode: 137,
      signal: "SIGKILL",
      outOfMemory: false,
      timedOut: false,
      stopped: false,
      startedAt,
      endedAt: Math.max(startedAt, lastOutputAt(directory) ?? startedAt),
      peakMemoryBytes: undefined,
    };
    say(
      directory,
      lost,
      state.kind === "none"
        ? "the step's container was removed; how the step ended is not known"
        : "the Docker engine gave no answer for five minutes; how the step ended is not known",
    );
    writeExit(directory, lost);
    return lost;
  }

  /** Waits until the container has ended, through restarts of the engine. */
  async function end(name: string): Promise<ContainerState> {
    for (let away = 0; away < engineAwaySeconds;) {
      const waited = await call("wait", name);
      const state = await containerState(name, processEnvironment);
      if (state.kind === "ended" || state.kind === "none") return state;
      away = state.kind === "unreachable" ? away + 1 : 0;
      if (!waited.ok) await sleep(1000);
    }
    return { kind: "unreachable", problem: "" };
  }
}

function say(directory: string, result: Exited, text: string): void {
  appendSystemLine(directory, result.endedAt, text);
}
