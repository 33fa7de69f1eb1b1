import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { openExecution } from "../../states/interpreter.ts";
import { replayExecution } from "../../states/replay.ts";
import type { Execution } from "../../states/types.ts";
import { allEvents } from "../store/events.ts";
import type { RunRow } from "../store/run-row.ts";
import type { DrivenRun, EngineContext } from "./context.ts";
import { invalidDefinition } from "./check-definition.ts";
import { drivenRun } from "./driven-run.ts";
import { type Drive, driveRun } from "./drive.ts";
import { identityOf } from "./identity.ts";
import { readingTask } from "./integrations.ts";
import { poolTask } from "./pool-tasks.ts";
import { leftStepTask, stepTask } from "./step-task.ts";

/**
 * Resumes a claimed run where its history ends, which for a new one is before its first event.
 */
export async function openDrive(
  context: EngineContext,
  row: RunRow,
  epoch: number,
): Promise<Result<Drive, PlatformError>> {
  const run = drivenRun(context, row);
  const history = allEvents(context.store, run.id);
  const execution = await executionOf(context, run, row, history);
  if (!execution.ok) return execution;
  return ok(
    driveRun({
      context,
      run,
      epoch,
      execution: execution.value,
      lastEventAt: history.at(-1)?.timestamp ?? 0,
      leftTask: (task) => leftStepTask(context, run, task),
      startTask: (task) =>
        task.command.resource === "arn:aws:states:::ecs:runTask.sync"
          ? stepTask(context, run, task)
          : (poolTask(context, run, task) ?? readingTask(context, run, task)),
    }),
  );
}

async function executionOf(
  context: EngineContext,
  run: DrivenRun,
  row: RunRow,
  history: ReturnType<typeof allEvents>,
): Promise<Result<Execution, PlatformError>> {
  const definition = context.definitionOf(run.deploy);
  const identity = identityOf(run, row.input);
  const options = { evaluator: context.evaluator };
  if (history.length === 0) {
    const opened = openExecution(definition, identity, options);
    if (opened.ok) return opened;
    return err(invalidDefinition(run.project, opened.error));
  }
  const replayed = await replayExecution(definition, identity, history, options);
  if (replayed.ok) return replayed;
  const why =
    replayed.error.reason === "mismatch"
      ? replayed.error.message
      : "its state machine is no longer accepted.";
  return err({
    reason: "conflict",
    message: `run ${run.run} can't be resumed where it stopped: ${why}`,
    help: `It was probably begun by another version of Esteira. End it with \`esteira stop ${run.run}\`, then \`esteira resume ${run.run}\` continues after its last finished step in a new run.`,
    resource: `run ${run.run}`,
  });
}
