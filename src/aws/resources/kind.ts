import type { Result } from "../../core/result.ts";
import type { FieldChange } from "../../platform/plan.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { AwsContext } from "../sdk/context.ts";
import type { Waiting } from "../sdk/retry.ts";
import type { Statement } from "../iam/document.ts";
import type { PolicyScope } from "../iam/scope.ts";
import type { Owner } from "../sdk/ownership.ts";
import type { Listings } from "./listings.ts";

/**
 * One kind of resource, in one file each: how it should be, how it is, what differs, and how to
 * make the one into the other. `Desired` and `Observed` are plain data; `compare` is pure and looks
 * at meaning only: server defaults and what Esteira doesn't set are not a difference.
 */
export interface ResourceKind<Desired extends { readonly name: string }, Observed> {
  /** `cluster`, `launch-template`, … as plans show it. */
  readonly kind: string;
  /** What the policies for plan and deploy allow because of it. */
  readonly rights: Rights;
  readonly removal: Removal;
  /**
   * Which of them exist, by listings alone: how unchanged projects are looked at. Absent where it
   * is a part of another resource, with which it comes and goes.
   */
  presence?(listings: Listings): Promise<Result<Presence, PlatformError>>;
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
  /** Ends what would keep it from being removed: what runs in it or on it. */
  empty?(work: Work, observed: Observed): Promise<Result<void, PlatformError>>;
  /** Removes it and waits until it is gone. Gone already is success. */
  remove(work: Work, observed: Observed): Promise<Result<void, PlatformError>>;
}

/**
 * Statements of one `Sid`, of however many kinds, become one statement of the policy, with the
 * actions and the resources of all: policies have little room. They must agree in their conditions.
 */
export interface Rights {
  /** To observe it and to look for its presence. */
  read(scope: PolicyScope): readonly Statement[];
  /** To make, change and remove it. */
  write(scope: PolicyScope): readonly Statement[];
}

/** When it goes where a project is removed. */
export interface Removal {
  /**
   * Lower ones go first: from what starts things (10) to what they run on, each before what it
   * needs.
   */
  readonly rank: number;
  /** It stays unless somebody asks for this too. */
  readonly onlyWith?: "logs";
}

/** The names that exist. */
export interface Presence {
  has(name: string): boolean;
}

/** The account, and how long waits are reported and ended. */
export interface Work {
  readonly context: AwsContext;
  readonly waiting: Waiting;
}

export type Comparison =
  | { readonly kind: "same" }
  | { readonly kind: "update"; readonly fields: readonly FieldChange[] }
  /** It can't be changed in place; `because` says why. */
  | { readonly kind: "replace"; readonly fields: readonly FieldChange[]; readonly because: string };
