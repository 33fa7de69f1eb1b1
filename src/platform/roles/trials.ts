import type { EdgeError } from "../../core/edge-error.ts";
import type { RunId } from "../../core/ids.ts";
import type { Result } from "../../core/result.ts";
import type { Release } from "../../release/release.ts";
import type { TaskReading } from "../../runs/task-reading.ts";
import type { TestLine } from "./tests.ts";

/**
 * Runs single steps on the sources as they are now, beside all runs: deploys nothing, and leaves a
 * scratch run that no list shows.
 */
export interface StepTrials {
  /** Makes a project's scratch run ready; a run that it is filled from is only read. */
  begin(project: string, start: TrialStart): Promise<Result<TrialPlace, EdgeError>>;
  /** What a step would run in; makes its environment where there is none. */
  surroundings(
    release: Release,
    trial: Pick<Trial, "variables" | "signal" | "listener">,
  ): Promise<Result<Surroundings, EdgeError>>;
  /**
   * Lets `work` start a shell in the surroundings of a step, with what earlier steps left in its
   * folder. What is done there is nothing of any run: it goes when `work` has ended.
   */
  shell(
    release: Release,
    trial: Pick<Trial, "step" | "variables" | "runtime" | "signal" | "listener">,
    work: (program: ShellProgram) => Promise<void>,
  ): Promise<Result<void, EdgeError>>;
  /** Runs a step once; what it leaves is kept in the scratch run. */
  run(release: Release, trial: Trial): Promise<Result<TrialEnd, EdgeError>>;
}

/**
 * What a scratch run begins with: nothing, what steps that were tried before left in it, or what a
 * run of this machine left, by the run that its artifacts are named by.
 */
export type TrialStart = "empty" | "kept" | { readonly origin: string };

/** What a step has that is tried as a run had it: what that run had here, or an image. */
export type TrialRuntime =
  | { readonly kind: "run"; readonly run: RunId }
  /** Of the Docker engine, by digest. */
  | { readonly kind: "image"; readonly image: string };

export interface TrialPlace {
  /** What steps have as ESTEIRA_RUN_ID. */
  readonly run: string;
  /** Folder of its artifacts, absolute. */
  readonly artifacts: string;
  /** Its URI, with a `/` at its end. */
  readonly artifactsUri: string;
}

export interface Trial {
  readonly step: string;
  readonly command: string;
  /** Of the step alone; those of the release come before it. */
  readonly variables: Readonly<Record<string, string>>;
  /** Packages that are installed besides, one requirement each. */
  readonly packages: readonly string[];
  /** Absent: the sources as they are now. */
  readonly runtime?: TrialRuntime | undefined;
  readonly signal: AbortSignal;
  readonly listener: (line: TestLine) => void;
  /** Called when the command begins, with where it runs and its Python, where they are known. */
  readonly onBegin?: (where: TrialWhere) => void;
}

/** A program to be started on a person's terminal. */
export interface ShellProgram {
  readonly executor: "docker" | "process";
  readonly command: readonly [string, ...string[]];
  readonly folder: string;
  /** All of its environment. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** What a step runs in. */
export interface Surroundings {
  readonly executor: "docker" | "process";
  /** All variables that Esteira gives it, with those that find its Python. */
  readonly variables: Readonly<Record<string, string>>;
  /** Names of those whose values nobody may see. */
  readonly secrets: readonly string[];
  /** Digest or name of the image; undefined for a process. */
  readonly image: string | undefined;
}

export interface TrialWhere {
  readonly executor: "docker" | "process";
  /** The copy of the project that it runs in; undefined in a container. */
  readonly folder: string | undefined;
  readonly python: string | undefined;
}

export interface TrialEnd {
  readonly exitCode: number;
  /** What is known of how it ended. */
  readonly task: TaskReading;
  /** It was ended because somebody asked for that. */
  readonly stopped: boolean;
  readonly durationMs: number;
}
