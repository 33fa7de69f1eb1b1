import { StopTaskCommand } from "@aws-sdk/client-ecs";

import { mapConcurrently } from "../../core/concurrency.ts";
import { projectName } from "../../core/ids.ts";
import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { appendAudit } from "../bucket/audit-trail.ts";
import type { BucketStore } from "../bucket/store.ts";
import { describeExecution, executionArn } from "../runs/execution.ts";
import { type GivenUp, givenUpTasks } from "../runs/given-up-tasks.ts";
import { openHistory, wholeHistory } from "../runs/history.ts";
import { callAws } from "../sdk/call.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isError } from "../sdk/error-names.ts";
import { type RunningTask, runningTasks } from "./running-tasks.ts";

/**
 * So long after a task was given up it is stopped here: Step Functions stops it by itself where it
 * does, which may take a moment. Milliseconds.
 */
const graceMs = 5 * 60_000;

interface AbandonedParts {
  readonly context: AwsContext;
  readonly store: BucketStore;
  /** Nothing is begun after it; milliseconds since the epoch. */
  readonly until: number;
}

/**
 * Stops tasks that run although nobody waits for them. Step Functions says that it tries to stop
 * those of an execution that is stopped and of branches that fail, and nothing of those whose state
 * has come to its time limit
 * (https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-sync).
 * Such a task would hold an instance for good, and write beside the next attempt.
 *
 * A task that its run's history doesn't give up is left alone, and so is one whose run AWS no
 * longer knows.
 *
 * @returns a line for a log for each that was stopped, or couldn't be
 */
export async function stopAbandonedTasks(
  parts: AbandonedParts,
): Promise<Result<readonly string[], PlatformError>> {
  const { context, until } = parts;
  const running = await runningTasks(context);
  if (!running.ok) return running;
  const now = context.timing.now();
  const old = running.value.filter(({ createdAt }) => now - createdAt > graceMs);
  const runs = [...Map.groupBy(old, ({ project, run }) => `${project} ${run}`).values()];
  const lines = await mapConcurrently(runs, 4, async (tasks) =>
    context.timing.now() > until ? [] : stopThoseOf(parts, tasks),
  );
  return ok(lines.flat());
}

/** @param tasks of one run */
async function stopThoseOf(
  parts: AbandonedParts,
  tasks: readonly RunningTask[],
): Promise<readonly string[]> {
  const [first] = tasks;
  if (first === undefined) return [];
  const found = await abandonedBy(parts.context, first.project, first.run);
  if (!found.ok) return [`tasks of run ${first.run} were not looked at: ${found.error.message}`];
  const abandoned = tasks.flatMap((task) => {
    const givenUp = found.value(task.id);
    return givenUp === undefined ? [] : [{ task, givenUp }];
  });
  const lines = await mapConcurrently(abandoned, 4, ({ task, givenUp }) =>
    stopTask(parts, task, givenUp),
  );
  return lines.flat();
}

/** How to ask whether a run waits for a task no more, long enough ago. */
async function abandonedBy(
  context: AwsContext,
  project: string,
  run: string,
): Promise<Result<(task: string) => GivenUp | undefined, PlatformError>> {
  const described = await describeExecution(context, projectName(project), run);
  if (!described.ok) return described;
  if (described.value === undefined) return ok(() => undefined);
  const { redriveCount, endedAt = 0 } = described.value;
  const history = openHistory(context, executionArn(context, project, run), redriveCount);
  const events = await wholeHistory(history);
  if (!events.ok) return events;
  const givenUp = givenUpTasks(events.value);
  // Not all items' histories are read, and the answer to a start may have got lost: what an ended
  // run doesn't know, it doesn't wait for either.
  const ended: GivenUp | undefined = history.ended
    ? { at: Math.max(endedAt, events.value.at(-1)?.timestamp ?? 0), why: "has ended" }
    : undefined;
  const now = context.timing.now();
  return ok((task) => {
    const found = givenUp.get(task) ?? ended;
    return found !== undefined && now - found.at > graceMs ? found : undefined;
  });
}

async function stopTask(
  { context, store }: AbandonedParts,
  { id, cluster, project, run, step }: RunningTask,
  { why }: GivenUp,
): Promise<readonly string[]> {
  const reason = `Esteira: run ${run} ${why}`;
  const stopped = await callAws(context.environment.name, `stop the task ${id}`, async () => {
    try {
      await context.clients.ecs.send(new StopTaskCommand({ cluster, task: id, reason }));
      return true;
    } catch (thrown) {
      // It has ended since.
      if (isError(thrown, "InvalidParameterException: task was not found")) return false;
      throw thrown;
    }
  });
  if (!stopped.ok) return [stopped.error.message];
  if (!stopped.value) return [];
  const audited = await appendAudit(
    store,
    {
      schema: 1,
      at: context.timing.now(),
      actor: context.actor,
      action: "stop-task",
      project,
      subject: run,
      summary: {},
      outcome: "succeeded",
      reason: `the run ${why}`,
      details: { task: id, step },
    },
    context.timing,
  );
  const line = `stopped the task ${id} of ${step} in ${cluster}: run ${run} ${why}`;
  return audited.ok ? [line] : [line, audited.error.message];
}
