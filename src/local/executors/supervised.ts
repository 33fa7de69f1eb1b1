import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import type { JsonObject } from "../../core/json.ts";
import { type ProcessIdentity, processState, thisProcess } from "../process-identity.ts";
import {
  abandon,
  attemptFiles,
  type Exited,
  noteStop,
  readCommandEnd,
  readExit,
  readIdentity,
  readText,
  writeExit,
} from "./attempt-files.ts";
import { appendSystemLine, lastOutputAt } from "./output-log.ts";
import type { AttemptResult, RunningAttempt } from "./port.ts";
import { killSurvivors } from "./survivors.ts";

/** What the supervisor is started with. */
export interface SupervisedCommand {
  readonly directory: string;
  readonly workDirectory: string;
  /** Resolves when `workDirectory` is complete. */
  readonly ready: Promise<void>;
  readonly command: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Names of the variables in it whose values no log may have. */
  readonly secrets: readonly string[];
  readonly timeoutSeconds: number;
  /** Between being asked to end and being killed, where nobody says otherwise. */
  readonly graceSeconds: number;
  /** 0: no limit. */
  readonly memoryBytes: number;
  /** Interpreter and script of the supervisor. */
  readonly python: string;
  readonly script: string;
}

const alreadyTaken = 75;
const pollMs = 100;
/**
 * Much longer than the supervisor waits for processes that can't be killed: on a machine at its
 * limit it may be slow.
 */
const unresponsiveMs = 120_000;

/**
 * Starts a supervisor that outlives this process. Resolves when its identity is durable and it
 * starts the command next.
 */
export async function startSupervised(command: SupervisedCommand): Promise<RunningAttempt> {
  const { directory } = command;
  let child: ChildProcess;
  let log: number | undefined;
  try {
    log = openSync(join(directory, attemptFiles.supervisorLog), "w", 0o600);
    child = spawn(
      command.python,
      [
        "-I",
        "-S",
        command.script,
        directory,
        command.workDirectory,
        String(command.timeoutSeconds),
        String(command.graceSeconds),
        String(Math.round(command.memoryBytes)),
        command.command,
        command.secrets.join(","),
      ],
      {
        cwd: directory,
        detached: true,
        env: { ...command.environment },
        stdio: ["pipe", "pipe", log],
      },
    );
  } catch (error) {
    await Promise.allSettled([command.ready]);
    return failedStart(`the step's supervisor could not be started: ${messageOf(error)}`);
  } finally {
    if (log !== undefined) closeSync(log);
  }

  const { promise: gone, resolve: setGone } = Promise.withResolvers<string | number | undefined>();
  child.on("error", (error) => setGone(error.message));
  child.on("exit", (code, signal) => setGone(code ?? signal ?? undefined));
  const { promise: announced, resolve: setAnnounced } = Promise.withResolvers<void>();
  child.stdout?.once("data", () => setAnnounced());
  // The interpreter starts up while the working copy is made.
  const [ready] = await Promise.allSettled([command.ready]);
  child.stdin?.on("error", () => {}); // It has ended early; `gone` reports that.
  child.stdin?.end(ready.status === "fulfilled" ? "\n" : "");
  if (ready.status === "rejected") {
    await gone;
    return failedStart(`the working copy could not be made: ${messageOf(ready.reason)}`);
  }
  await Promise.race([announced, gone]);

  const identity = readIdentity(directory);
  if (identity === undefined || identity === "abandoned") {
    const how = await gone;
    const said = readText(join(directory, attemptFiles.supervisorLog))?.trim().split("\n").at(-1);
    return failedStart(said || `the step's supervisor ended at once (${how})`);
  }
  const finished = gone.then((how) =>
    how === alreadyTaken ? ended(directory, identity) : resultOf(directory, identity, true),
  );
  return handleOf(directory, identity, finished);
}

/** Finds an attempt that was started before, running or finished. */
export function findSupervised(directory: string): RunningAttempt | undefined {
  const exit = readExit(directory);
  if (exit !== undefined) return finishedAttempt(exit);
  const identity = readIdentity(directory);
  if (identity === undefined || identity === "abandoned") return undefined;
  return handleOf(directory, identity, ended(directory, identity));
}

