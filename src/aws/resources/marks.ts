import { TagResourceCommand } from "@aws-sdk/client-sfn";

import type { Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { attempt } from "../attempt.ts";
import { fingerprintTag, lowerTags, type Tags } from "../ownership.ts";
import { stateMachineConflict, untilConsistent } from "../retry.ts";
import type { Work } from "./kind.ts";
import { stateMachineArn } from "./names.ts";

/** Writes the commit mark: that the release of this fingerprint is deployed whole. The last write of a project's deploy. */
export function mark(
  { context, waiting }: Work,
  name: string,
  fingerprint: string,
): Promise<Result<void, PlatformError>> {
  return attempt(context.environment.name, `mark the deploy of ${name} as done`, async () => {
    await untilConsistent(
      () =>
        context.clients.sfn.send(
          new TagResourceCommand({
            resourceArn: stateMachineArn(context, name),
            tags: lowerTags({ [fingerprintTag]: fingerprint }),
          }),
        ),
      [stateMachineConflict],
      waiting,
    );
  });
}

/** On the state machine of a project whose folder was gone at the last deploy: its schedule is not as its release has it. */
export const retiredTag = "esteira:retired";

/** Says that what follows takes the project out of service; a deploy of the project takes the tag away. */
export function retire(
  { context, waiting }: Work,
  name: string,
): Promise<Result<void, PlatformError>> {
  return attempt(context.environment.name, `tag the state machine ${name}`, async () => {
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
