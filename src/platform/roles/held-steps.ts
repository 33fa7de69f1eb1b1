import type { EdgeError } from "../../core/edge-error.ts";
import type { RunId } from "../../core/ids.ts";
import type { Result } from "../../core/result.ts";
import type { StepHold } from "../../runs/model.ts";
import type { ShellProgram } from "./trials.ts";

/**
 * The places of steps that have failed, kept for a while so that somebody can enter them: files,
 * environment, and the container where there is one.
 */
export interface HeldSteps {
  /** Of a run that has ended; undefined where nothing is held any more. */
  ofRun(run: RunId): Promise<Result<StepHold | undefined, EdgeError>>;
  /**
   * Lets `work` start a shell where the step has failed. Its place is kept for as long as that
   * takes, also beyond its time.
   */
  enter(
    run: RunId,
    step: string,
    work: (program: ShellProgram) => Promise<void>,
  ): Promise<Result<void, EdgeError>>;
  /** Gives the places of a run up before their time; false where there were none. */
  end(run: RunId, actor: string): Promise<Result<boolean, EdgeError>>;
  /** Gives up all places whose time is over. */
  endDue(): Promise<Result<void, EdgeError>>;
  /** Starts a process that does so when the time of this run's is over, and then ends. */
  watch(run: RunId): Promise<Result<void, EdgeError>>;
}
