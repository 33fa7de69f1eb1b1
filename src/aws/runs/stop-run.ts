import { StopTaskCommand } from "@aws-sdk/client-ecs";
import { StopExecutionCommand } from "@aws-sdk/client-sfn";

import type { RunId } from "../../core/ids.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { mapConcurrently } from "../../core/concurrency.ts";
import { isError } from "../sdk/error-names.ts";
import { callForRun } from "./call-for-run.ts";
import { executionArn, isRunning, namesOf } from "./execution.ts";
import { wholeHistory } from "./history.ts";
import { note } from "./note.ts";
import { openFound } from "./open-run.ts";
import { type RunsSession } from "./runs-session.ts";
import { findExecution, noSuchRun } from "./find-run.ts";
import { openTasks } from "./open-tasks.ts";

/** How long it may take until a stopped execution says so; as a rule it does at once. */
const limitMs = 60_000;

/**
 * Ends a run. Step Functions stops its tasks as far as it can; those that it hasn't heard of yet
 * are stopped here, so that nothing continues that nobody waits for.
 */
export async function stopRun(
  session: RunsSession,
  run: RunId,
  actor: string,
): Promise<Result<void, PlatformError>> {
  const { context } = session;
  const found = await findExecution(session, run);
  if (!found.ok) return found;
  if (found.value.kind === "ledger") return err(alreadyEnded(run, found.value.entry.row.status));
  const { execution } = found.value;
  if (!isRunning(execution)) return err(alreadyEnded(run, execution.status));
  const stopped = await callForRun(context, `stop the run ${run}`, async () => {
    try {
      await context.clients.sfn.send(
        new StopExecutionCommand({
          executionArn: executionArn(context, execution.project, run),
          error: "Esteira.Stopped",
          cause: `Stopped by ${actor}`,
        }),
      );
      return true;
    } catch (thrown) {
      if (isError(thrown, "ExecutionDoesNotExist")) return false;
      throw thrown;
    }
  });
  if (!stopped.ok) return stopped;
  if (!stopped.value) return err(noSuchRun(run, context.environment.name));
  await note(session, { action: "stop", actor, project: execution.project, run });
  const ended = await untilEnded(session, run);
  if (!ended.ok) return ended;
  const opened = await openFound(session, run, found.value);
  const events = await wholeHistory(opened.history);
  // What is left then is what the history doesn't end: the execution itself is over.
  if (events.ok) await stopTasks(session, execution.project, openTasks(events.value));
  return ok(undefined);
}

async function untilEnded(session: RunsSession, run: RunId): Promise<Result<void, PlatformError>> {
  const { timing } = session.context;
  const end = timing.now() + limitMs;
  for (;;) {
    const found = await findExecution(session, run);
    if (!found.ok) return found;
    if (found.value.kind === "ledger" || !isRunning(found.value.execution)) return ok(undefined);
    if (timing.now() > end) {
      return err({
        reason: "unavailable",
        message: `AWS has not ended run ${run} within ${limitMs / 1000} seconds`,
        help: "It keeps trying: look again in a while.",
        resource: `run ${run}`,
      });
    }
    await timing.sleep(500);
  }
}

/** A task that has ended, or that this caller may not stop, is left to Step Functions. */
async function stopTasks(
  { context }: RunsSession,
  project: string,
  tasks: readonly string[],
): Promise<void> {
  await mapConcurrently(tasks, 8, (task) =>
    callForRun(context, `stop the task ${task}`, () =>
      context.clients.ecs.send(
        new StopTaskCommand({
          cluster: namesOf(context, project).cluster,
          task,
          reason: "Its run was stopped",
        }),
      ),
    ),
  );
}

function alreadyEnded(run: RunId, status: string): PlatformError {
  return {
    reason: "refused",
    message: `run ${run} has already ended (${status})`,
    resource: `run ${run}`,
  };
}
