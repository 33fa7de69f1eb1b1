import type { EdgeError } from "../../core/edge-error.ts";
import type { RunId } from "../../core/ids.ts";
import type { Result } from "../../core/result.ts";
import type { CapacityEvidence } from "../../runs/capacity.ts";

/** Where steps wait for instances. */
export interface Capacity {
  /** What the account says about the instances that a run's tasks wait for, or waited for. */
  evidence(run: RunId): Promise<Result<CapacityEvidence, EdgeError>>;
}
