import type { EdgeError } from "../../core/edge-error.ts";
import type { ProjectName } from "../../core/ids.ts";
import type { Result } from "../../core/result.ts";
import type { Plan } from "../plan.ts";

/** Where things outlive a destroy: logs, images, a bucket. */
export interface Retained {
  /** Name of the environment's bucket, which keeps what outlives a run. */
  readonly bucket: string;
  /** Projects that the bucket has releases of, deployed or not. */
  projects(): Promise<Result<readonly ProjectName[], EdgeError>>;
  /** As the platform's `planDestroy`, with more than what runs. */
  planDestroy(
    projects: readonly ProjectName[],
    also: AlsoRemoved,
  ): Promise<Result<Plan, EdgeError>>;
}

/** What a destroy removes besides what runs; all of it stays unless somebody says so. */
export interface AlsoRemoved {
  /** The projects' log groups, and those of their state machines. */
  readonly logs?: boolean;
  /** What the registry has of the projects in this environment. */
  readonly images?: boolean;
  /**
   * The environment's own bucket, with artifacts, releases, the ledger and the audit trail in it.
   */
  readonly bucket?: boolean;
}