/**
 * The same for who takes over from a process that died: when nothing is found, nothing can begin
 * later either.
 */
export function adoptSupervised(directory: string): RunningAttempt | undefined {
  const found = findSupervised(directory);
  if (found !== undefined || readIdentity(directory) === "abandoned") return found;
  return abandon(directory) ? undefined : findSupervised(directory);
}

function handleOf(
  directory: string,
  identity: JsonObject,
  finished: Promise<AttemptResult>,
): RunningAttempt {
  return {
    startedAt: startedAtOf(identity),
    finished,
    async stop(graceSeconds) {
      noteStop(directory, graceSeconds);
      signal(identity, "SIGTERM");
      const deadline = new AbortController();
      const late = sleep(graceSeconds * 1000 + unresponsiveMs, "late", {
        signal: deadline.signal,
      }).catch(() => "done");
      if ((await Promise.race([finished, late])) === "late") {
        signal(identity, "SIGKILL");
        await finished;
      }
      deadline.abort();
    },
  };
}

/** Waits for an attempt whose supervisor isn't a child of this process. */
async function ended(directory: string, identity: JsonObject): Promise<Exited> {
  let seenAlive = false;
  while (readExit(directory) === undefined && isAlive(identity)) {
    seenAlive = true;
    await sleep(pollMs);
  }
  return resultOf(directory, identity, seenAlive);
}

/**
 * The supervisor is gone: either it recorded how the attempt ended, or it was killed and what it
 * left behind has to go.
 */
async function resultOf(
  directory: string,
  identity: JsonObject,
  seenAlive: boolean,
): Promise<Exited> {
  const exit = readExit(directory);
  if (exit !== undefined) return exit;
  await killSurvivors(directory);
  const ofCommand = readCommandEnd(directory);
  if (ofCommand !== undefined) {
    writeExit(directory, ofCommand);
    return ofCommand;
  }
  const startedAt = startedAtOf(identity);
  const lost: Exited = {
    kind: "exited",
    exitCode: 137,
    signal: "SIGKILL",
    outOfMemory: false,
    timedOut: false,
    stopped: false,
    startedAt,
    // Who finds it long after can only say when it was last heard of.
    endedAt: Math.max(startedAt, seenAlive ? Date.now() : (lastOutputAt(directory) ?? startedAt)),
    peakMemoryBytes: undefined,
    lost: machineWentDown(identity) ? "machine-down" : "supervisor-lost",
  };
  appendSystemLine(
    directory,
    lost.endedAt,
    lost.lost === "machine-down"
      ? "the machine was started again while the step ran; nothing of the step was left"
      : "the step's supervisor was killed; what was left of the step has been ended",
  );
  writeExit(directory, lost);
  return lost;
}

/** An attempt that is over, as a handle. */
export function finishedAttempt(exit: Exited): RunningAttempt {
  return {
    startedAt: exit.startedAt,
    finished: Promise.resolve(exit),
    stop: () => Promise.resolve(),
  };
}

/** An attempt that never ran, as a handle. */
export function failedStart(message: string): RunningAttempt {
  const at = Date.now();
  return {
    startedAt: at,
    finished: Promise.resolve({ kind: "start-failed", message, at }),
    stop: () => Promise.resolve(),
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether the machine was started again since. */
function machineWentDown(identity: JsonObject): boolean {
  return typeof identity["boot"] === "string" && identity["boot"] !== thisProcess().boot;
}

function startedAtOf(identity: JsonObject): number {
  return Number(identity["startedAt"]);
}

function isAlive(identity: JsonObject): boolean {
  return processState(identity as unknown as ProcessIdentity) === "alive";
}

function signal(identity: JsonObject, name: NodeJS.Signals): void {
  if (!isAlive(identity)) return;
  try {
    process.kill(Number(identity["pid"]), name);
  } catch {
    // Gone meanwhile.
  }
}
