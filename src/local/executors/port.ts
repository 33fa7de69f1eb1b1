import type { Resources } from "../../config/model.ts";
import type { Mask } from "../../core/mask.ts";
import type { Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { Release } from "../../release/release.ts";
import type { EndedBy } from "../../runs/task-facts.ts";
import type { CacheUse } from "../../runs/step-cache.ts";
import type { CheckResult } from "../../runs/checks.ts";
import type { Undeclared } from "../../runs/undeclared.ts";
import type { AddedRequirements } from "./requirements.ts";

/** What a step's attempt is to run: complete, so that the executor asks nobody anything. */
export interface AttemptSpec {
  readonly run: string;
  readonly project: string;
  readonly step: string;
  /** Id of the event that scheduled it: names the attempt in its run. */
  readonly task: number;
  /**
   * Folder for the attempt's own files (`identity.json`, `output.log`, `exit.json`, `work/` …);
   * exists, absolute, and one an attempt for ever: started twice in the same folder, it is the same
   * attempt. What is in the files: `docs/reference/executors.md`.
   */
  readonly directory: string;
  /** Immutable snapshot of the project. */
  readonly snapshot: string;
  /** Shell command line as the author wrote it. */
  readonly command: string;
  /**
   * Everything the step's process gets; an executor adds only what makes its interpreter found
   * (`PATH`, `VIRTUAL_ENV`, `HOME` …).
   */
  readonly environment: Readonly<Record<string, string>>;
  /** Names of the variables in `environment` whose values no log may have. */
  readonly secrets: readonly string[];
  readonly resources: Resources;
  readonly timeoutSeconds: number;
  /** Folder to be reachable at the same path from inside (artifacts). */
  readonly sharedDirectory: string;
  /** Another one, to be read only: that of the files that start the project. */
  readonly readDirectory?: string;
  /**
   * The step runs in the helper, which lays out and keeps outputs, and reports of the attempt under
   * this name. Absent: its project doesn't use outputs.
   */
  readonly reportAs?: string;
}

/** What `prepare` decided, pinned in the deployed release and given back for each attempt. */
export interface PreparedRuntime {
  readonly executor: "docker" | "process";
  /**
   * Image digest, or the virtual environment's folder and interpreter: whatever the executor needs
   * to find it again.
   */
  readonly decided: Readonly<Record<string, string>>;
  /** What a person should know of how it was prepared, although all went well. */
  readonly notes?: readonly string[];
}

/** What can be said of a preparation in advance. */
export interface Foresight {
  /** A part of a sentence, for people: `packages by uv 0.13.9 (/usr/bin/uv)`. */
  readonly note?: string;
  /** The only installer that will do; absent: whichever is there. */
  readonly installer?: "uv" | "pip";
}

/** A copy of a package of the workspace that a project shares; nothing writes into it. */
export interface PackageFolder {
  /** Relative to the workspace's root: `libs/pricing`. */
  readonly path: string;
  /** Of its files. */
  readonly hash: string;
  /** Absolute. */
  readonly folder: string;
}

/** What belongs into an environment beside what a project's own folder asks for. */
export interface InstalledBesides {
  /** Left out by executors that don't install: an image stays as it is. */
  readonly added?: AddedRequirements | undefined;
  /** Of `release.image.packages`. */
  readonly packages?: readonly PackageFolder[];
}

/** Ends that are no doing of the step, nor of its limits. */
export const lostBy = [
  "supervisor-lost",
  "machine-down",
  "container-removed",
  "container-killed",
  "engine-away",
] as const satisfies readonly EndedBy[];
export type LostBy = (typeof lostBy)[number];

/** How an attempt ended. */
export type AttemptResult =
  | {
      readonly kind: "exited";
      readonly exitCode: number;
      /** Signal that ended it, if any: `SIGKILL`. */
      readonly signal: string | undefined;
      readonly outOfMemory: boolean;
      /** The executor's own time limit was reached. */
      readonly timedOut: boolean;
      /** Stopped on request. */
      readonly stopped: boolean;
      readonly startedAt: number;
      readonly endedAt: number;
      readonly peakMemoryBytes: number | undefined;
      /** What is known of an end that nobody could watch, or that came from outside. */
      readonly lost?: LostBy;
      /** Files that it left in its folder and that nothing keeps; absent: none, or not known. */
      readonly undeclared?: Undeclared | undefined;
      /** What it found in the step's cache; absent: the step has none. */
      readonly cache?: CacheUse | undefined;
      /** What its checks said, as the helper reports it. */
      readonly checks?: readonly CheckResult[] | undefined;
    }
  /**
   * It never ran: image missing, interpreter gone, no permission. The text goes into
   * `StoppedReason`.
   */
  | { readonly kind: "start-failed"; readonly message: string; readonly at: number };

/** A started attempt. The handle may be dropped; the attempt lives on and can be found again. */
export interface RunningAttempt {
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly finished: Promise<AttemptResult>;
  /**
   * SIGTERM, then after the grace SIGKILL, to every process of the attempt. Resolves when none is
   * left.
   */
  stop(graceSeconds: number): Promise<void>;
}

/** A program to be started on somebody's terminal. */
export interface TerminalProgram {
  readonly command: readonly [string, ...string[]];
  readonly folder: string;
  /** All of its environment. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface Executor {
  readonly name: "docker" | "process";
  /**
   * Builds the image or the virtual environment; reuses what is complete. Output of tools goes to
   * `listener`, line by line.
   *
   * @param besides what is installed besides
   */
  prepare(
    release: Release,
    snapshot: string,
    listener: (line: string) => void,
    signal?: AbortSignal,
    besides?: InstalledBesides,
  ): Promise<Result<PreparedRuntime, PlatformError>>;
  /**
   * How `prepare` would go about it, for a plan; changes nothing. Executors that always do it in
   * one way have none.
   */
  foresee?(release: Release, sources: string): Promise<Foresight>;
  /**
   * A shell in the surroundings of an attempt, with what earlier steps left laid out in its folder;
   * what is in that folder goes with the attempt's. The attempt's command isn't run.
   */
  shell?(spec: AttemptSpec, runtime: PreparedRuntime): Promise<TerminalProgram>;
  /**
   * A shell where an attempt has failed whose folder has the file `hold`: in what it left, with its
   * surroundings. What is done there stays until the attempt is given up.
   */
  enter(
    spec: AttemptSpec,
    runtime: PreparedRuntime,
  ): Promise<Result<TerminalProgram, PlatformError>>;
  /**
   * Removes what is held of an attempt, and ends what runs there. False where that can't be done
   * now: its engine doesn't answer.
   */
  giveUp(directory: string): Promise<boolean>;
  /** Starts an attempt. Resolves once its identity is recorded durably. */
  start(spec: AttemptSpec, runtime: PreparedRuntime): Promise<RunningAttempt>;
  /**
   * Finds an attempt that a process of before started: still running, finished, or `undefined` when
   * it never came so far that its identity was recorded (then it may be started anew).
   *
   * @param mask for the lines of its log that aren't written yet
   */
  adopt(
    directory: string,
    runtime: PreparedRuntime,
    mask: Mask,
  ): Promise<RunningAttempt | undefined>;
}
