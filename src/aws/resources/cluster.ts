import {
  type Cluster,
  CreateClusterCommand,
  DeleteClusterCommand,
  DescribeClustersCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-ecs";

import { callAws } from "../sdk/call.ts";
import { batches, mapConcurrently } from "../../core/concurrency.ts";
import type { AwsContext } from "../sdk/context.ts";
import { fromLowerTags, lowerTags, ownerOf, tagChanges, type Tags } from "../sdk/ownership.ts";
import { clusterEmpties, serviceLinkedRoleSettles, untilConsistent } from "../sdk/retry.ts";
import { isError } from "../sdk/error-names.ts";
import { comparison, tagFieldChanges } from "./fields.ts";
import type { ResourceKind } from "./kind.ts";
import { allow } from "../iam/document.ts";
import type { Listing } from "./listings.ts";
import { releaseInstances } from "./end-work.ts";

export interface DesiredCluster {
  readonly name: string;
  readonly tags: Tags;
}

export interface ObservedCluster {
  readonly name: string;
  readonly arn: string;
  readonly tags: Tags;
  /** What `cluster-capacity` compares. */
  readonly capacity: Attachment;
}

export interface Attachment {
  readonly capacityProviders: readonly string[];
  readonly strategy: readonly StrategyItem[];
  /** The attachment is being changed at this moment. */
  readonly changing: boolean;
}

export interface StrategyItem {
  readonly capacityProvider: string;
  readonly weight: number;
  readonly base: number;
}

/** An ECS cluster; what capacity it has is a separate resource (`cluster-capacity.ts`). */
export const cluster: ResourceKind<DesiredCluster, ObservedCluster> = {
  kind: "cluster",
  // Its instances take a while to leave: they are released before it, and after its capacity.
  removal: { rank: 60 },
  rights: {
    read: (scope) => [
      allow(
        "EcsRead",
        ["ecs:DescribeClusters", "ecs:ListContainerInstances", "ecs:ListTagsForResource"],
        scope.arn("ecs", `cluster/${scope.project.clusters}`),
      ),
    ],
    write: (scope) => [
      allow(
        "EcsWrite",
        [
          "ecs:CreateCluster",
          "ecs:DeleteCluster",
          "ecs:DeregisterContainerInstance",
          "ecs:TagResource",
          "ecs:UntagResource",
        ],
        [
          scope.arn("ecs", `cluster/${scope.project.clusters}`),
          scope.arn("ecs", `container-instance/${scope.project.clusters}/*`),
        ],
      ),
    ],
  },

  presence: (listings) => listings.of(clusterListing),
  empty: (work, { name }) => releaseInstances(work, name),

  observe(context, names) {
    return callAws(context.environment.name, "read clusters", () => readClusters(context, names));
  },

  ownerOf: ({ tags }) => ownerOf(tags),

  compare: (desired, observed) => comparison(tagFieldChanges(desired.tags, observed.tags)),

  ensure({ context, waiting }, desired, observed) {
    const { ecs } = context.clients;
    const { name } = desired;
    if (observed === undefined) {
      // A cluster of that name that appeared meanwhile comes back as it is: on AWS this request
      // never changes one.
      return callAws(context.environment.name, `create the cluster ${name}`, async () => {
        const { cluster: made } = await untilConsistent(
          () =>
            ecs.send(
              new CreateClusterCommand({ clusterName: name, tags: lowerTags(desired.tags) }),
            ),
          [serviceLinkedRoleSettles],
          waiting,
        );
        return observedOf({ clusterName: name, tags: lowerTags(desired.tags), ...made });
      });
    }
    return callAws(context.environment.name, `update the cluster ${name}`, async () => {
      const { set, remove } = tagChanges(desired.tags, observed.tags);
      if (Object.keys(set).length > 0) {
        await ecs.send(new TagResourceCommand({ resourceArn: observed.arn, tags: lowerTags(set) }));
      }
      if (remove.length > 0) {
        await ecs.send(
          new UntagResourceCommand({ resourceArn: observed.arn, tagKeys: [...remove] }),
        );
      }
      return { ...observed, tags: { ...observed.tags, ...set } };
    });
  },

  remove({ context, waiting }, { name }) {
    return callAws(context.environment.name, `delete the cluster ${name}`, async () => {
      try {
        await untilConsistent(
          () => context.clients.ecs.send(new DeleteClusterCommand({ cluster: name })),
          [clusterEmpties],
          waiting,
        );
      } catch (thrown) {
        if (!isError(thrown, "ClusterNotFoundException")) throw thrown;
      }
    });
  },
};

/** Clusters of the projects; the commit mark and the attached capacity come with them. */
export const clusterListing: Listing<ObservedCluster> = {
  action: "read clusters",
  read: (context, projects) =>
    readClusters(
      context,
      projects.map(({ cluster }) => cluster),
    ),
};

/** Clusters that are there; AWS still describes deleted ones for a while, as INACTIVE. */
export async function readClusters(
  context: AwsContext,
  names: readonly string[],
): Promise<ReadonlyMap<string, ObservedCluster>> {
  const pages = await mapConcurrently(batches(names, 100), 4, (batch) =>
    context.clients.ecs.send(
      new DescribeClustersCommand({ clusters: batch, include: ["TAGS", "ATTACHMENTS"] }),
    ),
  );
  return new Map(
    pages
      .flatMap(({ clusters = [] }) => clusters)
      .filter(({ status }) => status !== "INACTIVE")
      .map((found) => [found.clusterName ?? "", observedOf(found)]),
  );
}

function observedOf(found: Cluster): ObservedCluster {
  return {
    name: found.clusterName ?? "",
    arn: found.clusterArn ?? "",
    tags: fromLowerTags(found.tags),
    capacity: {
      capacityProviders: found.capacityProviders ?? [],
      strategy: (found.defaultCapacityProviderStrategy ?? []).map((item) => ({
        capacityProvider: item.capacityProvider ?? "",
        weight: item.weight ?? 0,
        base: item.base ?? 0,
      })),
      changing: found.attachmentsStatus === "UPDATE_IN_PROGRESS",
    },
  };
}
