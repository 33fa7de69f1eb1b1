import type { EdgeError } from "../../core/edge-error.ts";
import type { ProjectName } from "../../core/ids.ts";
import type { Result } from "../../core/result.ts";
import type { Plan } from "../plan.ts";

/** Where an earlier release can be restored without its sources. */
export interface Rollbacks {
  /** Plans to restore an earlier release; applying it records the hold. */
  plan(
    project: ProjectName,
    options: { readonly to?: string; readonly reason?: string },
  ): Promise<Result<Plan, EdgeError>>;
}
