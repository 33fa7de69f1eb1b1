import type { EdgeError } from "../../core/edge-error.ts";
import type { ProjectName } from "../../core/ids.ts";
import type { Result } from "../../core/result.ts";
import type { RunSummary } from "../../runs/model.ts";
import type {
  DeadLetter,
  SpentBudget,
  StalePublish,
  UnreportedEnding,
  UnstartableProject,
} from "../../runs/watch/facts.ts";

/** What each platform can say in its own way of runs that should have started or continue. */
export interface OwnWatching {
  /**
   * What is known to have succeeded without asking for runs, where that is cheaper: their scheduled
   * times, each with its run.
   */
  readonly succeeded?: (
    project: ProjectName,
    fromMs: number,
    toMs: number,
  ) => Promise<Result<ReadonlyMap<number, string>, EdgeError>>;
  /** Fires whose runs wait for their turn; absent where a run begins at once. */
  readonly queued?: () => Promise<
    Result<readonly { readonly project: string; readonly scheduledTime: number }[], EdgeError>
  >;
  /**
   * Starts that the scheduler gave up, and ends that nobody was notified of; absent where there is
   * no such place.
   */
  readonly deadLetters?: () => Promise<
    Result<
      { readonly starts: readonly DeadLetter[]; readonly unreported: readonly UnreportedEnding[] },
      EdgeError
    >
  >;
  /** Deployed projects of which no run can start; absent where that can't be. */
  readonly unstartable?: () => Promise<Result<readonly UnstartableProject[], EdgeError>>;
  /** What projects publish and is older than it may be, or can't be seen. */
  readonly stale?: () => Promise<Result<readonly StalePublish[], EdgeError>>;
  /** What projects with a budget have spent this month; absent where nothing costs money. */
  readonly spent?: () => Promise<Result<readonly SpentBudget[], EdgeError>>;
  /** Since when a task of the run waits for an instance; absent where there are none. */
  readonly waitingForInstance?: (
    run: Pick<RunSummary, "run" | "project">,
    tasks: readonly string[],
  ) => Promise<Result<number | undefined, EdgeError>>;
  /** `notify retry` of a run also starts what follows it, where that failed; absent: it doesn't. */
  readonly retriesFollowers?: true;
  /** How long after its fire a start may come, in milliseconds. */
  readonly startGraceMs: number;
}
