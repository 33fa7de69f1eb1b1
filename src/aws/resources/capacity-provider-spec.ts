import type { CapacityProvider } from "@aws-sdk/client-ecs";

import { fromLowerTags, type Tags } from "../sdk/ownership.ts";

export interface DesiredCapacityProvider {
  readonly name: string;
  /** The cluster that it is attached to; detached from there before it is replaced. */
  readonly cluster: string;
  readonly spec: ProviderSpec;
  readonly tags: Tags;
}

export interface ProviderSpec {
  readonly autoScalingGroupArn: string;
  readonly managedScaling: { readonly status: string; readonly targetCapacity: number };
  readonly managedTerminationProtection: string;
  readonly managedDraining: string;
}

export interface ObservedCapacityProvider {
  readonly name: string;
  readonly arn: string;
  readonly spec: ProviderSpec;
  readonly tags: Tags;
  /** `ACTIVE`, or where it is on its way to. */
  readonly status: string;
}

/** What AWS answers about a provider, as it is compared. */
export function observedProvider(provider: CapacityProvider): ObservedCapacityProvider {
  const group = provider.autoScalingGroupProvider;
  return {
    name: provider.name ?? "",
    arn: provider.capacityProviderArn ?? "",
    tags: fromLowerTags(provider.tags),
    status: provider.status ?? "ACTIVE",
    spec: {
      autoScalingGroupArn: group?.autoScalingGroupArn ?? "",
      managedScaling: {
        status: group?.managedScaling?.status ?? "DISABLED",
        targetCapacity: group?.managedScaling?.targetCapacity ?? 100,
      },
      managedTerminationProtection: group?.managedTerminationProtection ?? "DISABLED",
      managedDraining: group?.managedDraining ?? "ENABLED",
    },
  };
}
