import type { EdgeError } from "../../core/edge-error.ts";
import type { RunId } from "../../core/ids.ts";
import type { Result } from "../../core/result.ts";
import type { RunSummary } from "../../runs/model.ts";

/**
 * Where a run needs a process that drives it: when that ends, the run waits until it is resumed.
 */
export interface Driver {
  /** Drives a run that nobody drives, to its end. */
  drive(run: RunId): Promise<Result<RunSummary, EdgeError>>;
  /** Resolves when this process drives the run no more, at once when it never did. */
  settled(run: RunId): Promise<Result<RunSummary, EdgeError>>;
}
