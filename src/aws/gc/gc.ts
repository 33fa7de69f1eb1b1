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

import type { ProjectName } from "../../core/ids.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { callAws } from "../sdk/call.ts";
import { mapConcurrently } from "../../core/concurrency.ts";
import { appendAudit } from "../bucket/audit-trail.ts";
import { acquireLease } from "../bucket/lease.ts";
import { removeRelease } from "../bucket/releases.ts";
import type { AwsContext } from "../sdk/context.ts";
import { imagesOfRevisions } from "./gc-images.ts";
import { isSameOwner, type Owner, ownerOf } from "../sdk/ownership.ts";
import { observeProjects } from "../deploy/observe.ts";
import { namedProject } from "../deploy/prepare-removal.ts";
import { type KeptRelease, keptReleases } from "../releases/kept.ts";
import { listingsOf } from "../resources/listings.ts";
import { activeRevisions, deleteRevisions, deregister } from "../resources/task-definition.ts";
import type { Session } from "../deploy/session.ts";
import type { ProjectState } from "../deploy/state.ts";
import type { Garbage, GarbageOptions } from "../../platform/roles/garbage.ts";

/** An execution that failed can be resumed on its own definition for so long. */
const resumableMs = 14 * 24 * 3_600_000;
/**
 * Versions of a launch template that stay, whatever uses them: running instances don't name theirs.
 */
const versionsKept = 10;

/**
 * Removes the releases beyond those that are kept, and what no kept release, running execution or
 * resumable failure names. Under the environment's lease, so that no deploy is just about to name
 * what is removed.
 */
export async function collectGarbage(
  session: Session,
  projects: readonly ProjectName[],
  options: GarbageOptions,
): Promise<Result<readonly Garbage[], PlatformError>> {
  const { context, store, leaseWaitMs } = session;
  if (options.dryRun) return collectAll(session, projects, options);
  const lease = await acquireLease(store, {
    actor: options.actor,
    purpose: "gc",
    timing: context.timing,
    signal: options.signal,
    waitMs: leaseWaitMs,
  });
  if (!lease.ok) return lease;
  try {
    const removed = await collectAll(session, projects, options);
    const audited = await appendAudit(
      store,
      {
        schema: 1,
        at: context.timing.now(),
        actor: options.actor,
        action: "gc",
        ...(session.commit === undefined ? {} : { commit: session.commit }),
        summary: { remove: removed.ok ? removed.value.length : 0 },
        outcome: removed.ok ? "succeeded" : "failed",
        ...(removed.ok ? {} : { error: removed.error.message }),
      },
      context.timing,
    );
    return removed.ok && !audited.ok ? audited : removed;
  } finally {
    await lease.value.release();
  }
}

async function collectAll(
  session: Session,
  projects: readonly ProjectName[],
  options: GarbageOptions,
): Promise<Result<readonly Garbage[], PlatformError>> {
  const all: Garbage[] = [];
  for (const project of projects) {
    if (options.signal?.aborted === true) {
      return err({
        reason: "interrupted",
        message: `interrupted before ${project}`,
        help: "run it again: it continues from what exists",
      });
    }
    const removed = await collectProject(session, project, options);
    if (!removed.ok) return removed;
    all.push(...removed.value);
  }
  return ok(all);
}

async function collectProject(
  session: Session,
  project: ProjectName,
  { keep, dryRun }: GarbageOptions,
): Promise<Result<readonly Garbage[], PlatformError>> {
  const { context, store, images } = session;
  const { names } = namedProject(session, project);
  const states = await observeProjects(context, [names], listingsOf(context, [names]));
  if (!states.ok) return states;
  const state = states.value.get(names.base) ?? {};
  const owner: Owner = {
    workspace: context.workspace,
    environment: context.environment.name,
    project,
  };
  const tags = state.stateMachine?.tags ?? state.cluster?.tags ?? {};
  if (!isSameOwner(ownerOf(tags), owner)) return ok([]);
  const named = await usedRevisions(context, state);
  if (!named.ok) return named;

  const kept = await keptReleases(session, project);
  if (!kept.ok) return kept;
  const [stay, go] = split(kept.value, keep);
  const garbage: Garbage[] = go.map(({ document }) => ({
    project,
    kind: "release",
    name: `${document.release.version} ${document.fingerprint.slice(0, 12)}`,
  }));

  const used = new Set([
    ...named.value,
    ...stay.flatMap(({ document }) => document.decided["task_definition"] ?? []),
    ...(state.taskDefinition === undefined ? [] : [state.taskDefinition.arn]),
  ]);
  const revisions = await activeRevisions(context, names.taskFamily);
  if (!revisions.ok) return revisions;
  const unusedRevisions = revisions.value.filter((revision) => !used.has(revision));
  garbage.push(
    ...unusedRevisions.map((name): Garbage => ({ project, kind: "task-definition", name })),
  );
  const versions = await unusedVersions(context, state);
  if (!versions.ok) return versions;
  garbage.push(
    ...versions.value.map((version): Garbage => ({
      project,
      kind: "launch-template-version",
      name: `${names.launchTemplate}:${version}`,
    })),
  );
  const newest = stay[0]?.document.release;
  if (images.cleanUp !== undefined && newest !== undefined) {
    const pulled = await imagesOfRevisions(context, [...used]);
    if (!pulled.ok) return pulled;
    const digests = new Set([
      ...pulled.value,
      ...stay.flatMap(({ document }) => document.decided["image"]?.split("@").at(-1) ?? []),
    ]);
    const cleaned = await images.cleanUp(newest, digests, dryRun);
    if (!cleaned.ok) return cleaned;
    garbage.push(...cleaned.value.map((name): Garbage => ({ project, kind: "image", name })));
  }
  if (dryRun) return ok(garbage);

  const removed = await removeUnused(context, state, unusedRevisions, versions.value);
  if (!removed.ok) return removed;
  // Last, so that an interrupted collection finds the same again.
  for (const { document } of go) {
    const forgotten = await removeRelease(store, project, document.fingerprint);
    if (!forgotten.ok) return forgotten;
  }
  return ok(garbage);
}

/** What is deployed stays, so does what a hold speaks of, and the newest `keep` of the rest. */
function split(
  releases: readonly KeptRelease[],
  keep: number,
): [stay: KeptRelease[], go: KeptRelease[]] {
  const pinned = releases.filter(({ current, rejected }) => current || rejected);
  const others = releases.filter((release) => !pinned.includes(release));
  return [[...pinned, ...others.slice(0, keep)], others.slice(keep)];
}

function usedRevisions(
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

async function unusedVersions(
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

async function removeUnused(
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
