import { ListTagsForResourceCommand, StartExecutionCommand } from "@aws-sdk/client-sfn";

import { projectName } from "../../core/ids.ts";
import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { heldNote } from "../../platform/schedules.ts";
import type { ScheduleSpec } from "../../release/release.ts";
import type { RunInput } from "../../runs/model.ts";
import { getHold } from "../bucket/holds.ts";
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

/** What starts a deployed project. */
export interface Deployed {
  readonly schedule: ScheduleSpec;
  /** Why it isn't started; undefined where it is. */
  readonly disabled: string | undefined;
}

/** Undefined where the project isn't deployed, or nothing but people start it. */
export async function deployedSchedule(
  context: AwsContext,
  store: BucketStore,
  project: string,
): Promise<Result<Deployed | undefined, PlatformError>> {
  const fingerprint = await deployedFingerprint(context, project);
  if (!fingerprint.ok) return fingerprint;
  if (fingerprint.value === undefined) return ok(undefined);
  const found = await getRelease(store, project, fingerprint.value);
  if (!found.ok) return found;
  const schedule = found.value?.release.schedule;
  if (schedule === undefined) return ok(undefined);
  const hold = await getHold(store, project);
  if (!hold.ok) return hold;
  const held = hold.value?.scheduleDisabled;
  const disabled = schedule.enabled
    ? held && `not started: ${heldNote(held)}`
    : "not started: its schedule is disabled";
  return ok({ schedule, disabled });
}

/**
 * Starts a run of this name with this input. A run of the name that there is, or was, is as good.
 */
export function startByName(
  context: AwsContext,
  project: string,
  name: string,
  input: RunInput,
): Promise<Result<void, PlatformError>> {
  return callForRun(context, `start a run of ${project}`, async () => {
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
  });
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
