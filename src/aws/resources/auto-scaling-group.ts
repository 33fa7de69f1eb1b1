import {
  type AutoScalingGroup,
  CreateAutoScalingGroupCommand,
  CreateOrUpdateTagsCommand,
  DeleteAutoScalingGroupCommand,
  DeleteTagsCommand,
  DescribeAutoScalingGroupsCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";

import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { callAws } from "../sdk/call.ts";
import { batches, mapConcurrently } from "../../core/concurrency.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isError } from "../sdk/error-names.ts";
import { autoScalingTags, ownerOf, tagChanges } from "../sdk/ownership.ts";
import {
  autoScalingBusy,
  instanceProfileSettles,
  untilConsistent,
  untilThere,
} from "../sdk/retry.ts";
import {
  comparableGroup,
  type DesiredGroup,
  firstMinimum,
  groupSettings,
  type ObservedGroup,
  observedGroup,
} from "./auto-scaling-group-spec.ts";
import { ensureExisting } from "./exists.ts";
import { comparison, fieldChanges, tagFieldChanges } from "./fields.ts";
import type { ResourceKind, Work } from "./kind.ts";
import { allow } from "../iam/document.ts";
import { launchByTemplate } from "../iam/launch-rights.ts";
import type { Listing } from "./listings.ts";

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
      ...launchByTemplate(scope),
    ],
  },

  presence: (listings) => listings.of(groupListing),

  observe(context, names) {
    return callAws(context.environment.name, "read auto scaling groups", async () => {
      const groups = await listGroups(context, names);
      return new Map(
        groups
          .filter(({ Status }) => Status === undefined) // a status is only there while it is deleted
          .map((group) => [group.AutoScalingGroupName ?? "", observedGroup(group)]),
      );
    });
  },

  ownerOf: ({ tags }) => ownerOf(tags),

  compare(desired, observed) {
    return comparison([
      ...fieldChanges(observed.spec, comparableGroup(desired.spec)),
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
        () => create(work, withMinimum(desired, firstMinimum(desired.spec, undefined))),
      );
      if (!created.ok) return created;
      if (created.value === "exists") return ensureExisting(autoScalingGroup, work, desired);
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
      const changed = withMinimum(desired, firstMinimum(desired.spec, observed));
      const spec = comparableGroup(changed.spec);
      if (fieldChanges(observed.spec, spec).length > 0) await update(work, changed);
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

function withMinimum(desired: DesiredGroup, minSize: number): DesiredGroup {
  return { ...desired, spec: { ...desired.spec, minSize } };
}

/**
 * Lets a group keep as many instances as it should while nothing runs, once its capacity provider
 * is attached to the cluster; see `firstMinimum`.
 *
 * @param group as `ensure` left it
 */
export function setMinimum(
  work: Work,
  desired: DesiredGroup,
  group: ObservedGroup,
): Promise<Result<ObservedGroup, PlatformError>> {
  const { context } = work;
  const { name, spec } = desired;
  return callAws(context.environment.name, `update the auto scaling group ${name}`, async () => {
    await update(work, desired);
    return { ...group, spec: comparableGroup(spec) };
  });
}

/** Sends all settings: nothing depends on what is left out. */
async function update({ context, waiting }: Work, desired: DesiredGroup): Promise<void> {
  const { name: AutoScalingGroupName } = desired;
  await untilConsistent(
    () =>
      context.clients.autoScaling.send(
        new UpdateAutoScalingGroupCommand({ AutoScalingGroupName, ...groupSettings(desired) }),
      ),
    [instanceProfileSettles, autoScalingBusy],
    waiting,
  );
}

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
            ...groupSettings(desired),
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
