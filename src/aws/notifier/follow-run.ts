import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { isBackfilled, successOf } from "../../runs/follow.ts";
import type { RunView } from "../../runs/model.ts";
import { type LedgerRow, readLedgerRun } from "../bucket/ledger.ts";
import type { BucketStore } from "../bucket/store.ts";
import type { AwsContext } from "../sdk/context.ts";
import { deployedSchedule, startByName } from "./deployed-schedule.ts";
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
    async follower(project): Promise<Result<Follower | undefined, PlatformError>> {
      const deployed = await deployedSchedule(context, store, project);
      if (!deployed.ok || deployed.value?.schedule.after === undefined) {
        return deployed.ok ? ok(undefined) : deployed;
      }
      const { schedule, disabled } = deployed.value;
      return ok({ after: deployed.value.schedule.after, timezone: schedule.timezone, disabled });
    },
    start: (project, name, input) => startByName(context, project, name, input),
  };
}
