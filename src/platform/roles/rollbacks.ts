import { actorText } from "../../core/actor.ts";
import type { EdgeError } from "../../core/edge-error.ts";
import type { ProjectName } from "../../core/ids.ts";
import type { Result } from "../../core/result.ts";
import type { Plan } from "../plan.ts";

/** A release that a rollback left behind. */
export interface HeldRelease {
  readonly project: string;
  readonly version: string;
  readonly actor: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly reason?: string;
}

/** Why deploys skip a project that is held, as a part of a sentence. */
export function heldText({ version, at, actor, reason }: Omit<HeldRelease, "project">): string {
  const day = new Date(at).toISOString().slice(0, 10);
  const why = reason === undefined ? "" : `: ${reason}`;
  return `rolled back from ${version} on ${day} by ${actorText(actor)}${why}; it is deployed again when its config or sources change`;
}

/** Where an earlier release can be restored without its sources. */
export interface Rollbacks {
  /** Releases that rollbacks left behind and deploys skip, at most one a project. */
  held(): Promise<Result<readonly HeldRelease[], EdgeError>>;
  /** Plans to restore an earlier release; applying it records the hold. */
  plan(
    project: ProjectName,
    options: { readonly to?: string; readonly reason?: string },
  ): Promise<Result<Plan, EdgeError>>;
}
