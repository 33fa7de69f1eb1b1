import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { heldNote } from "../../platform/schedules.ts";
import type { ResourceNames } from "../../release/release.ts";
import type { AwsContext } from "../sdk/context.ts";
import {
  desiredCapacity,
  desiredCapacityProvider,
  desiredCluster,
  desiredGroup,
  desiredLaunchTemplate,
  desiredLogGroup,
  desiredSchedule,
  desiredStateMachine,
  desiredTaskDefinition,
  desiredWorkflowLogGroup,
  type Making,
  type Upstream,
} from "./desired.ts";
import { autoScalingGroup } from "../resources/auto-scaling-group.ts";
import { capacityProvider } from "../resources/capacity-provider.ts";
import { clusterCapacity } from "../resources/cluster-capacity.ts";
import { cluster } from "../resources/cluster.ts";
import type { Comparison, Owner, ResourceKind, Work } from "../resources/kind.ts";
import { launchTemplate } from "../resources/launch-template.ts";
import type { Listings } from "../resources/listings.ts";
import { logGroup } from "../resources/log-group.ts";
import { workflowLogGroup } from "../resources/names.ts";
import { isDisabledByHand, schedule } from "../resources/schedule.ts";
import { stateMachine } from "../resources/state-machine.ts";
import { taskDefinition } from "../resources/task-definition.ts";
import type { ProjectState, StateKey } from "./state.ts";

/**
 * One resource of a project, whatever its kind: what planning and applying go through one after the
 * other.
 */
export interface Stage {
  readonly key: StateKey;
  readonly kind: string;
  /** False where what is there can't be somebody else's because it is part of another resource. */
  readonly owned: boolean;
  /** Another stage's observation holds it too; `observe` isn't needed. */
  readonly partOf?: (state: ProjectState) => ProjectState;
  name(names: ResourceNames): string;
  observe(
    context: AwsContext,
    names: readonly string[],
    listings: Listings,
  ): Promise<Result<ReadonlyMap<string, unknown>, PlatformError>>;
  ownerOf(state: ProjectState): Owner | undefined;
  /** Undefined where the release doesn't have it. */
  compare(
    making: Making,
    upstream: Upstream,
    state: ProjectState,
  ): Result<Compared | undefined, PlatformError>;
  ensure(
    work: Work,
    making: Making,
    upstream: Upstream,
    state: ProjectState,
  ): Promise<Result<ProjectState, PlatformError>>;
  /** Nothing where nothing is. */
  remove(work: Work, state: ProjectState): Promise<Result<ProjectState, PlatformError>>;
  /** What others are made from. */
  reveal(state: ProjectState): Upstream;
}

export interface Compared {
  readonly comparison: Comparison | { readonly kind: "create" };
  /** What others will be made from, as far as it is known before the deploy. */
  readonly reveals: Upstream;
  readonly note?: string;
}

interface Recipe<Key extends StateKey, Desired extends { readonly name: string }> {
  readonly key: Key;
  readonly kind: ResourceKind<Desired, NonNullable<ProjectState[Key]>>;
  readonly owned?: boolean;
  readonly partOf?: (state: ProjectState) => ProjectState;
  readonly name: (names: ResourceNames) => string;
  readonly desired: (
    making: Making,
    upstream: Upstream,
    observed: NonNullable<ProjectState[Key]> | undefined,
  ) => Result<Desired, PlatformError> | undefined;
  readonly note?: (
    desired: Desired,
    observed: NonNullable<ProjectState[Key]>,
  ) => string | undefined;
  /** @param change what will be done to it; undefined when it is as it will stay */
  readonly reveal?: (
    observed: NonNullable<ProjectState[Key]>,
    change: "update" | "replace" | undefined,
  ) => Upstream;
}

