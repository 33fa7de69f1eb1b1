import {
  type AutoScalingGroup,
  CreateAutoScalingGroupCommand,
  CreateOrUpdateTagsCommand,
  DeleteAutoScalingGroupCommand,
  DeleteTagsCommand,
  DescribeAutoScalingGroupsCommand,
  type MixedInstancesPolicy,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";

import { err, ok } from "../../core/result.ts";
import { callAws } from "../sdk/call.ts";
import { batches, mapConcurrently } from "../../core/concurrency.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isError } from "../sdk/error-names.ts";
import {
  autoScalingTags,
  fromUpperTags,
  ownerOf,
  tagChanges,
  type Tags,
} from "../sdk/ownership.ts";
import {
  autoScalingBusy,
  instanceProfileSettles,
  untilConsistent,
  untilThere,
} from "../sdk/retry.ts";
import { takeUp } from "./exists.ts";
import { comparison, fieldChanges, tagFieldChanges } from "./fields.ts";
import type { ResourceKind, Work } from "./kind.ts";
import { allow } from "../iam/document.ts";
import { inRegion } from "../iam/scope.ts";
import type { Listing } from "./listings.ts";

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
  /** Ends in an id of its own: a group that is made again under the same name has another. */
  readonly arn: string;
  readonly spec: ComparableGroup;
  readonly tags: Tags;
}

/** What plans compare: the spec, and what must not be set otherwise. */
type ComparableGroup = Omit<GroupSpec, "launchTemplate"> & {
  readonly launchTemplate: { readonly id: string; readonly version: string } | undefined;
  readonly mixedInstances: boolean;
  readonly onDemandBase: number;
  readonly spotAllocation: string | undefined;
  readonly protectedFromScaleIn: boolean;
  readonly capacityRebalance: boolean;
};

/**
 * The instances of a project. ECS decides how many there are: the number wanted is never sent, or
 * an update would end running steps.
 */
export const autoScalingGroup: ResourceKind<DesiredGroup, ObservedGroup> = {
  kind: "auto-scaling-group",
  removal: { rank: 50 },
  rights: {
    read: () => [allow("ReadAll", "autoscaling:Describe*", "*")],
    write: (scope) => [
      allow(
        "AutoScalingWrite",
        [
          "autoscaling:CreateAutoScalingGroup",
          "autoscaling:UpdateAutoScalingGroup",
          "autoscaling:DeleteAutoScalingGroup",
          "autoscaling:CreateOrUpdateTags",
          "autoscaling:DeleteTags",
        ],
        scope.arn(
          "autoscaling",
          `autoScalingGroup:*:autoScalingGroupName/${scope.project.autoScalingGroups}`,
        ),
      ),
      // Auto Scaling asks whether the caller could start what the template says.
      allow("Ec2Write", "ec2:RunInstances", "*", inRegion(scope)),
    ],
  },

  presence: (listings) => listings.of(groupListing),

  observe(context, names) {
    return callAws(context.environment.name, "read auto scaling groups", async () => {
      const groups = await listGroups(context, names);
      return new Map(
        groups
          .filter(({ Status }) => Status === undefined) // a status is only there while it is deleted
          .map((group) => [group.AutoScalingGroupName ?? "", observedOf(group)]),
      );
    });
  },

  ownerOf: ({ tags }) => ownerOf(tags),

  compare(desired, observed) {
    return comparison([
      ...fieldChanges(observed.spec, comparable(desired.spec)),
      ...tagFieldChanges(desired.tags, observed.tags),
    ]);
  },

  async ensure(work, desired, observed) {
    const { context } = work;
    const { name } = desired;
    if (observed === undefined) {
      const created = await callAws(
        context.environment.name,
        `create the auto scaling group ${name}`,
        () => create(work, desired),
      );
      if (!created.ok) return created;
      if (created.value === "exists") return takeUp(autoScalingGroup, work, desired);
      // The answer to the creation has no ARN.
      const seen = await autoScalingGroup.observe(context, [name]);
      if (!seen.ok) return seen;
      const there = seen.value.get(name);
      if (there !== undefined) return ok(there);
      return err({
        reason: "conflict",
        message: `the auto scaling group ${name} was created, and isn't there`,
        help: "somebody may have deleted it; run it again",
        resource: `auto-scaling-group ${name}`,
      });
    }

    return callAws(context.environment.name, `update the auto scaling group ${name}`, async () => {
      const spec = comparable(desired.spec);
      if (fieldChanges(observed.spec, spec).length > 0) {
        await untilConsistent(
          () =>
            context.clients.autoScaling.send(
              new UpdateAutoScalingGroupCommand({
                AutoScalingGroupName: name,
                ...settings(desired),
              }),
            ),
          [instanceProfileSettles, autoScalingBusy],
          work.waiting,
        );
      }
      const { set, remove } = tagChanges(desired.tags, observed.tags);
      if (Object.keys(set).length > 0) {
        await context.clients.autoScaling.send(
          new CreateOrUpdateTagsCommand({ Tags: autoScalingTags(name, set, false) }),
        );
      }
      if (remove.length > 0) {
        await context.clients.autoScaling.send(
          new DeleteTagsCommand({
            Tags: remove.map((Key) => ({
              ResourceId: name,
              ResourceType: "auto-scaling-group",
              Key,
            })),
          }),
        );
      }
      return { ...observed, spec, tags: { ...observed.tags, ...set } };
    });
  },

  remove(work, { name }) {
    const { context, waiting } = work;
    const { autoScaling } = context.clients;
    return callAws(context.environment.name, `delete the auto scaling group ${name}`, async () => {
      try {
        await untilConsistent(
          async () => {
            await autoScaling.send(
              new UpdateAutoScalingGroupCommand({
                AutoScalingGroupName: name,
                MinSize: 0,
                MaxSize: 0,
              }),
            );
            // Ends the instances, the protected ones too.
            await autoScaling.send(
              new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: name, ForceDelete: true }),
            );
          },
          [autoScalingBusy],
          waiting,
        );
      } catch (thrown) {
        if (!isError(thrown, "ValidationError: not found", "ValidationError: pending delete")) {
          throw thrown;
        }
      }
      await untilGone(work, name);
    });
  },
};

