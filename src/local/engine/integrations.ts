import { readFile, stat } from "node:fs/promises";
import { resolve, sep } from "node:path";

import { isJsonObject, type Json } from "../../core/json.ts";
import type { Signal } from "../../states/types.ts";
import { isErrno } from "../errno.ts";
import { runningRuns } from "../store/runs.ts";
import { isDriven } from "../store/run-row.ts";
import type { DrivenRun, EngineContext } from "./context.ts";
import { executionArn } from "./identity.ts";
import { failedTask, type TaskCommand, type TaskToStart, type Work } from "./work.ts";

/**
 * Bytes that a task's result may have:
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
const maxResultBytes = 262_144;

/** An integration that only reads: it is answered at once, and again after a crash. */
export function readingTask(
  context: EngineContext,
  run: DrivenRun,
  { command, report, broken }: Pick<TaskToStart, "command" | "report" | "broken">,
): Work {
  let off = false;
  answer(context, run, command).then((signals) => {
    if (!off) report(command.progress === "scheduled" ? signals : signals.slice(1));
  }, broken);
  const stop = (): void => {
    off = true;
  };
  return { stop: () => Promise.resolve(stop()), release: stop };
}

/** The first of the signals is `task-started`. */
async function answer(
  context: EngineContext,
  run: DrivenRun,
  command: TaskCommand,
): Promise<readonly Signal[]> {
  switch (command.resource) {
    case "arn:aws:states:::aws-sdk:s3:getObject":
      return getObject(context, command);
    case "arn:aws:states:::aws-sdk:sfn:listExecutions":
      return succeeded(command, listExecutions(context, run, command.parameters));
    default:
      return failedTask(
        command.task,
        "States.Runtime",
        `The local platform doesn't carry out ${command.resource}`,
      );
  }
}

function succeeded({ task }: TaskCommand, output: Json): Signal[] {
  return [
    { kind: "task-started", task },
    { kind: "task-succeeded", task, output },
  ];
}

/**
 * The environment's bucket is the folder of artifacts:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
async function getObject(context: EngineContext, command: TaskCommand): Promise<Signal[]> {
  const { artifacts } = context.layout;
  const key = isJsonObject(command.parameters) ? command.parameters["Key"] : undefined;
  const path = resolve(artifacts, typeof key === "string" ? key : "");
  if (!path.startsWith(artifacts + sep)) return noSuchKey(command);
  try {
    const { size, mtime } = await stat(path);
    if (size > maxResultBytes) {
      const cause = `The state/task 'aws-sdk:s3' returned a result with a size exceeding the maximum number of bytes service limit.`;
      return failedTask(command.task, "States.DataLimitExceeded", cause);
    }
    return succeeded(command, {
      AcceptRanges: "bytes",
      Body: await readFile(path, "utf8"),
      ContentLength: size,
      ContentType: "binary/octet-stream",
      LastModified: mtime.toISOString(),
      Metadata: {},
    });
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR", "EISDIR")) return noSuchKey(command);
    const cause = error instanceof Error ? error.message : String(error);
    const status = isErrno(error, "EACCES", "EPERM") ? 403 : 500;
    return failedTask(
      command.task,
      "S3.S3Exception",
      `${cause} (Service: S3, Status Code: ${status}, Request ID: local)`,
    );
  }
}

function noSuchKey({ task }: TaskCommand): Signal[] {
  const cause =
    "The specified key does not exist. (Service: S3, Status Code: 404, Request ID: local)";
  return failedTask(task, "S3.NoSuchKeyException", cause);
}

/**
 * Runs of the project that are going, as
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html says them.
 * A run whose driver died doesn't go: it would keep all later ones from running until somebody
 * resumes it.
 */
function listExecutions(context: EngineContext, run: DrivenRun, parameters: Json): Json {
  const machine = isJsonObject(parameters) ? parameters["StateMachineArn"] : undefined;
  const { names } = run.deploy.release;
  return {
    Executions: runningRuns(context.store, context.environment, run.project)
      .filter((row) => row.id === run.id || isDriven(row, context.clock.now()))
      .toReversed()
      .map((row) => ({
        ExecutionArn: executionArn(names.stateMachine, row.run),
        Name: row.run,
        StartDate: new Date(row.startedAt).toISOString(),
        StateMachineArn: typeof machine === "string" ? machine : "",
        Status: "RUNNING",
      })),
  };
}
