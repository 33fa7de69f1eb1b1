import {
  type AutoScalingGroupProvider,
  type AutoScalingGroupProviderUpdate,
  type CapacityProvider,
  CreateCapacityProviderCommand,
  DeleteCapacityProviderCommand,
  DescribeCapacityProvidersCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateCapacityProviderCommand,
} from "@aws-sdk/client-ecs";

import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { callAws } from "../sdk/call.ts";
import { batches, mapConcurrently } from "../../core/concurrency.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isError } from "../sdk/error-names.ts";
import { lowerTags, ownerOf, tagChanges } from "../sdk/ownership.ts";
import { clusterBusy, untilConsistent, untilThere } from "../sdk/retry.ts";
import {
  type DesiredCapacityProvider,
  type ObservedCapacityProvider,
  observedProvider,
} from "./capacity-provider-spec.ts";
import { attach } from "./cluster-capacity.ts";
import { ensureExisting } from "./exists.ts";
import { fieldChanges, tagFieldChanges } from "./fields.ts";
import type { ResourceKind, Work } from "./kind.ts";
import { allow } from "../iam/document.ts";
import type { PolicyScope } from "../iam/scope.ts";
import { clusterListing } from "./cluster.ts";

/**
 * What makes ECS start and end the group's instances. Its group can't be changed: another group is
 * another provider.
 */
export const capacityProvider: ResourceKind<DesiredCapacityProvider, ObservedCapacityProvider> = {
  kind: "capacity-provider",
  removal: { rank: 40 },
  rights: {
    read: (scope) => [
      allow("ReadAll", "ecs:DescribeCapacityProviders", "*"),
      allow("EcsRead", "ecs:ListTagsForResource", arnsOf(scope)),
    ],
    write: (scope) => [
      allow(
        "EcsWrite",
        [
          "ecs:CreateCapacityProvider",
          "ecs:UpdateCapacityProvider",
          "ecs:DeleteCapacityProvider",
          "ecs:TagResource",
          "ecs:UntagResource",
        ],
        arnsOf(scope),
      ),
    ],
  },

  // What is attached to a cluster can't be deleted: it is there.
  async presence(listings) {
    const clusters = await listings.of(clusterListing);
    if (!clusters.ok) return clusters;
    return ok(
      new Set([...clusters.value.values()].flatMap(({ capacity }) => capacity.capacityProviders)),
    );
  },

  observe(context, names) {
    return callAws(context.environment.name, "read capacity providers", async () => {
      const found = await listProviders(context, names);
      return new Map(
        found
          .filter((provider) => !isGone(provider) && !isLeaving(provider))
          .map((provider) => [provider.name ?? "", observedProvider(provider)]),
      );
    });
  },

  ownerOf: ({ tags }) => ownerOf(tags),

  compare(desired, observed) {
    const fields = [
      ...fieldChanges(observed.spec, desired.spec),
      ...tagFieldChanges(desired.tags, observed.tags),
    ];
    if (observed.spec.autoScalingGroupArn !== desired.spec.autoScalingGroupArn) {
      return {
        kind: "replace",
        fields,
        because: "a capacity provider keeps the auto scaling group that it was made with",
      };
    }
    return fields.length === 0 ? { kind: "same" } : { kind: "update", fields };
  },

  async ensure(work, desired, observed) {
    const { context, waiting } = work;
    const { ecs } = context.clients;
    const environment = context.environment.name;
    if (observed === undefined) return create(work, desired);

    const compared = capacityProvider.compare(desired, observed);
    if (compared.kind === "replace") {
      const detached = await attach(work, desired.cluster, []);
      if (!detached.ok) return detached;
      const removed = await capacityProvider.remove(work, observed);
      return removed.ok ? create(work, desired) : removed;
    }
    const updated = await callAws(
      environment,
      `update the capacity provider ${desired.name}`,
      async () => {
        if (fieldChanges(observed.spec, desired.spec).length > 0) {
          const { autoScalingGroupArn: _fixed, ...changeable } = desired.spec;
          await untilConsistent(
            () =>
              ecs.send(
                new UpdateCapacityProviderCommand({
                  name: desired.name,
                  autoScalingGroupProvider: changeable as AutoScalingGroupProviderUpdate,
                }),
              ),
            [clusterBusy],
            waiting,
          );
        }
        const { set, remove } = tagChanges(desired.tags, observed.tags);
        const resourceArn = observed.arn;
        if (Object.keys(set).length > 0) {
          await ecs.send(new TagResourceCommand({ resourceArn, tags: lowerTags(set) }));
        }
        if (remove.length > 0) {
          await ecs.send(new UntagResourceCommand({ resourceArn, tagKeys: [...remove] }));
        }
        return { ...observed, spec: desired.spec, tags: { ...observed.tags, ...set } };
      },
    );
    return updated.ok ? untilActive(work, updated.value) : updated;
  },

  remove({ context, waiting }, { name }) {
    return callAws(context.environment.name, `delete the capacity provider ${name}`, async () => {
      try {
        await untilConsistent(
          () =>
            context.clients.ecs.send(new DeleteCapacityProviderCommand({ capacityProvider: name })),
          [clusterBusy],
          waiting,
        );
      } catch (thrown) {
        if (!isError(thrown, ...notFound)) throw thrown;
      }
      await untilGone({ context, waiting }, name);
    });
  },
};

