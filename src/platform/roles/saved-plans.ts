import type { EdgeError } from "../../core/edge-error.ts";
import type { Result } from "../../core/result.ts";
import type { FingerprintedRelease } from "../../release/release.ts";
import type { Plan, PlanOptions } from "../plan.ts";

/** Where a plan can be kept in a file, and exactly that be applied later. */
export interface SavedPlans {
  /** A plan as a file has it; undefined for one of a rollback or a destroy. */
  save(plan: Plan): SavedPlan | undefined;
  /** Makes a saved plan one that `apply` takes, or says what has moved since. */
  open(
    saved: SavedPlan,
    releases: readonly FingerprintedRelease[],
  ): Promise<Result<Plan, EdgeError>>;
}

/** A plan in a file: what will be done, and a hash of the world that it was made for. */
export interface SavedPlan {
  readonly schema: 1;
  readonly plan: Plan;
  readonly accountId: string;
  readonly region: string;
  /** Milliseconds since the epoch. */
  readonly plannedAt: number;
  readonly actor: string;
  readonly adopt: boolean;
  readonly options: PlanOptions;
  /** By project: hash of what was observed of it and of its image. */
  readonly observed: Readonly<Record<string, string>>;
}
