import type { EdgeError } from "../../core/edge-error.ts";
import type { RunId } from "../../core/ids.ts";
import type { Result } from "../../core/result.ts";
import type { FingerprintedRelease } from "../../release/release.ts";
import type { RunInput } from "../../runs/model.ts";

/** Where a working copy can be run as it is. */
export interface WorkingCopy {
  /**
   * Starts a run of a release that isn't deployed, and isn't by this. What is deployed, its
   * schedule, and what follows the project know nothing of it; nobody is notified.
   * Where it continues with another run's artifacts, it gets a copy: that run's stay as they are.
   *
   * @param release marked by `workingCopyRelease`
   */
  start(
    release: FingerprintedRelease,
    input: RunInput,
    options: WorkingCopyOptions,
  ): Promise<Result<RunId, EdgeError>>;
}

/** As a run of what is deployed has them, and who hears what is prepared before it. */
export interface WorkingCopyOptions {
  readonly mode: "follow" | "detach";
  readonly holdSeconds?: number;
  /** Hears what is prepared, line by line. */
  readonly listener: (text: string) => void;
  readonly signal: AbortSignal;
}