function stage<Key extends StateKey, Desired extends { readonly name: string }>(
  recipe: Recipe<Key, Desired>,
): Stage {
  const { key, kind } = recipe;
  type Observed = NonNullable<ProjectState[Key]>;
  const of = (state: ProjectState): Observed | undefined => state[key] as Observed | undefined;
  return {
    key,
    kind: kind.kind,
    owned: recipe.owned ?? true,
    ...(recipe.partOf === undefined ? {} : { partOf: recipe.partOf }),
    name: recipe.name,
    observe: (context, names, listings) => kind.observe(context, names, listings),
    ownerOf(state) {
      const observed = of(state);
      return observed === undefined ? undefined : kind.ownerOf(observed);
    },
    compare(making, upstream, state) {
      const observed = of(state);
      const desired = recipe.desired(making, upstream, observed);
      if (desired === undefined) return ok(undefined);
      if (!desired.ok) return desired;
      if (observed === undefined) return ok({ comparison: { kind: "create" }, reveals: {} });
      const comparison = kind.compare(desired.value, observed);
      // Other tags make no other version or revision.
      const change =
        comparison.kind === "same" ||
        comparison.fields.every(({ path }) => path.startsWith("tags."))
          ? undefined
          : comparison.kind;
      const note = recipe.note?.(desired.value, observed);
      return ok({
        comparison,
        reveals: recipe.reveal?.(observed, change) ?? {},
        ...(note === undefined ? {} : { note }),
      });
    },
    async ensure(work, making, upstream, state) {
      const observed = of(state);
      const desired = recipe.desired(making, upstream, observed);
      if (desired === undefined) return ok(state);
      if (!desired.ok) return desired;
      const ensured = await kind.ensure(work, desired.value, observed);
      return ensured.ok ? ok({ ...state, [key]: ensured.value }) : ensured;
    },
    async remove(work, state) {
      const observed = of(state);
      if (observed === undefined) return ok(state);
      const removed = await kind.remove(work, observed);
      if (!removed.ok) return removed;
      const { [key]: _gone, ...rest } = state;
      return ok(rest);
    },
    reveal(state) {
      const observed = of(state);
      return observed === undefined ? {} : (recipe.reveal?.(observed, undefined) ?? {});
    },
  };
}

/** In the order in which they are made: each from those before it. */
export const stages: readonly Stage[] = [
  stage({
    key: "logGroup",
    kind: logGroup,
    name: (names) => names.logGroup,
    desired: (making) => ok(desiredLogGroup(making)),
  }),
  stage({
    key: "workflowLogGroup",
    kind: logGroup,
    name: workflowLogGroup,
    desired: (making) => ok(desiredWorkflowLogGroup(making)),
  }),
  stage({
    key: "cluster",
    kind: cluster,
    name: (names) => names.cluster,
    desired: (making) => ok(desiredCluster(making)),
  }),
  stage({
    key: "launchTemplate",
    kind: launchTemplate,
    name: (names) => names.launchTemplate,
    desired: (making) => desiredLaunchTemplate(making),
    note: ({ spec }, { data }) =>
      data["ImageId"] === undefined || data["ImageId"] === spec.imageId
        ? undefined
        : `${spec.imageId} is the newest ECS-optimized AMI`,
    reveal: ({ id, version }, change) => ({
      launchTemplate: { id, ...(change === undefined ? { version: String(version) } : {}) },
    }),
  }),
  stage({
    key: "autoScalingGroup",
    kind: autoScalingGroup,
    name: (names) => names.autoScalingGroup,
    desired: (making, upstream) => ok(desiredGroup(making, upstream)),
    reveal: ({ arn }) => ({ autoScalingGroupArn: arn }),
  }),
  stage({
    key: "capacityProvider",
    kind: capacityProvider,
    name: (names) => names.capacityProvider,
    desired: (making, upstream) => ok(desiredCapacityProvider(making, upstream)),
  }),
  stage({
    key: "clusterCapacity",
    kind: clusterCapacity,
    owned: false,
    partOf: ({ clusterCapacity: _old, ...state }) =>
      state.cluster === undefined
        ? state
        : {
            ...state,
            clusterCapacity: {
              ...state.cluster.capacity,
              name: state.cluster.name,
              tags: state.cluster.tags,
            },
          },
    name: (names) => names.cluster,
    desired: (making) => ok(desiredCapacity(making)),
  }),
  stage({
    key: "taskDefinition",
    kind: taskDefinition,
    name: (names) => names.taskFamily,
    desired: desiredTaskDefinition,
    reveal: ({ arn }, change) => (change === undefined ? { taskDefinitionArn: arn } : {}),
  }),
  stage({
    key: "stateMachine",
    kind: stateMachine,
    name: (names) => names.stateMachine,
    desired: (making, upstream) => ok(desiredStateMachine(making, upstream)),
  }),
  stage({
    key: "schedule",
    kind: schedule,
    name: (names) => names.schedule,
    desired(making, _upstream, observed) {
      const desired = desiredSchedule(making);
      if (desired === undefined) return undefined;
      const byHand = observed !== undefined && isDisabledByHand(observed);
      return ok(
        byHand || (making.scheduleHeld !== undefined && observed?.spec.state !== "ENABLED")
          ? {
              ...desired,
              spec: { ...desired.spec, state: "DISABLED" as const },
              held: making.scheduleHeld,
            }
          : desired,
      );
    },
    note({ configured, spec, held }) {
      if (configured !== "ENABLED" || spec.state !== "DISABLED") return undefined;
      return heldNote(held);
    },
  }),
];
