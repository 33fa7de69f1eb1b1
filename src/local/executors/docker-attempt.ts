import { setTimeout as sleep } from "node:timers/promises";

import type { Mask } from "../../core/mask.ts";
import { notKeptText } from "../../runs/undeclared.ts";
import { type Exited, isHeld, noteStop, writeExit } from "./attempt-files.ts";
import { docker, type ProcessEnvironment } from "./docker-cli.ts";
import { containerName } from "./docker-container.ts";
import { filesLeftInContainer } from "./docker-left.ts";
import { copyContainerLog } from "./docker-log.ts";
import { peakOfContainer } from "./docker-memory.ts";
import {
  type ContainerState,
  containerState,
  type EndedContainer,
  resultOfContainer,
} from "./docker-state.ts";
import { appendSystemLine, lastOutputAt } from "./output-log.ts";
import type { AttemptResult, RunningAttempt } from "./port.ts";

/** An attempt whose container was started, by this process or by one before. */
export interface ContainerAttempt {
  /** The attempt's own folder; its container's name follows from it. */
  readonly directory: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Where the client finds its engine and its settings. */
  readonly processEnvironment: ProcessEnvironment;
  /** For what its log says of secrets. */
  readonly mask: Mask;
}

/**
 * How long an engine may be away (it is being updated, for instance) before its containers are
 * given up.
 */
const engineAwaySeconds = 300;
const logSettlesMs = 5000;
const gib = 1024 ** 3;

/**
 * Follows an attempt to its end: copies its log, writes how it ended into `exit.json`, and removes
 * the container.
 */
export function followContainer(attempt: ContainerAttempt): RunningAttempt {
  const { directory, startedAt, processEnvironment } = attempt;
  const finished = resultOf(attempt);
  return {
    startedAt,
    finished,
    async stop(graceSeconds) {
      noteStop(directory, graceSeconds);
      const grace = String(Math.max(0, Math.ceil(graceSeconds)));
      await docker(["stop", "-t", grace, containerName(directory)], processEnvironment);
      await finished;
    },
  };
}

async function resultOf(attempt: ContainerAttempt): Promise<AttemptResult> {
  const { directory, processEnvironment, mask } = attempt;
  const name = containerName(directory);
  const settled = new AbortController();
  const source = { name, directory, environment: processEnvironment, mask };
  const following = copyContainerLog(source, true, settled.signal);
  const ended = new AbortController();
  const peak = peakOfContainer(name, processEnvironment, ended.signal);
  const state = await endOf(name, processEnvironment);
  // The client reports an ended container for ever.
  ended.abort();
  const timer = setTimeout(() => settled.abort(), logSettlesMs);
  await following;
  clearTimeout(timer);
  if (state.kind !== "ended") return recordLost(attempt, state.kind === "none");
  // Engines are known to end a followed log before its last words; now they are all there.
  await copyContainerLog(source, false);
  const killed = await wasKilledByHand(name, state, attempt);
  const undeclared =
    state.exitCode === 0 && !state.inHelper
      ? await filesLeftInContainer(name, state.folder, processEnvironment)
      : undefined;
  const result = recordEnd(directory, state, killed, await peak);
  if (undeclared !== undefined) {
    appendSystemLine(directory, result.endedAt, notKeptText(undeclared));
  }
  if (!isHeld(directory)) await docker(["rm", "--force", name], processEnvironment);
  return { ...result, undeclared };
}

/** Waits until the container has ended, through restarts of the engine. */
async function endOf(
  name: string,
  processEnvironment: ProcessEnvironment,
): Promise<ContainerState> {
  for (let away = 0; away < engineAwaySeconds;) {
    const waited = await docker(["wait", name], processEnvironment);
    const state = await containerState(name, processEnvironment);
    if (state.kind === "ended" || state.kind === "none") return state;
    away = state.kind === "unreachable" ? away + 1 : 0;
    if (!waited.ok) await sleep(1000);
  }
  return { kind: "unreachable", problem: "" };
}

/**
 * Whether somebody had the engine kill the container, by its own record of events. One that was
 * ended by its limits or on request isn't asked about.
 */
async function wasKilledByHand(
  name: string,
  ended: EndedContainer,
  { directory, startedAt, processEnvironment }: ContainerAttempt,
): Promise<boolean> {
  const { exitCode, timedOut, outOfMemory, stopped } = resultOfContainer(directory, ended);
  if (![137, 143].includes(exitCode) || timedOut || outOfMemory || stopped) return false;
  const seconds = (at: number): string => (at / 1000).toFixed(3);
  const events = await docker(
    [
      "events",
      `--since=${seconds(startedAt - 1000)}`,
      `--until=${seconds(ended.endedAt + 1000)}`,
      `--filter=container=${name}`,
      "--filter=event=kill",
      "--format={{.Action}}",
    ],
    processEnvironment,
    10_000,
  );
  return events.ok && events.stdout !== "";
}

function recordEnd(
  directory: string,
  ended: EndedContainer,
  killed: boolean,
  peakMemoryBytes: number | undefined,
): Exited {
  const result: Exited = {
    ...resultOfContainer(directory, ended),
    peakMemoryBytes,
    ...(killed ? { lost: "container-killed" } : {}),
  };
  if (result.timedOut) {
    const limit = `time limit of ${ended.timeoutSeconds} s reached`;
    appendSystemLine(directory, result.endedAt, `${limit}; the step was asked to end`);
  } else if (result.outOfMemory) {
    const declared = `${(ended.memoryBytes / gib).toFixed(2)} GiB`;
    appendSystemLine(
      directory,
      result.endedAt,
      `out of memory: the step needed more than the ${declared} that it declares; it was killed`,
    );
  }
  writeExit(directory, result);
  return result;
}

/**
 * @param removed whether the container is known to be gone; otherwise the engine has been silent
 */
function recordLost({ directory, startedAt }: ContainerAttempt, removed: boolean): Exited {
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
    lost: removed ? "container-removed" : "engine-away",
  };
  appendSystemLine(
    directory,
    lost.endedAt,
    removed
      ? "the step's container was removed; how the step ended is not known"
      : "the Docker engine gave no answer for five minutes; how the step ended is not known",
  );
  writeExit(directory, lost);
  return lost;
}
