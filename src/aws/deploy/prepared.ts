import type { ProjectName } from "../../core/ids.ts";
import type { Plan, ProjectPlan, PlanOptions } from "../../platform/plan.ts";
import type { FingerprintedRelease, Release, ResourceNames } from "../../release/release.ts";
import type { ReleaseDocument } from "../bucket/releases.ts";
import type { LeaseSeen } from "../bucket/lease.ts";
import type { ProjectInput } from "./project-input.ts";
import type { ProjectState } from "./state.ts";
import type { AlsoRemoved } from "../../platform/roles/retained.ts";

/** What a plan was asked for; asked again, it gives the same plan while nothing has moved. */
export type PlanRequest =
  | {
      readonly kind: "deploy";
      readonly releases: readonly FingerprintedRelease[];
      readonly options: PlanOptions;
    }
  | {
      readonly kind: "destroy";
      readonly projects: readonly ProjectName[];
      readonly also: AlsoRemoved;
    }
  | {
      readonly kind: "rollback";
      readonly document: ReleaseDocument;
      readonly reason: string | undefined;
    };

/** A plan with the observations that it rests on. */
export interface Prepared {
  readonly plan: Plan;
  readonly request: PlanRequest;
  readonly projects: readonly PreparedProject[];
  /** Of a saved plan: just this is applied, or nothing. */
  readonly exact?: true;
  /**
   * The state of the lease before anything was observed; undefined when there was nothing to look
   * at closely.
   */
  readonly seen: LeaseSeen | undefined;
}

export type PreparedProject =
  /** Nothing to do: unchanged by its mark, or held. */
  | { readonly kind: "left"; readonly plan: ProjectPlan }
  | { readonly kind: "deploy"; readonly input: ProjectInput; readonly plan: ProjectPlan }
  /** Its folder is gone: its schedule is disabled. */
  | {
      readonly kind: "retire";
      readonly plan: ProjectPlan;
      readonly names: ResourceNames;
      readonly state: ProjectState;
      readonly identity: ReleaseIdentity;
    }
  | {
      readonly kind: "remove";
      readonly plan: ProjectPlan;
      /** Rules of EventBridge are there for it, alone or for others too. */
      readonly heard?: true;
      readonly names: ResourceNames;
      readonly state: ProjectState;
      readonly identity: ReleaseIdentity;
    }
  /** The environment's bucket goes, after everything else. */
  | { readonly kind: "bucket"; readonly plan: ProjectPlan };

/** Whose release it is, also where there is none any more. */
export type ReleaseIdentity = Pick<Release, "workspace" | "environment" | "project">;
