import { statSync } from "node:fs";
import { join } from "node:path";

import { HELPER_FILE } from "../../core/step-helper.ts";
import { attemptFiles, type Exited } from "./attempt-files.ts";
import { docker, type ProcessEnvironment } from "./docker-cli.ts";

/** What the engine knows of an attempt's container. */
export type ContainerState =
  | { readonly kind: "none" }
  /** The engine gives no answer: nothing is known. */
  | { readonly kind: "unreachable"; readonly problem: string }
  | { readonly kind: "created" }
  | { readonly kind: "running"; readonly startedAt: number }
  | ({ readonly kind: "ended" } & EndedContainer);

export interface EndedContainer {
  readonly exitCode: number;
  readonly outOfMemory: boolean;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly memoryBytes: number;
  readonly timeoutSeconds: number;
  /** Its step ran in the helper, which looks for what is left itself. */
  readonly inHelper: boolean;
  /** The folder that it ran in. */
  readonly folder: string;
}

interface Inspected {
  readonly State: {
    readonly Status: string;
    readonly ExitCode: number;
    readonly OOMKilled: boolean;
    readonly StartedAt: string;
    readonly FinishedAt: string;
  };
  readonly Args: readonly string[];
  readonly HostConfig: { readonly Memory: number };
  readonly Config: { readonly WorkingDir: string };
}

export async function containerState(
  name: string,
  environment: ProcessEnvironment,
): Promise<ContainerState> {
  const answer = await docker(
    ["container", "inspect", "--format", "{{json .}}", name],
    environment,
  );
  if (!answer.ok) {
    return /no such container/i.test(answer.problem)
      ? { kind: "none" }
      : { kind: "unreachable", problem: answer.problem };
  }
  const { State, Args, HostConfig, Config } = JSON.parse(answer.stdout) as Inspected;
  const startedAt = Date.parse(State.StartedAt);
  switch (State.Status) {
    case "created":
      return { kind: "created" };
    case "exited":
    case "dead":
      return {
        kind: "ended",
        exitCode: State.ExitCode,
        outOfMemory: State.OOMKilled,
        startedAt,
        endedAt: Math.max(startedAt, Date.parse(State.FinishedAt)),
        memoryBytes: HostConfig.Memory,
        timeoutSeconds: Number(Args[2]), // `-k 30 N sh -c …`
        inHelper: Args.includes(HELPER_FILE),
        folder: Config.WorkingDir,
      };
    default:
      return { kind: "running", startedAt };
  }
}

/** The end of a container as the end of an attempt. */
export function resultOfContainer(directory: string, ended: EndedContainer): Exited {
  const { exitCode, startedAt, endedAt } = ended;
  const stopFile = statSync(join(directory, attemptFiles.stop), { throwIfNoEntry: false });
  const stopped = stopFile !== undefined && stopFile.mtimeMs <= endedAt;
  // The engine says so also when only a child was killed and the step then succeeded.
  const outOfMemory = ended.outOfMemory && exitCode !== 0;
  // Half a second for the clocks: `timeout` starts after the container.
  const lasted = (endedAt - startedAt) / 1000 + 0.5;
  const timedOut = !stopped && !outOfMemory && limitReached(exitCode, lasted, ended.timeoutSeconds);
  return {
    kind: "exited",
    exitCode,
    signal: undefined,
    outOfMemory,
    timedOut,
    stopped,
    startedAt,
    endedAt,
    peakMemoryBytes: undefined,
  };
}

/** `timeout -k 30 N` ends with 124, or 137 when it had to kill. */
function limitReached(exitCode: number, lastedSeconds: number, limit: number): boolean {
  return (
    (exitCode === 124 && lastedSeconds >= limit) ||
    (exitCode === 137 && lastedSeconds >= limit + 30)
  );
}
