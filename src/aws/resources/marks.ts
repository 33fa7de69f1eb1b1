import { TagResourceCommand as TagClusterCommand } from "@aws-sdk/client-ecs";
import { TagResourceCommand } from "@aws-sdk/client-sfn";

import type { Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { ResourceNames } from "../../release/release.ts";
import { callAws } from "../sdk/call.ts";
import { fingerprintTag, lowerTags, revisionTag, type Tags } from "../sdk/ownership.ts";
import { stateMachineConflict, untilConsistent } from "../sdk/retry.ts";
import type { Work } from "./kind.ts";
import type { ProjectState } from "../deploy/state.ts";
import { arn, stateMachineArn } from "./names.ts";

/**
 * Writes the commit mark: that the release of this fingerprint is deployed whole. The last write of
 * a project's deploy. It is on the state machine, by whose tags all projects are found at once,
 * from a service that lags; and before that on the cluster, whose tags are read with it and never
 * lag. Only where both say the same a deploy may pass a project by. The cluster says besides which
 * revision of the task definition was deployed.
 *
 * @param mark `task` is the revision's ARN
 */
export function mark(
  { context, waiting }: Work,
  names: Pick<ResourceNames, "cluster" | "stateMachine">,
  hasCluster: boolean,
  { fingerprint, task }: { readonly fingerprint: string; readonly task: string | undefined },
): Promise<Result<void, PlatformError>> {
  const { ecs, sfn } = context.clients;
  const tags = lowerTags({ [fingerprintTag]: fingerprint });
  const revision = task?.split(":").at(-1);
  const ofTask = revision === undefined ? [] : lowerTags({ [revisionTag]: revision });
  const action = `mark the deploy of ${names.stateMachine} as done`;
  return callAws(context.environment.name, action, async () => {
    if (hasCluster) {
      const resourceArn = arn(context, "ecs", `cluster/${names.cluster}`);
      await ecs.send(new TagClusterCommand({ resourceArn, tags: [...tags, ...ofTask] }));
    }
    const resourceArn = stateMachineArn(context, names.stateMachine);
    await untilConsistent(
      () => sfn.send(new TagResourceCommand({ resourceArn, tags })),
      [stateMachineConflict],
      waiting,
    );
  });
}

/**
 * On the state machine of a project whose folder was gone at the last deploy: its schedule is not
 * as its release has it.
 */
export const retiredTag = "esteira:retired";

/**
 * Says that what follows takes the project out of service; a deploy of the project takes the tag
 * away.
 */
export function retire(
  { context, waiting }: Work,
  name: string,
): Promise<Result<void, PlatformError>> {
  return callAws(context.environment.name, `tag the state machine ${name}`, async () => {
    await untilConsistent(
      () =>
        context.clients.sfn.send(
          new TagResourceCommand({
            resourceArn: stateMachineArn(context, name),
            tags: lowerTags({ [retiredTag]: "true" }),
          }),
        ),
      [stateMachineConflict],
      waiting,
    );
  });
}

/** Fingerprint of the release that was last deployed whole. */
export function markOf({ tags }: { readonly tags: Tags }): string | undefined {
  return tags[fingerprintTag];
}

/** The same of a project, by the tags that don't lag where it has them. */
export function commitMark({
  cluster,
  stateMachine,
}: Pick<ProjectState, "cluster" | "stateMachine">): string | undefined {
  if (stateMachine === undefined) return undefined;
  return (cluster && markOf(cluster)) ?? markOf(stateMachine);
}

/** True where nothing is left to be marked. */
export function isMarked(
  { cluster, stateMachine }: Pick<ProjectState, "cluster" | "stateMachine">,
  fingerprint: string,
): boolean {
  return [cluster, stateMachine].every(
    (resource) => resource === undefined || markOf(resource) === fingerprint,
  );
}