/** A name that is being deleted can't be taken again yet. */
async function untilGone({ context, waiting }: Work, name: string): Promise<void> {
  const gone = await untilThere(
    async () => ((await listGroups(context, [name])).length === 0 ? true : undefined),
    `the auto scaling group ${name} is gone`,
    { capMs: 20 * 60_000, firstMs: 2000, longestMs: 15_000 },
    waiting,
  );
  if (gone === undefined) throw new Error("its instances are still ending after 20 minutes");
}

async function create(work: Work, desired: DesiredGroup): Promise<"created" | "exists"> {
  const { context, waiting } = work;
  const { name } = desired;
  try {
    await untilConsistent(
      () =>
        context.clients.autoScaling.send(
          new CreateAutoScalingGroupCommand({
            AutoScalingGroupName: name,
            ...settings(desired),
            Tags: autoScalingTags(name, desired.tags, false),
          }),
        ),
      [instanceProfileSettles, autoScalingBusy],
      waiting,
    );
    return "created";
  } catch (thrown) {
    if (!isError(thrown, "AlreadyExists", "AlreadyExistsFault")) throw thrown;
  }
  const [there] = await listGroups(context, [name]);
  if (there?.Status === undefined) return "exists";
  await untilGone(work, name);
  return create(work, desired);
}

function settings({ spec }: DesiredGroup) {
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

function comparable(spec: GroupSpec): ComparableGroup {
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

function observedOf(group: AutoScalingGroup): ObservedGroup {
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

/** Those that are not being deleted. */
const groupListing: Listing<AutoScalingGroup> = {
  action: "read auto scaling groups",
  async read(context, projects) {
    const names = projects.map(({ autoScalingGroup }) => autoScalingGroup);
    const groups = await listGroups(context, names);
    return new Map(
      groups
        .filter(({ Status }) => Status === undefined)
        .map((group) => [group.AutoScalingGroupName ?? "", group]),
    );
  },
};

/** All of these that are there, those that are being deleted included. */
export async function listGroups(
  context: AwsContext,
  names: readonly string[],
): Promise<AutoScalingGroup[]> {
  const pages = await mapConcurrently(batches(names, 100), 4, (batch) =>
    context.clients.autoScaling.send(
      new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: batch, MaxRecords: 100 }),
    ),
  );
  return pages.flatMap(({ AutoScalingGroups = [] }) => AutoScalingGroups);
}
