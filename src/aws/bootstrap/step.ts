import type { JsonObject } from "../../core/json.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { Change } from "../../platform/plan.ts";
import type { PlatformError } from "../../platform/port.ts";
import { callAws } from "../sdk/call.ts";
import type { AwsContext } from "../sdk/context.ts";
import {
  describeOwner,
  isSameOwner,
  type Owner,
  ownerOf,
  ownershipTags,
  type Tags,
} from "../sdk/ownership.ts";
import type { PolicyScope } from "../iam/scope.ts";
import type { Work } from "../resources/kind.ts";

/** One thing of the base layer: what it should be, and how it comes to be so. */
export interface BaseStep {
  /** Unique, and what messages call it: `role-scheduler`. */
  readonly id: string;
  /** `role`, `bucket`, … as plans show it. */
  readonly kind: string;
  readonly name: string;
  /** How it should be; its hash says later whether bootstrap has done this very step. */
  readonly desired: JsonObject;
  /** Reads only. */
  plan(base: BaseContext): Promise<Result<StepPlan, PlatformError>>;
}

export interface BaseContext {
  readonly context: AwsContext;
  readonly scope: PolicyScope;
  /** Take over what has the right name and belongs to nobody. */
  readonly adopt: boolean;
}

export type StepPlan =
  | {
      readonly kind: "planned";
      readonly change: Pick<Change, "action" | "fields" | "note">;
      /** What is known of it already. */
      readonly facts?: Facts;
      /** Makes it so. Called only when the action isn't `unchanged`. */
      apply(work: Work): Promise<Result<Facts, PlatformError>>;
    }
  /** It isn't ours. */
  | { readonly kind: "refused"; readonly error: PlatformError };

/** What only AWS could say. */
export interface Facts {
  readonly securityGroupId?: string;
}

export function baseOwner(context: AwsContext): Owner {
  return {
    workspace: context.workspace,
    project: undefined,
    environment: context.environment.name,
  };
}

export function baseTags(context: AwsContext): Tags {
  return ownershipTags(baseOwner(context));
}

/** Whether what exists may be changed: it is ours, or nobody's and to be adopted. */
export function refusal(
  { context, adopt }: BaseContext,
  step: Pick<BaseStep, "kind" | "name">,
  tags: Tags,
): PlatformError | undefined {
  const owner = ownerOf(tags);
  if (isSameOwner(owner, baseOwner(context))) return undefined;
  const resource = `${step.kind} ${step.name}`;
  if (owner !== undefined) {
    return {
      reason: "conflict",
      message: `${resource} exists and belongs to ${describeOwner(owner)}`,
      help: "two environments can't share it: rename the workspace or the environment in esteira.yaml",
      resource,
    };
  }
  if (adopt) return undefined;
  return {
    reason: "conflict",
    message: `${resource} exists and isn't Esteira's`,
    help: "look at it; `--adopt` takes it over and brings it to what the plan says",
    resource,
  };
}

export function refused(error: PlatformError): Result<StepPlan, PlatformError> {
  return ok({ kind: "refused", error });
}

/** Nothing to do. */
export function unchanged(facts: Facts = {}, note?: string): Result<StepPlan, PlatformError> {
  return ok({
    kind: "planned",
    change: { action: "unchanged", fields: [], ...(note === undefined ? {} : { note }) },
    facts,
    apply: () => Promise.resolve(ok(facts)),
  });
}

/**
 * One thing to do, in one or more requests; what they throw becomes one sentence, "could not
 * ACTION: …".
 */
export function planned(
  { context }: BaseContext,
  change: Pick<Change, "action" | "fields" | "note">,
  action: string,
  apply: (work: Work) => Promise<Facts | undefined>,
  facts: Facts = {},
): Result<StepPlan, PlatformError> {
  return ok({
    kind: "planned",
    change,
    facts,
    async apply(work) {
      const done = await callAws(context.environment.name, action, () => apply(work));
      return done.ok ? ok({ ...facts, ...done.value }) : err(done.error);
    },
  });
}

/** Gives undefined where AWS says that it isn't there. */
export async function orAbsent<Value>(
  ask: () => Promise<Value>,
  isAbsent: (thrown: unknown) => boolean,
): Promise<Value | undefined> {
  try {
    return await ask();
  } catch (thrown) {
    if (isAbsent(thrown)) return undefined;
    throw thrown;
  }
}
