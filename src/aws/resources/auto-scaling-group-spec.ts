import type { AutoScalingGroup, MixedInstancesPolicy } from "@aws-sdk/client-auto-scaling";

import { fromUpperTags, type Tags } from "../sdk/ownership.ts";

/** How many of which instances, where. */
export interface GroupSpec {
  readonly minSize: number;
  readonly maxSize: number;
  readonly subnetIds: readonly string[];
  readonly launchTemplate: { readonly id: string; readonly version: string };
  /** In the order of preference, which on-demand instances follow. */
  readonly instanceTypes: readonly string[];
  /** 0: all spot, 100: all on demand. AWS takes 100 where nothing is said. */
  readonly onDemandPercentage: number;
}

export interface DesiredGroup {
  readonly name: string;
  readonly spec: GroupSpec;
  readonly tags: Tags;
}

export interface ObservedGroup {
  readonly name: string;
  /** Ends in its own id: a group that is made again under the same name has another. */
  readonly arn: string;
  readonly spec: ComparableGroup;
  readonly tags: Tags;
}

/** What plans compare: the spec, and what must not be set otherwise. */
export type ComparableGroup = Omit<GroupSpec, "launchTemplate"> & {
  readonly launchTemplate: { readonly id: string; readonly version: string } | undefined;
  readonly mixedInstances: boolean;
  readonly onDemandBase: number;
  readonly spotAllocation: string | undefined;
  readonly protectedFromScaleIn: boolean;
  readonly capacityRebalance: boolean;
};

/** The spec as requests have it. */
export function groupSettings({ spec }: DesiredGroup) {
  const mixedInstances: MixedInstancesPolicy = {
    LaunchTemplate: {
      LaunchTemplateSpecification: {
        LaunchTemplateId: spec.launchTemplate.id,
        // A number: left out, AWS takes the default version, which stays the first one.
        Version: spec.launchTemplate.version,
      },
      Overrides: spec.instanceTypes.map((InstanceType) => ({ InstanceType })),
    },
    InstancesDistribution: {
      OnDemandBaseCapacity: 0,
      OnDemandPercentageAboveBaseCapacity: spec.onDemandPercentage,
      SpotAllocationStrategy: spotAllocation,
    },
  };
  return {
    MinSize: spec.minSize,
    MaxSize: spec.maxSize,
    VPCZoneIdentifier: spec.subnetIds.join(","),
    MixedInstancesPolicy: mixedInstances,
    // The capacity provider's termination protection needs it, and decides itself who may go.
    NewInstancesProtectedFromScaleIn: true,
    // Would end instances, and the steps on them, because AWS thinks that it may take them back
    // soon.
    CapacityRebalance: false,
  };
}

const spotAllocation = "price-capacity-optimized";

/**
 * How many instances a group may have at least before all of its capacity is in place. An instance
 * that starts before the capacity provider is there has neither the tag of ECS nor the provider's
 * name, and is never scaled in; so a new group starts from none.
 */
export function firstMinimum(
  { minSize }: Pick<GroupSpec, "minSize">,
  observed: ObservedGroup | undefined,
): number {
  if (observed?.tags[ecsManagedTag] !== undefined) return minSize;
  return Math.min(minSize, observed?.spec.minSize ?? 0);
}

/** ECS puts it on the group when a capacity provider is made of it, and on its new instances. */
const ecsManagedTag = "AmazonECSManaged";

/** What a group of this spec looks like. */
export function comparableGroup(spec: GroupSpec): ComparableGroup {
  return {
    ...spec,
    subnetIds: spec.subnetIds.toSorted(),
    mixedInstances: true,
    onDemandBase: 0,
    spotAllocation,
    protectedFromScaleIn: true,
    capacityRebalance: false,
  };
}

/** What AWS answers about a group, as it is compared. */
export function observedGroup(group: AutoScalingGroup): ObservedGroup {
  const mixed = group.MixedInstancesPolicy;
  const template = mixed?.LaunchTemplate?.LaunchTemplateSpecification ?? group.LaunchTemplate;
  const distribution = mixed?.InstancesDistribution;
  return {
    name: group.AutoScalingGroupName ?? "",
    arn: group.AutoScalingGroupARN ?? "",
    tags: fromUpperTags(group.Tags),
    spec: {
      minSize: group.MinSize ?? 0,
      maxSize: group.MaxSize ?? 0,
      subnetIds: (group.VPCZoneIdentifier ?? "")
        .split(",")
        .map((id) => id.trim())
        .filter((id) => id !== "")
        .toSorted(),
      launchTemplate:
        template === undefined
          ? undefined
          : { id: template.LaunchTemplateId ?? "", version: template.Version ?? "$Default" },
      instanceTypes: (mixed?.LaunchTemplate?.Overrides ?? []).map(
        ({ InstanceType = "" }) => InstanceType,
      ),
      mixedInstances: mixed !== undefined,
      onDemandBase: distribution?.OnDemandBaseCapacity ?? 0,
      onDemandPercentage: distribution?.OnDemandPercentageAboveBaseCapacity ?? 100,
      spotAllocation: distribution?.SpotAllocationStrategy,
      protectedFromScaleIn: group.NewInstancesProtectedFromScaleIn ?? false,
      capacityRebalance: group.CapacityRebalance ?? false,
    },
  };
}
