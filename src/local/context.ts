import type { DeployContext } from "./deploy/context.ts";
import type { EngineContext } from "./engine/context.ts";
import type { Drives } from "./engine/drives.ts";
import type { Changes } from "./runs/changes.ts";
import type { Outbox } from "./notify/outbox.ts";

/** The opened local platform, for its parts. */
export interface LocalContext extends DeployContext, EngineContext {
  readonly drives: Drives;
  readonly changes: Changes;
  readonly outbox: Outbox;
  /** Resolves when nothing is tidied up any more of runs that have ended here. */
  readonly settled: () => Promise<void>;
  /** Ends the processes behind the evaluator. */
  readonly closeEvaluator: () => void;
  /** Six or more characters of `[0-9a-z]` that were never given before. */
  readonly entropy: () => string;
  /** Command line of a process that drives the run; undefined: runs can't be detached. */
  readonly launcher: Launcher | undefined;
}

export type Launcher = (run: string) => readonly [string, ...string[]];
