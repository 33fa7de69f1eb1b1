import type { Result } from "../../core/result.ts";
import type { FieldChange } from "../../platform/plan.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { AwsContext } from "../sdk/context.ts";
import type { Waiting } from "../sdk/retry.ts";
import type { Listings } from "./listings.ts";

/**
 * One kind of resource, in one file each: how it should be, how it is, what differs, and how to
 * make the one into the other. `Desired` and `Observed` are plain data; `compare` is pure and looks
 * at meaning only: server defaults and what Esteira doesn't set are no difference.
 */
export interface ResourceKind<Desired extends { readonly name: string }, Observed> {
  /** `cluster`, `launch-template`, … as plans show it. */
  readonly kind: string;
  /**
   * Reads all of these in as few requests as the service allows; what doesn't exist has no entry.
   * Without `listings` each is asked for by its name.
   */
  observe(
    context: AwsContext,
    names: readonly string[],
    listings?: Listings,
  ): Promise<Result<ReadonlyMap<string, Observed>, PlatformError>>;
  /** Whose it is, from tags (a marker in the description where tags don't exist). */
  ownerOf(observed: Observed): Owner | undefined;
  compare(desired: Desired, observed: Observed): Comparison;
  /**
   * Creates or updates, and says what is there now. "Already exists" and "not found" are branches,
   * not failures.
   */
  ensure(
    work: Work,
    desired: Desired,
    observed: Observed | undefined,
  ): Promise<Result<Observed, PlatformError>>;
  /** Removes it and waits until it is gone. Gone already is success. */
  remove(work: Work, observed: Observed): Promise<Result<void, PlatformError>>;
}

/** The account, and how long waits are told and ended. */
export interface Work {
  readonly context: AwsContext;
  readonly waiting: Waiting;
}

export type Comparison =
  | { readonly kind: "same" }
  | { readonly kind: "update"; readonly fields: readonly FieldChange[] }
  /** It can't be changed in place; `because` says why. */
  | { readonly kind: "replace"; readonly fields: readonly FieldChange[]; readonly because: string };

/**
 * The four ownership tags: `esteira:managed-by`, `esteira:workspace`, `esteira:project`,
 * `esteira:environment`.
 */
export interface Owner {
  readonly workspace: string;
  readonly project: string | undefined;
  readonly environment: string;
}