/** AWS has a name for a missing one in its model, and an older text under the general name. */
const notFound = [
  "CapacityProviderNotFoundException",
  "ClientException: capacity provider does not exist",
  "ClientException: specified capacity provider was not found",
];

async function create(
  work: Work,
  desired: DesiredCapacityProvider,
): Promise<Result<ObservedCapacityProvider, PlatformError>> {
  const { context } = work;
  const { name, spec } = desired;
  const created = await callAws(
    context.environment.name,
    `create the capacity provider ${name}`,
    async () => {
      try {
        const { capacityProvider: made } = await untilConsistent(
          () =>
            context.clients.ecs.send(
              new CreateCapacityProviderCommand({
                name,
                autoScalingGroupProvider: spec as AutoScalingGroupProvider,
                tags: lowerTags(desired.tags),
              }),
            ),
          [clusterBusy],
          work.waiting,
        );
        return { ...observedProvider({ ...made, name }), spec, tags: desired.tags };
      } catch (thrown) {
        if (!isError(thrown, "ClientException: already exists")) throw thrown;
        await untilGone(work, name);
        return undefined;
      }
    },
  );
  if (!created.ok) return created;
  if (created.value !== undefined) return untilActive(work, created.value);
  const there = await capacityProvider.observe(context, [name]);
  if (!there.ok) return there;
  return there.value.has(name)
    ? ensureExisting(capacityProvider, work, desired)
    : create(work, desired);
}

/** A cluster takes only providers that are ready. */
async function untilActive(
  { context, waiting }: Work,
  provider: ObservedCapacityProvider,
): Promise<Result<ObservedCapacityProvider, PlatformError>> {
  if (provider.status === "ACTIVE") return ok(provider);
  const { name } = provider;
  const active = await callAws(context.environment.name, `read the capacity provider ${name}`, () =>
    untilThere(
      async () => {
        const [there] = await listProviders(context, [name]);
        return there?.status === "ACTIVE" ? true : undefined;
      },
      `the capacity provider ${name} is active`,
      { capMs: 10 * 60_000 },
      waiting,
    ),
  );
  if (!active.ok) return active;
  if (active.value === true) return ok({ ...provider, status: "ACTIVE" });
  return err({
    reason: "failed",
    message: `the capacity provider ${name} is still not active after ten minutes`,
    help: "look at its status in the ECS console, then run it again",
    resource: `capacity-provider ${name}`,
  });
}

/** Waits while one of that name is being deleted. */
async function untilGone({ context, waiting }: Work, name: string): Promise<void> {
  const gone = await untilThere(
    async () => {
      const [there] = await listProviders(context, [name]);
      if (there?.updateStatus === "DELETE_FAILED") {
        throw new Error(there.updateStatusReason ?? "AWS could not delete it");
      }
      return there === undefined || isGone(there) || !isLeaving(there) ? true : undefined;
    },
    `the capacity provider ${name} is gone`,
    { capMs: 20 * 60_000, firstMs: 2000, longestMs: 15_000 },
    waiting,
  );
  if (gone === undefined) throw new Error("it is still being deleted after 20 minutes");
}

/** AWS still describes deleted ones for a while. */
function isGone({ status, updateStatus }: CapacityProvider): boolean {
  return status === "INACTIVE" || updateStatus === "DELETE_COMPLETE";
}

function isLeaving({ status, updateStatus }: CapacityProvider): boolean {
  return status === "DEPROVISIONING" || updateStatus === "DELETE_IN_PROGRESS";
}

async function listProviders(
  context: AwsContext,
  names: readonly string[],
): Promise<CapacityProvider[]> {
  const pages = await mapConcurrently(batches(names, 10), 4, (batch) =>
    context.clients.ecs.send(
      new DescribeCapacityProvidersCommand({
        capacityProviders: batch,
        include: ["TAGS"],
        maxResults: 10,
      }),
    ),
  );
  return pages.flatMap(({ capacityProviders = [] }) => capacityProviders);
}

function arnsOf(scope: PolicyScope): string {
  return scope.arn("ecs", `capacity-provider/${scope.project.capacityProviders}`);
}
