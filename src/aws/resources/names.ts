import type { ResourceNames } from "../../release/release.ts";
import type { AwsContext } from "../sdk/context.ts";

/**
 * Where Step Functions logs a project's executions. Under this prefix AWS needs no entry a group in
 * the region's log resource policies, which are few and short
 * (https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html).
 */
export function workflowLogGroup(names: ResourceNames): string {
  return `/aws/vendedlogs/states/${names.stateMachine}`;
}

/** `arn:aws:states:us-east-1:123456789012:stateMachine:recsys-workflow` */
export function stateMachineArn(context: AwsContext, name: string): string {
  return arn(context, "states", `stateMachine:${name}`);
}

/** Without the `:*` that some of its uses want at the end. */
export function logGroupArn(context: AwsContext, name: string): string {
  return arn(context, "logs", `log-group:${name}`);
}

export function arn(context: AwsContext, service: string, resource: string): string {
  const { accountId, region } = context.environment;
  return `arn:${context.partition}:${service}:${region}:${accountId}:${resource}`;
}
