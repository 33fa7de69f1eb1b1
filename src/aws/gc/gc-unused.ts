import {
  DeleteLaunchTemplateVersionsCommand,
  type DeleteLaunchTemplateVersionsResponseErrorItem,
  DescribeLaunchTemplateVersionsCommand,
} from "@aws-sdk/client-ec2";
import {
  DescribeStateMachineForExecutionCommand,
  ListExecutionsCommand,
  type ExecutionStatus,
} from "@aws-sdk/client-sfn";

import { mapConcurrently } from "../../core/concurrency.ts";
import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { ProjectState } from "../deploy/state.ts";
import { deleteRevisions, deregister } from "../resources/task-revisions.ts";
import { callAws } from "../sdk/call.ts";
import type { AwsContext } from "../sdk/context.ts";

/** An execution that failed can be resumed on its own definition for so long. */
const resumableMs = 14 * 24 * 3_600_000;
/**
 * Versions of a launch template that stay, whatever uses them: running instances don't name theirs.
 */
const versionsKept = 10;

/** Task definitions that an execution runs on, or may be resumed on. */
export function usedRevisions(
  context: AwsContext,
  { stateMachine }: ProjectState,
): Promise<Result<ReadonlySet<string>, PlatformError>> {
  if (stateMachine === undefined) return Promise.resolve(ok(new Set<string>()));
  return callAws(
    context.environment.name,
    `read which task definitions the executions of ${stateMachine.name} use`,
    () => revisionsInUse(context, stateMachine.arn),
  );
}

/**
 * Revisions named by the definitions of executions that run, or that failed not too long ago to be
 * resumed.
 */
async function revisionsInUse(
  context: AwsContext,
  stateMachineArn: string,
): Promise<ReadonlySet<string>> {
  const { sfn } = context.clients;
  const statuses: readonly ExecutionStatus[] = ["RUNNING", "FAILED", "TIMED_OUT", "ABORTED"];
  const since = context.timing.now() - resumableMs;
  const executions: string[] = [];
  for (const statusFilter of statuses) {
    let nextToken: string | undefined;
    do {
      const page = await sfn.send(
        new ListExecutionsCommand({
          stateMachineArn,
          statusFilter,
          maxResults: 1000,
          ...(nextToken === undefined ? {} : { nextToken }),
        }),
      );
      const recent = (page.executions ?? []).filter(
        ({ stopDate }) => statusFilter === "RUNNING" || (stopDate?.getTime() ?? 0) > since,
      );
      executions.push(...recent.map(({ executionArn = "" }) => executionArn));
      // To the last page: they come by their start, and one that ran for weeks has an early start
      // and a late end.
      ({ nextToken } = page);
    } while (nextToken !== undefined);
  }
  const definitions = await mapConcurrently(executions, 4, (executionArn) =>
    sfn.send(new DescribeStateMachineForExecutionCommand({ executionArn })),
  );
  return new Set(
    definitions.flatMap(({ definition = "" }) =>
      [...definition.matchAll(/"TaskDefinition":\s*"([^"]+)"/g)].map(([, arn = ""]) => arn),
    ),
  );
}

/** Versions of the launch template that are old and that the group doesn't use. */
export async function unusedVersions(
  context: AwsContext,
  { launchTemplate, autoScalingGroup }: ProjectState,
): Promise<Result<readonly string[], PlatformError>> {
  if (launchTemplate === undefined || launchTemplate.version <= versionsKept) return ok([]);
  const oldest = launchTemplate.version - versionsKept;
  const inUse = autoScalingGroup?.spec.launchTemplate?.version;
  return callAws(
    context.environment.name,
    `list the versions of ${launchTemplate.name}`,
    async () => {
      const { LaunchTemplateVersions = [] } = await context.clients.ec2.send(
        new DescribeLaunchTemplateVersionsCommand({
          LaunchTemplateId: launchTemplate.id,
          MaxVersion: String(oldest),
          MaxResults: 200,
        }),
      );
      return LaunchTemplateVersions.filter(
        // The default version can't be deleted.
        ({ DefaultVersion, VersionNumber }) =>
          DefaultVersion !== true && String(VersionNumber) !== inUse,
      ).map(({ VersionNumber }) => String(VersionNumber));
    },
  );
}

/** Removes revisions of task definitions and versions of the launch template. */
export async function removeUnused(
  context: AwsContext,
  { launchTemplate }: ProjectState,
  revisions: readonly string[],
  versions: readonly string[],
): Promise<Result<void, PlatformError>> {
  const deregistered = await deregister(context, revisions);
  if (!deregistered.ok) return deregistered;
  const deleted = await deleteRevisions(context, revisions);
  if (!deleted.ok) return deleted;
  const { ec2 } = context.clients;
  return callAws(context.environment.name, "delete what is not used any more", async () => {
    if (versions.length > 0 && launchTemplate !== undefined) {
      const { UnsuccessfullyDeletedLaunchTemplateVersions = [] } = await ec2.send(
        new DeleteLaunchTemplateVersionsCommand({
          LaunchTemplateId: launchTemplate.id,
          Versions: [...versions],
        }),
      );
      refuseToForget(launchTemplate.name, UnsuccessfullyDeletedLaunchTemplateVersions);
    }
  });
}

/**
 * EC2 answers with success and lists what it has not deleted; what is gone already is not a
 * failure.
 */
function refuseToForget(
  template: string,
  failures: readonly DeleteLaunchTemplateVersionsResponseErrorItem[],
): void {
  const failed = failures.find(
    ({ ResponseError }) => ResponseError?.Code !== "launchTemplateVersionDoesNotExist",
  );
  if (failed === undefined) return;
  const { VersionNumber, ResponseError } = failed;
  throw new Error(
    `${template}:${VersionNumber} stays: ${ResponseError?.Message ?? "no reason given"}`,
  );
}
