import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeStateMachineCommand,
  type DescribeStateMachineCommandOutput,
  ListStateMachinesCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateStateMachineCommand,
} from "@aws-sdk/client-sfn";

import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { callAws } from "../sdk/call.ts";
import { mapConcurrently } from "../../core/concurrency.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isError } from "../sdk/error-names.ts";
import {
  fingerprintTag,
  fromLowerTags,
  lowerTags,
  ownerOf,
  tagChanges,
  type Tags,
} from "../sdk/ownership.ts";
import {
  stateMachineConflict,
  stateMachineDeleting,
  stateMachineRoleSettles,
  untilConsistent,
  untilThere,
} from "../sdk/retry.ts";
import { laggingTags } from "../sdk/tags.ts";
import {
  comparableMachine,
  type DesiredStateMachine,
  machineSettings,
  observedMachine,
  type ObservedStateMachine,
} from "./state-machine-spec.ts";
import { ensureExisting } from "./exists.ts";
import { fieldChanges, tagFieldChanges } from "./fields.ts";
import type { ResourceKind, Work } from "./kind.ts";
import { stateMachineArn } from "./names.ts";
import { allow, passRole } from "../iam/document.ts";
import { everyPage, type Listing } from "./listings.ts";
import { stopExecutions } from "./end-work.ts";

/**
 * A project's workflow. Its tags carry the commit mark, which `ensure` leaves alone: see
 * `marks.ts`.
 */
export const stateMachine: ResourceKind<DesiredStateMachine, ObservedStateMachine> = {
  kind: "state-machine",
  removal: { rank: 20 },
  rights: {
    read: (scope) => [
      allow("ReadAll", ["states:ListStateMachines", "tag:GetResources"], "*"),
      allow(
        "StatesRead",
        ["states:DescribeStateMachine", "states:ListTagsForResource", "states:ListExecutions"],
        scope.arn("states", `stateMachine:${scope.project.stateMachines}`),
      ),
    ],
    write: (scope) => [
      allow(
        "StatesWrite",
        [
          "states:CreateStateMachine",
          "states:UpdateStateMachine",
          "states:DeleteStateMachine",
          "states:TagResource",
          "states:UntagResource",
        ],
        scope.arn("states", `stateMachine:${scope.project.stateMachines}`),
      ),
      allow(
        "StatesStop",
        "states:StopExecution",
        scope.arn("states", `execution:${scope.project.stateMachines}:*`),
      ),
      passRole("PassStepFunctionsRole", scope.roles.step_functions, "states.amazonaws.com"),
    ],
  },

  presence: (listings) => listings.of(stateMachineListing),
  empty: (work, { arn }) => stopExecutions(work, arn),

  async observe(context, names, listings) {
    // Listing finds what is there at once; for a few names it is one request more than asking for
    // each.
    const listed =
      listings === undefined || names.length < 4
        ? undefined
        : await listings.of(stateMachineListing);
    if (listed !== undefined && !listed.ok) return listed;
    const present = names.filter((name) => listed === undefined || listed.value.has(name));
    // AWS lets the tags of a machine be read once a second: of many they are looked up at once,
    // where the look-up knows them.
    const lagging =
      present.length < 20
        ? ok(new Map<string, Tags>())
        : await laggingTags(
            context,
            present.map((name) => stateMachineArn(context, name)),
          );
    if (!lagging.ok) return lagging;
    return callAws(context.environment.name, "read state machines", async () => {
      const found = await mapConcurrently(present, 8, (name) =>
        readMachine(context, name, lagging.value.get(stateMachineArn(context, name))),
      );
      return new Map(found.flatMap((machine) => (machine ? [[machine.name, machine]] : [])));
    });
  },

  ownerOf: ({ tags }) => ownerOf(tags),

  compare(desired, observed) {
    const fields = [
      ...fieldChanges(observed.spec, comparableMachine(desired.spec)),
      ...tagFieldChanges(desired.tags, observed.tags),
    ];
    if (observed.spec.type !== "STANDARD") {
      return {
        kind: "replace",
        fields,
        because: `a state machine of type ${observed.spec.type} can't wait for tasks, and its type can't be changed`,
      };
    }
    return fields.length === 0 ? { kind: "same" } : { kind: "update", fields };
  },

  async ensure(work, desired, observed) {
    const { context, waiting } = work;
    if (observed === undefined) return create(work, desired);
    if (observed.spec.type !== "STANDARD") {
      const removed = await stateMachine.remove(work, observed);
      return removed.ok ? create(work, desired) : removed;
    }
    const { sfn } = context.clients;
    return callAws(
      context.environment.name,
      `update the state machine ${desired.name}`,
      async () => {
        const spec = comparableMachine(desired.spec);
        if (fieldChanges(observed.spec, spec).length > 0) {
          await untilConsistent(
            () =>
              sfn.send(
                new UpdateStateMachineCommand({
                  stateMachineArn: observed.arn,
                  ...machineSettings(desired.spec),
                }),
              ),
            [stateMachineRoleSettles, stateMachineConflict],
            waiting,
          );
        }
        const { set, remove } = tagChanges(desired.tags, observed.tags);
        const resourceArn = observed.arn;
        if (Object.keys(set).length > 0) {
          await sfn.send(new TagResourceCommand({ resourceArn, tags: lowerTags(set) }));
        }
        if (remove.length > 0) {
          await sfn.send(new UntagResourceCommand({ resourceArn, tagKeys: [...remove] }));
        }
        return { ...observed, spec, tags: { ...observed.tags, ...set } };
      },
    );
  },

  remove({ context, waiting }, { arn, name }) {
    return callAws(context.environment.name, `delete the state machine ${name}`, async () => {
      await untilConsistent(
        () => context.clients.sfn.send(new DeleteStateMachineCommand({ stateMachineArn: arn })),
        [stateMachineConflict],
        waiting,
      );
      const gone = await untilThere(
        async () => ((await describe(context, arn)) === undefined ? true : undefined),
        `the state machine ${name} is gone`,
        { capMs: 5 * 60_000 },
        waiting,
      );
      if (gone === undefined) throw new Error("it is still being deleted after five minutes");
    });
  },
};

