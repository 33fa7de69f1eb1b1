import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  type ExecutionListItem,
} from "@aws-sdk/client-sfn";

import type { ExecutionStatus } from "../../core/history.ts";
import { type ProjectName, projectName } from "../../core/ids.ts";
import type { Json } from "../../core/json.ts";
import type { Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { resourceNames } from "../../release/names.ts";
import type { ResourceNames } from "../../release/release.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isError } from "../sdk/error-names.ts";
import { arn } from "../resources/names.ts";
import { callForRun } from "./call-for-run.ts";
import { payload } from "./history-events.ts";

/** What a list of executions says about one. Times in milliseconds since the epoch. */
export interface ListedExecution {
  readonly run: string;
  readonly project: string;
  readonly status: ExecutionStatus;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  readonly redriveCount: number;
}

/** All that DescribeExecution says about one. */
export interface Execution extends ListedExecution {
  readonly input: Json;
  readonly output: Json | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  /**
   * Why it can't be redriven, in AWS's words; undefined where it can, and where AWS doesn't say.
   */
  readonly notRedrivable: string | undefined;
}

/**
 * AWS lets failed executions be redriven so long after their end:
 * https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
 */
export const redrivableMs = 14 * 86_400_000;

export function namesOf(context: AwsContext, project: string): ResourceNames {
  return resourceNames({ name: projectName(project), version: "" }, context.environment);
}

/**
 * `arn:aws:states:us-east-1:123456789012:execution:recsys-workflow:recsys-20260131T030000Z-4f9a1c`
 */
export function executionArn(context: AwsContext, project: string, run: string): string {
  return arn(context, "states", `execution:${namesOf(context, project).stateMachine}:${run}`);
}

/** Undefined when there is none, or not any more. */
export function describeExecution(
  context: AwsContext,
  project: ProjectName,
  run: string,
): Promise<Result<Execution | undefined, PlatformError>> {
  return callForRun(context, `read the run ${run}`, async () => {
    try {
      const found = await context.clients.sfn.send(
        new DescribeExecutionCommand({ executionArn: executionArn(context, project, run) }),
      );
      return executionOf(project, found);
    } catch (thrown) {
      if (isError(thrown, "ExecutionDoesNotExist", "InvalidArn")) return undefined;
      throw thrown;
    }
  });
}

export function listedExecution(project: string, item: ExecutionListItem): ListedExecution {
  return {
    run: item.name ?? "",
    project,
    status: item.status ?? "RUNNING",
    startedAt: item.startDate?.getTime() ?? 0,
    endedAt: item.stopDate?.getTime(),
    redriveCount: item.redriveCount ?? 0,
  };
}

function executionOf(project: string, found: DescribeExecutionCommandOutput): Execution {
  return {
    run: found.name ?? "",
    project,
    status: found.status ?? "RUNNING",
    startedAt: found.startDate?.getTime() ?? 0,
    endedAt: found.stopDate?.getTime(),
    redriveCount: found.redriveCount ?? 0,
    input: found.input === undefined ? {} : payload(found.input),
    output: found.output === undefined ? undefined : payload(found.output),
    error: found.error,
    cause: found.cause,
    notRedrivable:
      found.redriveStatus === "NOT_REDRIVABLE"
        ? (found.redriveStatusReason ?? "AWS doesn't say why")
        : undefined,
  };
}

export function isRunning({ status }: Pick<ListedExecution, "status">): boolean {
  return status === "RUNNING" || status === "PENDING_REDRIVE";
}

/** True when nothing can change it any more, not even a redrive. */
export function isFinal(execution: ListedExecution, now: number): boolean {
  if (isRunning(execution)) return false;
  return execution.status === "SUCCEEDED" || now - (execution.endedAt ?? now) > redrivableMs;
}
