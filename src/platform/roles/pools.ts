import type { EdgeError } from "../../core/edge-error.ts";
import type { Result } from "../../core/result.ts";
import type { PoolClaim } from "../../runs/pools/turns.ts";

/** The pools of an environment. */
export interface Pools {
  /** Every step that holds places now, or waits for them. */
  claims(): Promise<Result<readonly PoolClaim[], EdgeError>>;
}