async function create(
  work: Work,
  desired: DesiredStateMachine,
): Promise<Result<ObservedStateMachine, PlatformError>> {
  const { context, waiting } = work;
  const { name } = desired;
  const created = await callAws(
    context.environment.name,
    `create the state machine ${name}`,
    async () => {
      try {
        const { stateMachineArn: arn = "" } = await untilConsistent(
          () =>
            context.clients.sfn.send(
              new CreateStateMachineCommand({
                name,
                type: "STANDARD",
                ...machineSettings(desired.spec),
                tags: lowerTags(desired.tags),
              }),
            ),
          [stateMachineRoleSettles, stateMachineDeleting],
          waiting,
        );
        return { name, arn, spec: comparableMachine(desired.spec), tags: desired.tags };
      } catch (thrown) {
        if (isError(thrown, "StateMachineAlreadyExists")) return undefined;
        throw thrown;
      }
    },
  );
  if (!created.ok) return created;
  return created.value === undefined
    ? ensureExisting(stateMachine, work, desired)
    : ok(created.value);
}

async function readMachine(
  context: AwsContext,
  name: string,
  lagging: Tags | undefined,
): Promise<ObservedStateMachine | undefined> {
  const found = await describe(context, stateMachineArn(context, name));
  // One that is being deleted is not there; creating waits until it is gone.
  if (found === undefined || found.status === "DELETING") return undefined;
  // Tags that were written a moment ago may be missing there; those of a machine that is deployed
  // whole are not.
  if (lagging?.[fingerprintTag] !== undefined && ownerOf(lagging) !== undefined) {
    return observedMachine(found, lagging);
  }
  const { tags } = await context.clients.sfn.send(
    new ListTagsForResourceCommand({ resourceArn: found.stateMachineArn }),
  );
  return observedMachine(found, fromLowerTags(tags));
}

/** `ACTIVE`, `DELETING`; undefined when there is none. */
export function stateMachineStatus(
  context: AwsContext,
  name: string,
): Promise<Result<string | undefined, PlatformError>> {
  return callAws(context.environment.name, `read the state machine ${name}`, async () => {
    const found = await describe(context, stateMachineArn(context, name));
    return found === undefined ? undefined : (found.status ?? "ACTIVE");
  });
}

async function describe(
  context: AwsContext,
  stateMachineArn: string,
): Promise<DescribeStateMachineCommandOutput | undefined> {
  try {
    return await context.clients.sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
  } catch (thrown) {
    if (isError(thrown, "StateMachineDoesNotExist")) return undefined;
    throw thrown;
  }
}

/** State machines; the value is the ARN. AWS lists them by no prefix. */
export const stateMachineListing: Listing<string> = {
  action: "list state machines",
  async read({ clients }) {
    const found = new Map<string, string>();
    await everyPage(async (nextToken) => {
      const page = await clients.sfn.send(
        new ListStateMachinesCommand({ maxResults: 1000, nextToken }),
      );
      for (const { name = "", stateMachineArn = "" } of page.stateMachines ?? []) {
        found.set(name, stateMachineArn);
      }
      return page.nextToken;
    });
    return found;
  },
};
