import { ListTagsForResourceCommand, StartExecutionCommand } from "@aws-sdk/client-sfn";

import { projectName } from "../../core/ids.ts";
import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { heldNote } from "../../platform/schedules.ts";
import { isBackfilled, successOf } from "../../runs/follow.ts";
import type { RunView } from "../../runs/model.ts";
import { getHold } from "../bucket/holds.ts";
import { type LedgerRow, readLedgerRun } from "../bucket/ledger.ts";
import { getRelease } from "../bucket/releases.ts";
import type { BucketStore } from "../bucket/store.ts";
import { retiredTag } from "../resources/marks.ts";
import { stateMachineArn } from "../resources/names.ts";
import { callForRun } from "../runs/call-for-run.ts";
import { namesOf } from "../runs/execution.ts";
import { callAws } from "../sdk/call.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isError, isNotFound } from "../sdk/error-names.ts";
import { fingerprintTag, fromLowerTags, isSameOwner, ownerOf } from "../sdk/ownership.ts";
import { type Follower, type FollowPort, followSuccess } from "./follow.ts";

/** Starts what follows a run that has ended; a line for each follower. */
export async function followRun(
  context: AwsContext,
  store: BucketStore,
  row: LedgerRow,
  view: RunView,
): Promise<Result<readonly string[], PlatformError>> {
  if (row.status !== "SUCCEEDED" || row.skipped) return ok([]);
  const origin = await originOf(store, row);
  if (!origin.ok) return origin;
  const success = successOf({ ...row, input: view.input, originStartedAt: origin.value });
  if (success === undefined) return ok([]);
  return followSuccess(followPort(context, store), { success, starts: !isBackfilled(row) });
}

/**
 * When the run began that this one continues; only one without a scheduled time is asked for it.
 */
async function originOf(
  store: BucketStore,
  { project, run, origin, scheduledTime }: LedgerRow,
): Promise<Result<number | undefined, PlatformError>> {
  if (scheduledTime !== undefined || origin === run) return ok(undefined);
  const found = await readLedgerRun(store, project, origin);
  return found.ok ? ok(found.value?.row.startedAt) : found;
}

function followPort(context: AwsContext, store: BucketStore): FollowPort {
  return {
    store,
    follower: (project) => readFollower(context, store, project),
    start: (project, name, input) =>
      callForRun(context, `start a run of ${project}`, async () => {
        const machine = namesOf(context, project).stateMachine;
        try {
          await context.clients.sfn.send(
            new StartExecutionCommand({
              stateMachineArn: stateMachineArn(context, machine),
              name,
              input: JSON.stringify(input),
            }),
          );
        } catch (thrown) {
          // Somebody was faster, a while ago: it has ended meanwhile.
          if (!isError(thrown, "ExecutionAlreadyExists")) throw thrown;
        }
      }),
  };
}

async function readFollower(
  context: AwsContext,
  store: BucketStore,
  project: string,
): Promise<Result<Follower | undefined, PlatformError>> {
  const fingerprint = await deployedFingerprint(context, project);
  if (!fingerprint.ok) return fingerprint;
  if (fingerprint.value === undefined) return ok(undefined);
  const found = await getRelease(store, project, fingerprint.value);
  if (!found.ok) return found;
  const schedule = found.value?.release.schedule;
  if (schedule?.after === undefined) return ok(undefined);
  const hold = await getHold(store, project);
  if (!hold.ok) return hold;
  const held = hold.value?.scheduleDisabled;
  const disabled = schedule.enabled
    ? held && `not started: ${heldNote(held)}`
    : "not started: its schedule is disabled";
  return ok({ after: schedule.after, timezone: schedule.timezone, disabled });
}

/**
 * What is deployed of a project, by its commit mark; undefined where nothing of this workspace and
 * environment is, or its folder is gone. A refusal is an error, and the call is made again: the
 * latest release that was kept may be one of a deploy that died, or of a project that is retired.
 */
async function deployedFingerprint(
  context: AwsContext,
  project: string,
): Promise<Result<string | undefined, PlatformError>> {
  const { environment, workspace, clients } = context;
  const resourceArn = stateMachineArn(context, namesOf(context, project).stateMachine);
  return callAws(environment.name, `read the tags of ${resourceArn}`, async () => {
    try {
      const listed = await clients.sfn.send(new ListTagsForResourceCommand({ resourceArn }));
      const tags = fromLowerTags(listed.tags);
      const wanted = { workspace, environment: environment.name, project: projectName(project) };
      const ours = isSameOwner(ownerOf(tags), wanted) && tags[retiredTag] === undefined;
      return ours ? tags[fingerprintTag] : undefined;
    } catch (thrown) {
      if (isNotFound(thrown)) return undefined;
      throw thrown;
    }
  });
}
