import { PutClusterCapacityProvidersCommand } from "@aws-sdk/client-ecs";

import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { callAws } from "../sdk/call.ts";
import type { Tags } from "../sdk/ownership.ts";
import { ownerOf } from "../sdk/ownership.ts";
import { clusterBusy, untilConsistent, untilThere } from "../sdk/retry.ts";
import { type Attachment, readClusters, type StrategyItem } from "./cluster.ts";
import { comparison, fieldChanges } from "./fields.ts";
import type { ResourceKind, Work } from "./kind.ts";
import { allow } from "../iam/document.ts";
import { ofClusters } from "../iam/scope.ts";
import { stopTasks } from "./end-work.ts";

export interface DesiredCapacity {
  /** The cluster's. */
  readonly name: string;
  readonly capacityProvider: string;
}

export interface ObservedCapacity extends Attachment {
  /** The cluster's. */
  readonly name: string;
  /** The cluster's. */
  readonly tags: Tags;
}

/**
 * Which capacity providers a cluster has, and which it uses where a task doesn't say. It is set as
 * a whole.
 */
export const clusterCapacity: ResourceKind<DesiredCapacity, ObservedCapacity> = {
  kind: "cluster-capacity",
  // The tasks end before their capacity is taken away.
  removal: { rank: 30 },
  rights: {
    read: (scope) => [allow("EcsReadTasks", "ecs:ListTasks", "*", ofClusters(scope))],
    write: (scope) => [
      allow(
        "EcsWrite",
        "ecs:PutClusterCapacityProviders",
        scope.arn("ecs", `cluster/${scope.project.clusters}`),
      ),
      allow("EcsStopTasks", "ecs:StopTask", "*", ofClusters(scope)),
    ],
  },

  empty: (work, { name }) => stopTasks(work, name),

  observe(context, names) {
    return callAws(context.environment.name, "read the capacity of clusters", async () => {
      const clusters = await readClusters(context, names);
      return new Map(
        [...clusters].map(([name, { capacity, tags }]) => [name, { ...capacity, name, tags }]),
      );
    });
  },

  ownerOf: ({ tags }) => ownerOf(tags),

  compare(desired, observed) {
    const wanted = attachmentOf([desired.capacityProvider]);
    return comparison([
      ...fieldChanges(
        observed.capacityProviders.toSorted(),
        wanted.capacityProviders,
        "capacity_providers",
      ),
      ...fieldChanges(observed.strategy, wanted.strategy, "default_strategy"),
    ]);
  },

  async ensure(work, desired, observed) {
    const attached = await attach(work, desired.name, [desired.capacityProvider]);
    if (!attached.ok) return attached;
    return ok({ name: desired.name, tags: observed?.tags ?? {}, ...attached.value });
  },

  async remove(work, { name }) {
    const detached = await attach(work, name, []);
    return detached.ok ? ok(undefined) : detached;
  },
};

/** Its own weight: left out, it is 0, and nothing would ever be placed. */
function attachmentOf(capacityProviders: readonly string[]): {
  readonly capacityProviders: readonly string[];
  readonly strategy: readonly StrategyItem[];
} {
  return {
    capacityProviders,
    strategy: capacityProviders.map((name) => ({ capacityProvider: name, weight: 1, base: 0 })),
  };
}

/** Attaches exactly these to the cluster, and waits until AWS has done so. */
export async function attach(
  { context, waiting }: Work,
  cluster: string,
  capacityProviders: readonly string[],
): Promise<Result<Attachment, PlatformError>> {
  const environment = context.environment.name;
  const wanted = attachmentOf(capacityProviders);
  const action =
    capacityProviders.length === 0
      ? `detach the capacity providers of the cluster ${cluster}`
      : `attach ${capacityProviders.join(", ")} to the cluster ${cluster}`;
  const put = await callAws(environment, action, async () => {
    const { cluster: answer } = await untilConsistent(
      () =>
        context.clients.ecs.send(
          new PutClusterCapacityProvidersCommand({
            cluster,
            capacityProviders: [...wanted.capacityProviders],
            defaultCapacityProviderStrategy: wanted.strategy.map((item) => ({ ...item })),
          }),
        ),
      [clusterBusy],
      waiting,
    );
    if (answer?.attachmentsStatus !== "UPDATE_IN_PROGRESS") return true;
    return untilThere(
      async () => {
        const clusters = await readClusters(context, [cluster]);
        return clusters.get(cluster)?.capacity.changing === false ? true : undefined;
      },
      `the capacity of the cluster ${cluster} is set`,
      { capMs: 10 * 60_000 },
      waiting,
    );
  });
  if (!put.ok) return put;
  if (put.value === true) return ok({ ...wanted, changing: false });
  return err({
    reason: "failed",
    message: `could not ${action}: AWS is still at it after ten minutes`,
    help: "look at the cluster in the ECS console, then run it again",
    resource: `cluster ${cluster}`,
  });
}
