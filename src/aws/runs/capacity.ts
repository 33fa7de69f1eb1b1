import { DescribeScalingActivitiesCommand } from "@aws-sdk/client-auto-scaling";

import type { RunId } from "../../core/ids.ts";
import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { CapacityEvidence } from "../../runs/capacity.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isError } from "../sdk/error-names.ts";
import { waitingSince } from "../watch/waiting.ts";
import { callForRun } from "./call-for-run.ts";
import { namesOf } from "./execution.ts";
import { wholeHistory } from "./history.ts";
import { openRun } from "./open-run.ts";
import { openTasks } from "./open-tasks.ts";
import type { RunsSession } from "./runs-session.ts";

/** Newest first; more than one wave of launches. */
const activities = 50;

/**
 * What the account says about the instances that the run's tasks wait for, or waited for: two
 * requests at most.
 */
export async function capacityOf(
  session: RunsSession,
  run: RunId,
): Promise<Result<CapacityEvidence, PlatformError>> {
  const { context } = session;
  const opened = await openRun(session, run);
  if (!opened.ok) return opened;
  const { history, project } = opened.value;
  const events = await wholeHistory(history);
  if (!events.ok) return events;
  const [first] = events.value;
  if (first === undefined) return ok({ waitingSince: undefined, launchFailures: [] });
  const tasks = history.ended ? [] : openTasks(events.value);
  const since = tasks.length === 0 ? ok(undefined) : await waitingSince(context, project, tasks);
  if (!since.ok) return since;
  if (!history.ended && since.value === undefined) {
    return ok({ waitingSince: undefined, launchFailures: [] });
  }
  const to = history.ended ? (events.value.at(-1)?.timestamp ?? Infinity) : Infinity;
  const failures = await launchFailures(context, project, since.value ?? first.timestamp, to);
  return failures.ok ? ok({ waitingSince: since.value, launchFailures: failures.value }) : failures;
}

/**
 * What Auto Scaling says about the launches that failed between two times, each once, the newest
 * first.
 */
export function launchFailures(
  context: AwsContext,
  project: string,
  from: number,
  to: number,
): Promise<Result<readonly string[], PlatformError>> {
  const { autoScalingGroup } = namesOf(context, project);
  return callForRun(context, `read the scaling activities of ${autoScalingGroup}`, async () => {
    try {
      const { Activities = [] } = await context.clients.autoScaling.send(
        new DescribeScalingActivitiesCommand({
          AutoScalingGroupName: autoScalingGroup,
          MaxRecords: activities,
        }),
      );
      const recent = Activities.filter(({ StatusCode, StartTime }) => {
        const at = StartTime?.getTime() ?? 0;
        return (StatusCode === "Failed" || StatusCode === "Cancelled") && at >= from && at <= to;
      }).map(({ StatusMessage = "" }) => shortened(StatusMessage));
      return [...new Set(recent)].filter((text) => text !== "");
    } catch (thrown) {
      // Nothing is said of a group that is gone.
      if (isError(thrown, "ValidationError")) return [];
      throw thrown;
    }
  });
}

/** AWS's words without what they all end with. */
function shortened(message: string): string {
  const text = message
    .replaceAll(/\s+/g, " ")
    .replace(/\.? Launching EC2 instance failed\.?$/, "")
    .trim();
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
}
